"""The command `list`: one line a run. It loads little: nobody waits for anything else."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager

from rnnviz.commands.speaking import DONE, say, table
from rnnviz.notation import bits, bytes_words
from rnnviz.runs.index import Listed, RunIndex
from rnnviz.runs.left_overs import disk_used, left_overs
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.store import runs_folder

_LOSS_HEAD = "validation loss, bits/char (nats)"


def list_runs(options: argparse.Namespace) -> int:
    """One line a run, the newest first; or a table of the columns that were asked for."""
    if options.columns or options.sort or options.descending or options.json:
        from rnnviz.commands.columns import list_by  # which loads more

        return list_by(options)
    folder = runs_folder(options.runs)
    with _all_kept():
        runs = RunIndex(folder).look()
    rows = [_row(run) for run in runs]
    if not rows:
        say(
            "There are no runs yet; `python -m rnnviz train TEXT` makes one, and "
            "`python -m rnnviz show example` shows the one that comes with rnnviz."
        )
        return DONE
    heads = ("run", "state", "network", "iteration", _LOSS_HEAD, "name")
    table([heads, *rows])
    say(_disk_words([run.folder for run in runs], left_overs(folder)))
    return DONE


@contextmanager
def _all_kept() -> Iterator[None]:
    """Search for no garbage while only what is kept is made, which saves a tenth of the time."""
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()


def _disk_words(runs: list[RunFolder], left: list[RunFolder]) -> str:
    """How much of the disk runs take, and what was left by who was killed making or deleting one.

    Example:
        >>> from pathlib import Path
        >>> _disk_words([RunFolder(Path("nowhere"))], [])
        '0 kB of the disk'
    """
    words = f"{bytes_words(disk_used(runs + left))} of the disk"
    if left:
        words += (
            f", {bytes_words(disk_used(left))} of it left by a deletion, or the making of a run, "
            "that was cut off; the next training or deletion takes that away"
        )
    return words


def _row(run: Listed) -> tuple[str, ...]:
    about = run.description
    cell = "" if about is None else f"{about.model.cell} {about.model.hidden_size}"
    if run.error is not None or about is None:
        return run.folder.id, run.standing, cell, "", "", str(run.error)
    nats = run.validation_loss
    loss = "" if nats is None else f"{bits(nats):.3f} ({nats:.3f})"
    return run.folder.id, run.standing, cell, f"{run.iteration:,}", loss, about.name
