"""What a process left behind that was killed while it made or deleted a run, out of sight."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.locks import hold
from rnnviz.runs.naming import hidden_run
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.removal import finish_removing
from rnnviz.storage import is_folder, share

if TYPE_CHECKING:
    from filelock import FileLock

_QUIET_SECONDS = 3600.0  # after which a folder without a lock is nobody's any more


@contextmanager
def being_made(hidden: RunFolder) -> Iterator[None]:
    """Make the folder of a new run, out of sight, and hold it so that nobody takes it for left.

    Raises:
        RunError: the disk refuses.
    """
    with speaking_of(hidden.path, new=True):
        hidden.snapshots.mkdir(parents=True)
    for path in (hidden.path, hidden.snapshots):
        share(path)
    lock = hold(hidden.lock)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def left_overs(runs: Path) -> list[RunFolder]:
    """Folders of runs that were being made or deleted; somebody may be at it just now."""
    return [hidden for hidden, _ in _left(runs)]


def finish_left_overs(runs: Path) -> None:
    """Take away what is left of runs half made or half deleted, where nobody is at it.

    Of each only the files that a run is made of go; what else lies there is shown from then on, in
    a folder of the run's name. What may not be changed stays.
    """
    for hidden, run_id in _left(runs):
        with suppress(OSError, RunError):
            if (lock := _seize(hidden)) is not None:
                try:
                    finish_removing(hidden, hidden.path.with_name(run_id))
                finally:
                    lock.release()


def disk_used(runs: list[RunFolder]) -> int:
    """Bytes of all files that these runs are made of."""
    return sum(run.size() for run in runs)


def _left(runs: Path) -> list[tuple[RunFolder, str]]:
    """Each of them, and the id of its run."""
    with suppress(OSError):
        named = [(RunFolder(path), hidden_run(path.name)) for path in runs.iterdir()]
        return [(hidden, found[0]) for hidden, found in named if found and _is_left(hidden, *found)]
    return []


def _is_left(hidden: RunFolder, _: str, sure: bool) -> bool:
    """Whether it is a folder and, where its name alone does not tell, has no description."""
    return is_folder(hidden.path) and (sure or not os.path.lexists(hidden.json))


def _seize(hidden: RunFolder) -> FileLock | None:
    """Its lock; None where somebody has it, or may be about to take it."""
    if not os.path.lexists(hidden.lock):
        quiet = time.time() - hidden.path.stat().st_mtime
        if quiet < _QUIET_SECONDS:
            return None
    return hold(hidden.lock)
