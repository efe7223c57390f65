"""Losses that leap far above those of a network that knows nothing, and come back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.notation import bits_words, capitalised, loss_words

# Half a bit above the loss of guessing: no learning looks like it.
_ABOVE = 0.35


@dataclass(frozen=True, slots=True)
class Spikes:
    """How often a loss was a spike (see `are_spikes`), when, and how high.

    Attributes:
        count: how many losses were.
        first: iteration of the first.
        last: of the last.
        at: of the highest.
        highest: that loss, in nats.
        guessing: the loss of guessing, in nats.
        over: whether the newest loss is none.
    """

    count: int
    first: int
    last: int
    at: int
    highest: float
    guessing: float
    over: bool

    def words(self, loss: str, place: str) -> str:
        """When, how high and how often, in a sentence.

        Args:
            loss: which loss it is.
            place: what each is of, as iteration.

        Example:
            >>> Spikes(3, 21, 33, 30, 900.0, 4.0, over=True).words("the training loss", "iteration")
            'The training loss has leapt and come back: at 3 iterations, first at \
iteration 21 and last at iteration 33, it was half a bit or more above that of guessing (5.771 \
bits/char), at iteration 30 as high as 1298.426 bits/char (900.000 nats).'
        """
        back = " and come back" if self.over else ""
        than = f"half a bit or more above that of guessing ({bits_words(self.guessing)}/char)"
        high = f"at iteration {self.at:,} as high as {loss_words(self.highest)}"
        if self.count == 1:
            return capitalised(f"{loss} has leapt{back}: it was {than} at one {place}, {high}.")
        first, last = f"first at iteration {self.first:,}", f"last at iteration {self.last:,}"
        when = f"{self.count:,} {place}s, {first} and {last}"
        return capitalised(f"{loss} has leapt{back}: at {when}, it was {than}, {high}.")


def spike_from(guessing: float) -> float:
    """From what loss on one can be a spike, in nats: half a bit above that of guessing."""
    return guessing + _ABOVE


def are_spikes(losses: ArrayLike, guessing: float) -> NDArray[np.bool_]:
    """Which losses are spikes: half a bit or more above that of guessing, once one was below that.

    Args:
        losses: in nats, in the order in which they were measured.
        guessing: the loss of guessing among all characters alike.

    Example:
        >>> are_spikes([9.0, 3.0, 50.0, 2.0], guessing=3.0).tolist()
        [False, False, True, False]
    """
    high = np.asarray(losses, float) >= spike_from(guessing)
    return high & np.logical_or.accumulate(~high)


def spikes_of(iterations: ArrayLike, losses: ArrayLike, guessing: float) -> Spikes | None:
    """The spikes among losses; None where there is none.

    Args:
        iterations: where each was measured.
        losses: see `are_spikes`.
        guessing: likewise.

    Example:
        >>> spikes_of([1, 2, 3, 4], [3.0, 50.0, 2.0, 40.0], guessing=3.0)
        Spikes(count=2, first=2, last=4, at=2, highest=50.0, guessing=3.0, over=False)
    """
    found = are_spikes(losses, guessing)
    if not found.any():
        return None
    at, high = np.asarray(iterations)[found], np.asarray(losses, float)[found]
    return Spikes(
        count=len(at),
        first=int(at[0]),
        last=int(at[-1]),
        at=int(at[high.argmax()]),
        highest=float(high.max()),
        guessing=guessing,
        over=not found[-1],
    )
