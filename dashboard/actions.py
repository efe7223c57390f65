"""What a visitor may do to runs, in one place: nothing where they are only shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from dashboard import state
from rnnviz.runs import example, extending, importing, store, tags, thinning
from rnnviz.runs.adopting import Learned
from rnnviz.runs.documents import RunError
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.run import Run
from rnnviz.training.grid import Planned
from rnnviz.workers import supervisor, sweep
from rnnviz.workers.ready import Ready

_VARIABLE = "RNNVIZ_READONLY"
_MADE, _AT_ONCE = "made by presses", 3.0  # seconds in which a second one is a double click
ONLY_SHOWN = "The runs of this dashboard are only shown: none is started, changed or deleted here."


def only_shown() -> bool:
    """Whether this server lets nobody change anything: RNNVIZ_READONLY is set, and not to 0."""
    return os.environ.get(_VARIABLE, "") not in ("", "0")


def may_change(folder: RunFolder) -> bool:
    """Whether anything can be done to a run but look at it."""
    return not only_shown() and not folder.is_read_only


def begin(
    text: str, *, title: str | None = None, ready: Ready | None = None, **settings: Any
) -> Run:
    """Make a run, as `Run.create` does, and start its worker.

    Args:
        text: what to learn.
        title: its name, where that of the text is not wanted.
        ready: a worker that is kept ready, if there is one.
        settings: those of `Run.create`.

    Raises:
        RunError: the folder or the worker refuses, or nothing may be changed here.
        ValueError: the text or a setting cannot be used.
    """
    _check()

    def make() -> list[Run]:
        run = Run.create(text, **settings)
        if title is not None:
            run.rename(title)
        supervisor.start(run, ready)
        return [run]

    begun = settings.get("begin")
    named = [settings.get(name) for name in ("name", "model", "training", "hangul")]
    return _once((hash(text), title, *named, begun and begun.key), make)[0]


def begin_all(text: str, planned: Sequence[Planned], group: str, **settings: Any) -> list[Run]:
    """Make several runs and start their workers; see `rnnviz.workers.sweep.make_all`."""
    _check()

    def make() -> list[Run]:
        runs = sweep.make_all(text, planned, group, **settings)
        sweep.Here().begin(runs)
        return runs

    return _once((hash(text), list(planned)), make)


def bring(
    paths: Sequence[Path], vocabulary: Path | str, learned: Learned | None, **how: Any
) -> Run:
    """Make a run of a network trained elsewhere; see `rnnviz.runs.importing.import_files`."""
    _check()
    files = [(path.name, path.stat().st_size) for path in paths]
    known = vocabulary if isinstance(vocabulary, str) else vocabulary.name
    return _once(
        (files, known, hash(learned), how),
        lambda: [importing.import_files(paths, vocabulary, learned, **how)],
    )[0]


def _once(asked: tuple[object, ...], make: Callable[[], list[Run]]) -> list[Run]:
    """What a press makes; what the first made, where it is one of two as of a double click.

    The browser tells of both before it shows the page that the first one leads to. The second ends
    the script of the first as soon as that turns to the session: what was made is noted in a list
    that stands there before.
    """
    if (made := state.kept(_MADE)) is None:
        state.keep(_MADE, made := [])
    made[:] = [each for each in made if monotonic() - each[2] < _AT_ONCE]
    for before, runs, _ in made:
        if before == asked and all(run.folder.json.exists() for run in runs):
            return list(runs)
    runs = make()
    made.append((asked, runs, monotonic()))
    return runs


def pause(run: Run) -> None:
    """Ask the worker to pause."""
    _check()
    supervisor.pause(run)


def resume(run: Run) -> None:
    """Let the worker go on; start one where there is none."""
    _check()
    supervisor.resume(run)


def stop(run: Run) -> None:
    """Ask the worker to stop."""
    _check()
    supervisor.stop(run)


def rename(run: Run, name: str) -> None:
    """Give the run another name.

    Raises:
        ValueError: the name cannot be used.
    """
    _check()
    run.rename(name)


def extend(run: Run, **budget: Any) -> None:
    """Give the run a larger budget, and go on with it; see `rnnviz.runs.extending.extend`."""
    _check()
    extending.extend(run.folder, **budget)
    supervisor.start(Run(run.folder))


def delete(folder: RunFolder) -> list[Path]:
    """Delete a run, which may be damaged; what is left in its folder."""
    _check()
    return store.delete(folder)


def retag(folder: RunFolder, *, put: Iterable[str], take: Iterable[str]) -> None:
    """Put tags on a run, and take others off; see `rnnviz.runs.tags.retag`."""
    _check()
    tags.retag(folder, put=put, take=take)


def thin(folder: RunFolder, keep: int) -> int:
    """Delete the weights of all snapshots but so many; the bytes that are free now."""
    _check()
    return thinning.thin(folder, keep).freed


def hide_example(hidden: bool) -> None:
    """Offer the example no more, or again: to whoever comes, where anything may be changed here."""
    _check()
    change = example.hide if hidden else example.show
    change(store.runs_folder())


def _check() -> None:
    """Refuse, whatever the browser asked for: what is not drawn can still be asked for."""
    if only_shown():
        raise RunError(ONLY_SHOWN)
