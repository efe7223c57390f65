"""One line on stderr that says how training goes."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from rnnviz.commands.speaking import tell
from rnnviz.commands.streams import Stderr
from rnnviz.notation import clock, loss_words
from rnnviz.text.control import escaped
from rnnviz.text.seen import Seen

if TYPE_CHECKING:
    from tqdm import tqdm

    from rnnviz.training.progress import Iteration, Progress

_USUAL_COLUMNS = 80  # of a terminal that does not say how many it has
_TERMINAL_SECONDS = 0.1
_FILE_SECONDS = 5.0


class ProgressBar:
    """Loss, bits per character, characters a second and time left.

    On a terminal a bar is drawn ten times a second, in the width there is; into a file, a line
    comes every five seconds. Nothing that stderr does is an error.

    Attributes:
        seen: makes of a loss per timestep one per character as a person sees it.
    """

    def __init__(self) -> None:
        self.seen = Seen()
        self._stderr = Stderr()
        self._terminal = self._stderr.isatty()
        self._seconds = _TERMINAL_SECONDS if self._terminal else _FILE_SECONDS
        self._last = -math.inf
        self._first: Iteration | None = None
        self._bar: tqdm[None] | None = None

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
            self._show(progress.fraction, words(progress, self._first, self.seen))

    def say(self, sentence: str) -> None:
        """A sentence on a line of its own."""
        if self._bar is None:
            tell(sentence)
        else:
            self._bar.write(escaped(sentence), file=self._stderr)

    def close(self) -> None:
        """End the line."""
        if self._bar is not None:
            self._bar.close()

    def _show(self, fraction: float, said: str) -> None:
        if not self._terminal:
            tell(f"{fraction:4.0%}  {said}")
            return
        if self._bar is None:
            self._bar = _bar(self._stderr)
        self._bar.n = min(fraction, 1.0)
        self._bar.set_description_str(said)


def words(now: Iteration, first: Iteration, seen: Seen) -> str:
    """What stands beside the bar, the rate measured since the first iteration seen."""
    seconds = now.seconds - first.seconds
    rate = (now.characters - first.characters) / seconds if seconds else 0.0
    done = now.fraction - first.fraction
    left = seconds * (1 - now.fraction) / done if done > 0 else math.nan
    return (
        f"iteration {now.iteration:,}  loss {loss_words(seen.loss(now.loss))}  "
        f"{rate:,.0f} characters/s  {clock(left)} left"
    )


def _bar(stderr: Stderr) -> tqdm[None]:
    """The bar of a budget of 1, without a thread of its own."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0
    return tqdm(
        total=1.0,
        file=stderr,
        bar_format="{percentage:3.0f}% |{bar}| {desc}",
        ncols=None if stderr.columns() else _USUAL_COLUMNS,
        dynamic_ncols=stderr.columns() > 0,
    )
