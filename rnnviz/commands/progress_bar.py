"""One line on stderr that says how training goes."""

from __future__ import annotations

import math
import shutil
import time
from typing import TYPE_CHECKING, TextIO

from rnnviz.notation import clock, loss_words

if TYPE_CHECKING:
    from rnnviz.training.progress import Iteration, Progress

_WIDTH = 24
_TERMINAL_SECONDS = 0.1
_FILE_SECONDS = 5.0


class ProgressBar:
    """Loss, bits per character, characters a second and time left.

    On a terminal the line is written over itself ten times a second; into a file, a new line
    comes every five seconds.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._seconds = _TERMINAL_SECONDS if self._terminal else _FILE_SECONDS
        self._last = -math.inf
        self._columns = shutil.get_terminal_size().columns - 1 if self._terminal else None
        self._first: Iteration | None = None

    def report(self, progress: Progress) -> None:
        """Show an iteration, if it is time to."""
        from rnnviz.training.progress import Iteration

        if not isinstance(progress, Iteration):
            return
        if self._first is None:
            self._first = progress  # the rate is measured from here
            return
        if time.monotonic() - self._last > self._seconds or progress.fraction >= 1:
            self._last = time.monotonic()
            self._write(line(progress, self._first)[: self._columns])

    def say(self, sentence: str) -> None:
        """A sentence on a line of its own."""
        self._stream.write(f"{chr(13) if self._terminal else ''}{sentence}\n")
        self._stream.flush()

    def close(self) -> None:
        """End the line."""
        if self._terminal:
            self._stream.write("\n")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r{text}\x1b[K" if self._terminal else f"{text}\n")
        self._stream.flush()


def line(now: Iteration, first: Iteration) -> str:
    """The text of the bar, the rate measured since the first iteration seen."""
    filled = round(_WIDTH * now.fraction)
    seconds = now.seconds - first.seconds
    rate = (now.characters - first.characters) / seconds if seconds else 0.0
    done = now.fraction - first.fraction
    left = seconds * (1 - now.fraction) / done if done > 0 else math.nan
    return (
        f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {now.fraction:4.0%}  "
        f"iteration {now.iteration:,}  loss {loss_words(now.loss)}  "
        f"{rate:,.0f} characters/s  {clock(left)} left"
    )
