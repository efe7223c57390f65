"""Which units are high, or low, throughout a selection, and how rare that is in the text."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.analysis.units.stretches import Stretch, long_enough, quiet, runs_of, throughout
from rnnviz.analysis.units.switching import Side, Switching, Values

_TOGETHER = 32  # sides whose bits are laid out at once


@dataclass(frozen=True, slots=True)
class Follower:
    """A unit that is high, or low, throughout a selection.

    Attributes:
        side: the unit, and which.
        runs: how many stretches elsewhere are like it: of the same side, at least as long, and as
            quiet before and after.
        share: of the characters of the text that lie in such a stretch, its own included.
    """

    side: Side
    runs: int
    share: float


def followers(own: Switching, stretch: Stretch, states: Values | None = None) -> list[Follower]:
    """The units that are high or low throughout a stretch, the rarest first.

    A unit is one of them where it is on one side at every character of the stretch, and at none of
    the quiet characters before and after it. Rare is what takes up the smallest share of the text;
    of equal shares, what has the fewest runs elsewhere; then the lowest number. A unit that is
    always on comes last.

    Args:
        own: of the text that rarity is counted in.
        stretch: of it, or of another text.
        states: of that other text, written as those of this one (time, unit); None where it is
            this text.

    Raises:
        ValueError: the stretch is no part of the text.

    Source: the selection of Strobelt, Gehrmann, Pfister and Rush, "LSTMVis", 2018, with both sides
    of a unit and with its rarity.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.units.switching import switching
        >>> values = np.array([[0, 9, 1], [9, 0, 9], [9, 0, 1], [0, 9, 9], [0, 0, 9]])
        >>> for found in followers(switching(values), Stretch(1, 3)):
        ...     str(found.side), found.runs, found.share
        ('0', 0, 0.4)
        ('1 (low)', 0, 0.4)
    """
    rows = own.rows if states is None else own.over(states)
    stretch.check(len(rows))
    sides = own.sides(throughout(rows, stretch))
    found = []
    for begin in range(0, len(sides), _TOGETHER):
        some = sides[begin : begin + _TOGETHER]
        for side, on in zip(some, own.columns(some), strict=True):
            alike = long_enough(quiet(runs_of(on), stretch.before, stretch.after), stretch)
            others = len(alike.starts) - (states is None)
            share = float((alike.ends - alike.starts).sum()) / own.characters
            found.append(Follower(side, others, share))
    return sorted(found, key=lambda one: (one.share, one.runs, one.side))
