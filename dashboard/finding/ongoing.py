"""A search that goes on while somebody looks, one for all visitors who ask the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event, Lock, Thread, main_thread
from time import monotonic, sleep
from typing import Generic, TypeVar

from dashboard import memory
from dashboard.turns import turns
from rnnviz.storage import StorageError
from rnnviz.workers.spawning import thread_gives_way

T = TypeVar("T")

WATCHED_SECONDS = 5.0
DRAWING_SECONDS = 0.5  # for pages to draw what is known first


@dataclass(frozen=True, slots=True)
class Stand(Generic[T]):
    """How far a search has come.

    Attributes:
        steps: how many there were.
        latest: what the last of them gave; None before the first.
        error: why it ended early; None where it did not.
        done: whether it has ended.
    """

    steps: int = 0
    latest: T | None = None
    error: Exception | None = None
    done: bool = False


class Ongoing(Generic[T]):
    """Takes one step after the other beside the pages; where nobody looks any more, it stops.

    Example:
        >>> ongoing = Ongoing(lambda: iter("abc"), Lock())
        >>> ongoing.finish()
        Stand(steps=3, latest='c', error=None, done=True)
    """

    def __init__(self, begin: Callable[[], Iterator[T]], turn: Lock) -> None:
        """Nothing is computed before somebody looks.

        Args:
            begin: gives the steps.
            turn: held during a step, so that searches take turns.
        """
        self._begin, self._turn = begin, turn
        self._steps: Iterator[T] | None = None
        self._stand: Stand[T] = Stand()
        self._first, self._guard = Event(), Lock()
        self._thread: Thread | None = None
        self._seen = 0.0

    def look(self, seconds: float = 0.0) -> Stand[T]:
        """How it stands, after so many seconds where nothing is known sooner; it goes on."""
        self._seen = monotonic()
        self._go_on()
        if seconds and not self._first.is_set():
            turns().stand_aside()
            self._first.wait(seconds)
        return self._stand

    def finish(self) -> Stand[T]:
        """How it ended."""
        while not self.look().done:
            thread = self._thread
            if thread is not None:
                turns().stand_aside()
                thread.join(1.0)
        return self._stand

    def _go_on(self) -> None:
        with self._guard:
            if not self._stand.done and (self._thread is None or not self._thread.is_alive()):
                # A script's thread is a daemon, and threads take after who begins them.
                self._thread = Thread(target=self._run, daemon=False)
                self._thread.start()

    @property
    def _wanted(self) -> bool:
        watched = monotonic() - self._seen < WATCHED_SECONDS
        return watched and not self._stand.done and main_thread().is_alive()

    def _run(self) -> None:
        """Step by step; a process that ends waits for the one it is at.

        A thread cut short in torch's code would take the process down with it.
        """
        thread_gives_way()
        while self._wanted:
            with self._turn:
                if self._wanted:
                    self._stand = self._next(self._stand)
            if not self._first.is_set():
                self._first.set()
                sleep(DRAWING_SECONDS)
        self._steps = None  # what has not ended begins anew: it may hold a gigabyte meanwhile
        memory.give_back()

    def _next(self, now: Stand[T]) -> Stand[T]:
        try:
            if self._steps is None:
                self._steps = self._begin()
            return Stand(now.steps + 1, next(self._steps))
        except StopIteration:
            return Stand(now.steps, now.latest, done=True)
        except (ValueError, StorageError) as error:
            return Stand(now.steps, now.latest, error.with_traceback(None), done=True)
