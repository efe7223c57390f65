"""Stretches of a text throughout which a unit is high, or low, and quiet before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.units.switching import Rows

Bits = NDArray[np.bool_]
Places = NDArray[np.intp]


class Runs(NamedTuple):
    """Stretches of one side, each as long as it can be, in order.

    Attributes:
        starts: the first character of each.
        ends: the character behind its last.
    """

    starts: Places
    ends: Places

    def only(self, these: Bits) -> Runs:
        """Some of them."""
        return Runs(self.starts[these], self.ends[these])


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text, and how quiet it must be around it.

    Attributes:
        start: its first character.
        end: the character behind its last.
        before: how many characters before it a side must not be on, as far as there is text.
        after: how many behind it.
    """

    start: int
    end: int
    before: int = 0
    after: int = 0

    def __len__(self) -> int:
        return self.end - self.start

    def check(self, characters: int) -> None:
        """Refuse one that is no part of a text of so many characters.

        Raises:
            ValueError: what is wrong.
        """
        if not 0 <= self.start < self.end <= characters:
            raise ValueError(
                f"the selection goes from {self.start:,} to {self.end:,}; select one character or "
                f"more, from 0 to {characters:,}."
            )
        if min(self.before, self.after) < 0:
            raise ValueError("quiet characters are counted from 0.")


def runs_of(on: Bits) -> Runs:
    """Where a side is on.

    Example:
        >>> found = runs_of(np.array([True, True, False, True]))
        >>> found.starts.tolist(), found.ends.tolist()
        ([0, 3], [2, 4])
    """
    edges = np.flatnonzero(np.diff(on, prepend=False, append=False))
    return Runs(edges[::2], edges[1::2])


def quiet(runs: Runs, before: int, after: int) -> Runs:
    """Those with so many characters, or the end of the text, to the next on either side.

    Example:
        >>> runs = Runs(np.array([1, 5, 7]), np.array([3, 6, 9]))
        >>> quiet(runs, before=2, after=0).starts.tolist()
        [1, 5]
    """
    gaps = runs.starts[1:] - runs.ends[:-1]
    enough = np.ones(len(runs.starts), np.bool_)
    enough[1:] &= gaps >= before
    enough[:-1] &= gaps >= after
    return runs.only(enough)


def long_enough(runs: Runs, stretch: Stretch) -> Runs:
    """Those at least as long as a stretch."""
    return runs.only(runs.ends - runs.starts >= len(stretch))


def throughout(rows: Rows, stretch: Stretch) -> Rows:
    """Which sides are on throughout a stretch and quiet around it, as a row of bits (byte).

    Args:
        rows: as `Switching` has them (time, byte).
        stretch: of the same text.
    """
    inside = np.bitwise_and.reduce(rows[stretch.start : stretch.end])
    before = rows[max(0, stretch.start - stretch.before) : stretch.start]
    after = rows[stretch.end : stretch.end + stretch.after]
    loud = np.bitwise_or.reduce(before) | np.bitwise_or.reduce(after)
    return np.asarray(inside & ~loud)
