"""Who is alive: locks that the system lets go when their process ends, however it ends."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from filelock import FileLock, Timeout

from rnnviz.runs.documents import speaking_of
from rnnviz.runs.example import check_changeable
from rnnviz.storage import ORDINARY, is_file

_POLL_SECONDS = 0.002

# Looking takes the lock for an instant, and shares it with others who look.
GLANCE_SECONDS = 0.02


def hold(path: Path, seconds: float = 0.0) -> FileLock | None:
    """Take a lock, waiting so long for it; None if another process keeps it."""
    check_changeable(path.parent)
    with speaking_of(path):
        if os.path.lexists(path) and not is_file(path):
            raise OSError(errno.EINVAL, "it is a link, or no ordinary file; remove it")
        lock = FileLock(path)
        try:
            lock.acquire(timeout=seconds, poll_interval=_POLL_SECONDS)
        except Timeout:
            return None
    return lock


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock; who may only read the file can ask, too."""
    try:
        handle = os.open(path, os.O_RDONLY | ORDINARY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
