"""Where the worker of a run is: on which machine, whose it is, and when it last gave a sign."""

from __future__ import annotations

import getpass
import json
import math
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from rnnviz.runs.beating import beating
from rnnviz.runs.documents import speaking_of
from rnnviz.storage import ORDINARY, Stamp, read_file, share

_BOOT, _MACHINE = Path("/proc/sys/kernel/random/boot_id"), Path("/etc/machine-id")
_MOST_BYTES, _MOST_WORDS = 4096, 200
_BEAT_SECONDS = 5.0

# How long one listens for a worker on another machine before it is taken for dead: some beats,
# and what a network file system may keep an old time for.
LISTEN_SECONDS = 20.0
_LOOK_SECONDS = 0.5
_MINUTES, _TOLD_SECONDS = 120.0, 7200.0  # silence that is told in minutes, and the longest


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a worker is, as it says itself in the file that it locks.

    Attributes:
        host: the machine's name.
        machine: its identity; "" where it has none.
        boot: its start; "" where the system tells none. Processes of one start, those in
            containers too, see each other's locks.
        process: the worker's number there.
        user: who started it.
    """

    host: str
    machine: str
    boot: str
    process: int
    user: str

    @classmethod
    def here(cls) -> Self:
        """Of this process."""
        told = platform.node(), _read(_MACHINE), _read(_BOOT)
        return cls(*told, process=os.getpid(), user=_user())

    @classmethod
    def told(cls, lock: Path) -> Self | None:
        """What the file of a lock says; None where it says nothing that can be understood."""
        try:
            found = cls(**json.loads(read_file(lock, _MOST_BYTES)))
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        words = found.host, found.machine, found.boot, found.user
        fine = all(isinstance(word, str) and len(word) < _MOST_WORDS for word in words)
        return found if fine and isinstance(found.process, int) else None

    def tell(self, lock: Path) -> None:
        """Say it in the file of the lock.

        Raises:
            RunError: it cannot be written.
        """
        with speaking_of(lock):
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | ORDINARY
            with os.fdopen(os.open(lock, flags, 0o666), "w") as file:
                json.dump(asdict(self), file)
            share(lock)

    @property
    def is_in_sight(self) -> bool:
        """Whether the lock tells from here if the worker lives.

        It does on the machine where the worker is, and on the same machine once it was started
        again: nobody who lived before lives now.
        """
        here = Whereabouts.here()
        if here.boot and self.boot == here.boot:
            return True
        return (self.host, self.machine) == (here.host, here.machine)

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is another user's, or on another machine or in another container."""
        here = Whereabouts.here()
        return astuple(self)[:2] != astuple(here)[:2] or self.user != here.user

    @property
    def words(self) -> str:
        """Who and where.

        Example:
            >>> Whereabouts("lab-2", "", "", 4711, "ada").words
            'by ada on lab-2'
        """
        return f"by {self.user or 'somebody'} on {self.host or 'another machine'}"


@contextmanager
def signs_of_life(lock: Path) -> Iterator[None]:
    """Give one every few seconds: the time of the file moves, for those who cannot see the lock."""

    def beat() -> bool:
        with suppress(OSError):
            os.utime(lock)
        return True

    with beating(beat, _BEAT_SECONDS):
        yield


def gives_a_sign(lock: Path, seconds: float | None = None) -> bool:
    """Whether the file's time moves while one listens; clocks are not compared."""
    deadline = time.monotonic() + (LISTEN_SECONDS if seconds is None else seconds)
    before = Stamp.of(lock)
    while time.monotonic() < deadline:
        if Stamp.of(lock) != before:
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def is_fresh(lock: Path) -> bool:
    """Whether it seems to have given a sign just now; clocks that differ may deceive."""
    return 0 <= _silence(lock) < LISTEN_SECONDS


def last_heard(lock: Path) -> str:
    """How long ago it last gave a sign, or when.

    It is said, and nothing is decided by it: the clock of where the file is kept may be another.
    """
    seconds = _silence(lock)
    if is_fresh(lock):
        return "a moment ago"
    if 0 <= seconds < _TOLD_SECONDS:
        return f"{seconds:.0f} s ago" if seconds < _MINUTES else f"{seconds / 60:.0f} min ago"
    found = Stamp.of(lock)
    return "" if found is None else f"{datetime.fromtimestamp(found.written / 1e9):%Y-%m-%d %H:%M}"


def _silence(lock: Path) -> float:
    """Seconds since the file was written, by two clocks; NaN where it is not known."""
    found = Stamp.of(lock)
    return math.nan if found is None else time.time() - found.written / 1e9


def _read(path: Path) -> str:
    try:
        return path.read_text()[:_MOST_WORDS].strip()
    except (OSError, ValueError):
        return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a number without a name
        return str(os.getuid())
