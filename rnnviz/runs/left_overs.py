"""What a process left behind that was killed while it made or deleted a run, out of sight."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.locks import hold
from rnnviz.runs.naming import is_made
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.removal import finish_removing
from rnnviz.storage import is_folder, share

# Names that no run has: before a run is there, and after it is gone. Earlier versions had none of
# these endings, and then the name is only theirs where a description is missing.
_UNSEEN = re.compile(r"\.([a-z0-9-]+)(\.new|\.gone)?")
_QUIET_SECONDS = 3600.0  # after which a folder without a lock is nobody's any more


def while_made(folder: RunFolder) -> RunFolder:
    """Where a run is made before others may see it."""
    return RunFolder(folder.path.with_name(f".{folder.id}.new"))


@contextmanager
def being_made(unseen: RunFolder) -> Iterator[None]:
    """Make the folder of a new run, out of sight, and hold it so that nobody takes it for left.

    Raises:
        RunError: the disk refuses.
    """
    with speaking_of(unseen.path):
        unseen.snapshots.mkdir(parents=True)
    for path in (unseen.path, unseen.snapshots):
        share(path)
    lock = hold(unseen.lock)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def left_overs(runs: Path) -> list[RunFolder]:
    """Folders of runs that were being made or deleted; somebody may be at it just now."""
    with suppress(OSError):
        return [RunFolder(path) for path in runs.iterdir() if _is_left(path)]
    return []


def finish_left_overs(runs: Path) -> None:
    """Take away what is left of runs half made or half deleted, where nobody is at it.

    Of each only the files that a run is made of go; what else lies there is seen from then on, in a
    folder of the run's name. What may not be changed stays.
    """
    for unseen in left_overs(runs):
        with suppress(OSError, RunError):
            if (lock := _seize(unseen)) is not None:
                try:
                    finish_removing(unseen, unseen.path.with_name(_id_of(unseen.path)))
                finally:
                    lock.release()


def disk_used(runs: list[RunFolder]) -> int:
    """Bytes of all files that these runs are made of."""
    return sum(_size(path) for run in runs for path in run.files())


def _is_left(path: Path) -> bool:
    named = _UNSEEN.fullmatch(path.name)
    if named is None or not is_made(named[1]) or not is_folder(path):
        return False
    return named[2] is not None or not os.path.lexists(RunFolder(path).json)


def _id_of(path: Path) -> str:
    named = _UNSEEN.fullmatch(path.name)
    return path.name if named is None else named[1]


def _seize(unseen: RunFolder) -> FileLock | None:
    """Its lock; None where somebody has it, or may be about to take it."""
    if not os.path.lexists(unseen.lock):
        quiet = time.time() - unseen.path.stat().st_mtime
        if quiet < _QUIET_SECONDS:
            return None
    return hold(unseen.lock)


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.lstat().st_size
    return 0
