"""Whose page is drawn now: few at once, the others in the order in which they came.

Python runs one thread at a time. Of twenty that draw a page each, every one lets the others go
first with each message to its browser, and is there as late as all of them: a page that takes
longer than most was there after 25 s. Two or three at once use the cores as well.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, local

import streamlit as st

from rnnviz.workers.threads import cores


class Turns:
    """So many turns at once; whoever ends one hands it to who has waited longest.

    Attributes:
        free: how many could begin now.

    Example:
        >>> turns = Turns(2)
        >>> with turns.taken(), turns.taken():  # who has a turn needs no other
        ...     turns.free
        1
        >>> turns.free
        2
    """

    def __init__(self, at_once: int) -> None:
        self.free = at_once
        self._guard, self._mine = Lock(), local()
        self._line: deque[Event] = deque()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._line)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn, unless this thread has one."""
        if self._has_one:
            yield
            return
        self._wait()
        self._mine.has_one = True
        try:
            yield
        finally:
            self.stand_aside()

    def stand_aside(self) -> None:
        """Let the next one have the turn of this thread, which goes on without.

        For what may take long: two visitors who wait for a network would stop all others.
        """
        if not self._has_one:
            return
        self._mine.has_one = False
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self.free += 1

    def _wait(self) -> None:
        called = Event()
        with self._guard:
            if self.free:
                self.free -= 1
                called.set()
            else:
                self._line.append(called)
        called.wait()

    @property
    def _has_one(self) -> bool:
        return getattr(self._mine, "has_one", False)


@st.cache_resource(show_spinner=False)
def turns() -> Turns:
    """Those of all visitors: one for each core, and two at least, as some wait for the disk."""
    return Turns(max(2, cores()))
