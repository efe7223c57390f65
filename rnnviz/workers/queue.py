"""At most one worker per core: the others wait in line."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Self

from filelock import FileLock

from rnnviz.runs.documents import speaking_of
from rnnviz.runs.index import RunIndex
from rnnviz.runs.locks import hold, is_held
from rnnviz.runs.paths import RunFolder
from rnnviz.storage import share
from rnnviz.workers.threads import cores, threads_for

_SLOTS = ".slots"
_LOOK_SECONDS, _PLACE_SECONDS = 0.2, 3.0


@dataclass(frozen=True, slots=True)
class Slot:
    """The right to compute, held by one worker; the system lets it go when the worker ends.

    Attributes:
        lock: the lock of the slot.
        folder: where the locks of all slots are.
        more: the locks of slots that its worker holds beside it.
    """

    lock: FileLock
    folder: Path
    more: list[FileLock] = field(default_factory=list)

    @classmethod
    def take(cls, runs: Path) -> Self | None:
        """A free slot, or None."""
        folder = runs / _SLOTS
        with speaking_of(folder):
            folder.mkdir(parents=True, exist_ok=True)
        share(folder)
        lock = next(_free(folder), None)
        return None if lock is None else cls(lock, folder)

    def take_more(self, number: int) -> None:
        """Take so many slots more for processes that work along; fewer where fewer are free."""
        self.more.extend(islice(_free(self.folder), number))

    @staticmethod
    def any_free(runs: Path) -> bool:
        """Whether one could be taken now; none is."""
        return not all(is_held(runs / _SLOTS / f"{number}.lock") for number in range(cores()))

    @property
    def threads(self) -> int:
        """How many threads its worker may compute with, given who else is at work now."""
        locks = (path for path in self.folder.glob("*.lock"))
        return threads_for(sum(is_held(path) for path in locks))

    def release(self) -> None:
        """Let the next ones in."""
        for lock in (self.lock, *self.more):
            lock.release()


def _free(folder: Path) -> Iterator[FileLock]:
    """The locks of free slots, held from then on."""
    held = (hold(folder / f"{number}.lock") for number in range(cores()))
    return (lock for lock in held if lock is not None)


def position(run: RunFolder, index: RunIndex) -> int:
    """A queued run's place in line, from 1; 0 if it is not waiting."""
    queued = (other for other in index.look() if other.state == "queued")
    # One that was started just now is queued too, but comes into line when its worker is there.
    waiting = [(each.since, each.folder.id) for each in queued if is_held(each.folder.lock)]
    ids = [name for _, name in sorted(waiting)]
    return ids.index(run.id) + 1 if run.id in ids else 0


def wait_for_slot(
    run: RunFolder, say: Callable[[int], None], should_stop: Callable[[], bool]
) -> Slot | None:
    """Wait until it is this run's turn; None if it was asked to stop.

    A slot is looked for often, which is cheap; all the runs, of which there may be hundreds, only
    where one is free, and now and then for the place in line.

    Args:
        run: the run, whose status is "queued".
        say: told the place in line whenever it changes.
        should_stop: asked again and again.
    """
    said, looked, index = None, -math.inf, RunIndex(run.path.parent)
    while not should_stop():
        free = Slot.any_free(run.path.parent)
        if free or time.monotonic() - looked > _PLACE_SECONDS:
            place, looked = position(run, index), time.monotonic()
            if place <= 1 and (slot := Slot.take(run.path.parent)) is not None:
                return slot
            if place != said:
                say(place)
                said = place
        time.sleep(_LOOK_SECONDS)
    return None
