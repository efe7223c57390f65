"""What one unit did over a text, in a few numbers: how far it went, where, and how hard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.cells import Bounds
from rnnviz.records import Floats

# A fortieth of the range at each end: beyond 0.95 in size for tanh, under 0.025 or over 0.975 for
# a gate, a unit can hardly move any further.
MARGIN = 0.025


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """One unit's values over a text.

    Attributes:
        least: the smallest of them.
        most: the largest.
        mean: of all.
        at_least: index of the first character after which the smallest stood.
        at_most: likewise the largest.
        ends: from which values on it counts as saturated, below and above; None where nothing
            bounds it.
        saturated: the share of values at or beyond these, 0 to 1; 0 where nothing bounds it.

    Example:
        >>> unit_summary(np.array([0.0, 0.98, -0.5, -1.0]), (-1.0, 1.0))
        UnitSummary(least=-1.0, most=0.98, mean=-0.13, at_least=3, at_most=1, ends=(-0.95, 0.95), \
saturated=0.5)
    """

    least: float
    most: float
    mean: float
    at_least: int
    at_most: int
    ends: tuple[float, float] | None
    saturated: float


def unit_summary(values: Floats, bounds: Bounds | None) -> UnitSummary:
    """What one unit did.

    Args:
        values: of the unit after each character (time); at least one.
        bounds: between which the signal must stay, as `signals.bounds` gives them.

    Raises:
        ValueError: there is no value.
    """
    if not len(values):
        raise ValueError("there are no values; give those of one character or more.")
    at_least, at_most = int(values.argmin()), int(values.argmax())
    ends, saturated = None, 0.0
    if bounds is not None:
        margin = MARGIN * (bounds[1] - bounds[0])
        ends = (bounds[0] + margin, bounds[1] - margin)
        saturated = float(np.mean((values <= ends[0]) | (values >= ends[1])))
    return UnitSummary(
        least=float(values[at_least]),
        most=float(values[at_most]),
        mean=float(values.mean(dtype=np.float64)),
        at_least=at_least,
        at_most=at_most,
        ends=ends,
        saturated=saturated,
    )
