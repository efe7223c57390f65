"""How training goes, in words, as often as somebody can read them."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, NamedTuple

from rnnviz.notation import clock, loss_words
from rnnviz.text.seen import Seen

if TYPE_CHECKING:
    from rnnviz.training.progress import Iteration, Progress


BAR_FORMAT = "{percentage:3.0f}% |{bar}| {desc}"  # of tqdm


class Said(NamedTuple):
    """How far training is, from 0 to 1, and how it goes."""

    fraction: float
    words: str


class Meter:
    """Loss, bits per character, characters a second and time left.

    Attributes:
        seen: makes of a loss per timestep one per character as a person sees it.
    """

    def __init__(self, seconds: float, seen: Seen | None = None) -> None:
        self.seen = seen or Seen()
        self._seconds = seconds
        self._last = -math.inf
        self._first: Iteration | None = None

    def read(self, progress: Progress) -> Said | None:
        """What to say of an iteration; None where it is too soon after the last time."""
        from rnnviz.training.progress import Iteration

        if not isinstance(progress, Iteration):
            return None
        if self._first is None:
            self._first = progress  # the rate is measured from here
            return None
        if time.monotonic() - self._last <= self._seconds and progress.fraction < 1:
            return None
        self._last = time.monotonic()
        return Said(progress.fraction, _words(progress, self._first, self.seen))


def _words(now: Iteration, first: Iteration, seen: Seen) -> str:
    """The rate is measured since the first iteration seen."""
    seconds = now.seconds - first.seconds
    rate = (now.characters - first.characters) / seconds if seconds else 0.0
    done = now.fraction - first.fraction
    left = seconds * (1 - now.fraction) / done if done > 0 else math.nan
    return (
        f"iteration {now.iteration:,}  loss {loss_words(seen.loss(now.loss))}  "
        f"{rate:,.0f} characters/s  {clock(left)} left"
    )
