"""What is done again and again beside something else, until that is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def beating(beat: Callable[[], bool], seconds: float) -> Iterator[None]:
    """Do something every so many seconds, in a thread of its own, while inside.

    Args:
        beat: does it, and says whether it shall be done again; it raises nothing.
        seconds: between two times.
    """
    ended = Event()

    def go_on() -> None:
        while not ended.wait(seconds) and beat():
            pass

    thread = Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
