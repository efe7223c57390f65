"""Who is alive: locks that the system lets go when their process ends, however it ends."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz.runs.documents import speaking_of
from rnnviz.runs.example import check_changeable
from rnnviz.storage import ORDINARY, is_file, share

if TYPE_CHECKING:
    from filelock import FileLock

_POLL_SECONDS = 0.002

# Names to a worker the number of the lock that it was handed.
STARTING = "RNNVIZ_STARTING"

# Looking takes the lock for an instant, and shares it with others who look.
GLANCE_SECONDS = 0.02


def hold(path: Path, seconds: float = 0.0) -> FileLock | None:
    """Take a lock, waiting so long for it; None if another process keeps it."""
    from filelock import FileLock, Timeout  # who only looks at runs takes none

    check_changeable(path.parent)
    with speaking_of(path):
        if os.path.lexists(path) and not is_file(path):
            raise OSError(errno.EINVAL, "it is a link, or no ordinary file; remove it")
        lock = FileLock(path)
        try:
            lock.acquire(timeout=seconds, poll_interval=_POLL_SECONDS)
        except Timeout:
            return None
    share(path)
    return lock


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock; who may only read the file can ask, too.

    Who may not even read it cannot tell, and must not take it for free.
    """
    try:
        handle = os.open(path, os.O_RDONLY | ORDINARY)
    except PermissionError:
        return True
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def handed_on(path: Path) -> Iterator[int | None]:
    """A lock for the process that is started inside, which inherits the number that this gives.

    From then on that process holds it, until it ends or has taken it over: there is no moment at
    which nobody does. None where another process holds it.

    Raises:
        RunError: the file cannot be written.
    """
    with speaking_of(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | ORDINARY, 0o666)
    share(path)
    try:
        with speaking_of(path):
            taken = _take(handle)
        yield handle if taken else None
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_over(path: Path, number: str | None) -> None:
    """Let go of the lock that was handed on under this number, if it was; another one holds now."""
    with suppress(OSError, ValueError, TypeError):
        handle = int(number)  # type: ignore[arg-type]
        if os.path.samestat(os.fstat(handle), path.lstat()):
            os.close(handle)
