"""Where a unit is highest and where it is lowest, at places that are apart from each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.records import Array, Floats

COUNT, APART = 5, 100


@dataclass(frozen=True, slots=True)
class Extreme:
    """A character after which a unit is high, or low.

    Attributes:
        place: of the character, counted as the values are.
        value: of the unit.
        label: what the property is there; NaN where it says nothing.
    """

    place: int
    value: float
    label: float


@dataclass(frozen=True, slots=True)
class Extremes:
    """The strongest places both ways.

    Attributes:
        highest: where the unit is highest, the highest first.
        lowest: where it is lowest, the lowest first.
    """

    highest: tuple[Extreme, ...]
    lowest: tuple[Extreme, ...]


def extremes(values: Floats, labels: Array, places: slice, count: int = COUNT) -> Extremes:
    """The highest and the lowest values of a part, no two of them nearer than 100 characters.

    Args:
        values: of a unit (time).
        labels: of the property (time).
        places: the part.
        count: how many of either.

    Example:
        >>> found = extremes(np.array([0.0, 3.0, 2.0, -1.0]), np.arange(4.0), slice(1, 4))
        >>> found.highest, found.lowest
        ((Extreme(place=1, value=3.0, label=1.0),), (Extreme(place=3, value=-1.0, label=3.0),))
    """
    begin = places.start or 0
    own = values[places].astype(np.float64)
    found = []
    for sign in (1, -1):
        chosen = [begin + place for place in _peaks(sign * own, count)]
        found.append(tuple(Extreme(at, float(values[at]), float(labels[at])) for at in chosen))
    return Extremes(*found)


def _peaks(values: Array, count: int) -> list[int]:
    """The largest values, each the largest of those that are far enough from those before it."""
    left = np.where(np.isfinite(values), values, -np.inf)
    found = list[int]()
    while len(found) < count and np.isfinite(left).any():
        place = int(left.argmax())
        found.append(place)
        left[max(0, place - APART + 1) : place + APART] = -np.inf
    return found
