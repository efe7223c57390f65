"""The commands that change what is kept of runs: rename, tag, thin, delete."""

from __future__ import annotations

import argparse

from rnnviz.commands.speaking import DONE, FAILED, ask, complain, say
from rnnviz.notation import bytes_words
from rnnviz.runs import store
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.removal import left_words
from rnnviz.runs.run import Run
from rnnviz.runs.store import folder_of, runs_folder


def rename(options: argparse.Namespace) -> int:
    """Give a run another name; its id stays."""
    run = Run.open(options.run, options.runs)
    run.rename(options.name)
    say(f"{run.id} is called {run.description.name}")
    return DONE


def tag(options: argparse.Namespace) -> int:
    """Put tags on a run, take others off, and say which it has."""
    run = Run.open(options.run, options.runs)
    if options.tags or options.remove:
        run.tag(*options.tags, take=options.remove)
    said = ", ".join(run.description.tags)
    say(f"{run.id}: {said}" if said else f"{run.id} has no tags")
    return DONE


def thin(options: argparse.Namespace) -> int:
    """Delete the weights of a run's snapshots but so many, after saying which and asking."""
    from rnnviz.runs import thinning

    folder = _found(options)
    found = thinning.plan(folder, options.keep)
    _check_undisturbed(folder, "thin")
    if not found.gone:
        say(f"{folder.id} has {len(found.kept)} snapshots; there is nothing to delete")
        return DONE
    if not options.yes:
        say(f"To delete: {found.words}, and all losses, samples and gradient norms.")
        if not _agreed(f"Delete them from run {folder.id} for good?"):
            return complain("nothing was deleted; answer y, or give --yes.", FAILED)
    freed = thinning.thin(folder, options.keep).freed
    say(f"{folder.id} is thinned: {bytes_words(freed)} freed")
    return DONE


def delete(options: argparse.Namespace) -> int:
    """Delete a run, after asking."""
    folder = _found(options)  # not opened: it may be damaged
    _check_undisturbed(folder, "delete")
    if not options.yes and not _agreed(f"Delete run {folder.id} and all in it?"):
        return complain("nothing was deleted; answer y, or give --yes.", FAILED)
    left = store.delete(folder)
    say(f"{folder.id} deleted{left_words(left)}")
    return DONE


def _found(options: argparse.Namespace) -> RunFolder:
    return folder_of(runs_folder(options.runs), options.run)


def _check_undisturbed(folder: RunFolder, what: str) -> None:
    """Refuse before anybody is asked, as it would be refused after."""
    with store.undisturbed(folder, what):
        pass


def _agreed(question: str) -> bool:
    return ask(f"{question} [y/N]").lower() in ("y", "yes")
