"""Fixed points under one repeated character, in sentences that can be repeated."""

from __future__ import annotations

import math

from rnnviz.analysis.gradients.jacobian_words import counted_characters
from rnnviz.analysis.gradients.stillness import FixedPoints
from rnnviz.notation import counted, magnitude, percent, significant


def stillness_words(found: FixedPoints, character: str) -> list[str]:
    """How many there are, how many of them states come to, and how soon.

    Args:
        found: once all starts were tried.
        character: as it is shown.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.gradients.stillness import FixedPoint, Plane
        >>> point = FixedPoint(np.zeros(2), 3e-12, np.array([0.9 + 0j, 0.1]), 0.9, 5)
        >>> plane = Plane.of(np.eye(3)[:, :2])
        >>> states, after = np.zeros((3, 2)), np.zeros(3, bool)
        >>> said = stillness_words(FixedPoints("e", (point,), 6, 6, plane, states, after), "“e”")
        >>> said[0]
        'Read again and again, “e” leaves 1 state as it is, as far as was found: 5 of 6 starts led \
to it, and what is left of |F(s) − s| is at most 3.0e−12.'
        >>> said[1]
        'States nearby come to it: it is stable. Of a small change there 37 % is left after 9.49 \
characters (spectral radius 0.9).'
        >>> saddle = FixedPoint(np.zeros(2), 0.0, np.array([1.5 + 0j, 0.1]), 1.5, 5)
        >>> stillness_words(FixedPoints("e", (saddle,), 6, 6, plane, states, after), "“e”")[1]
        'From it some states nearby go away: it is unstable (spectral radius 1.5).'
    """
    if not found.found:
        return [
            f"From {counted(found.starts, 'start')} no state was found that {character} leaves as "
            "it is: read again and again, it may lead the state round in a circle, or ever farther."
        ]
    count, alone = len(found.found), len(found.found) == 1
    off = max(point.residual for point in found.found)
    said = [
        f"Read again and again, {character} leaves {counted(count, 'state')} as "
        f"{'it is' if alone else 'they are'}, as far as was found: {found.arrived:,} of "
        f"{counted(found.starts, 'start')} led to {'it' if alone else 'one of them'}, and what is "
        f"left of |F(s) − s| is at most {magnitude(off)}."
    ]
    return [*said, _stability_words(found)]


def _stability_words(found: FixedPoints) -> str:
    """Which of them are stable, and how long a change lasts at the first that is."""
    alone = len(found.found) == 1
    stable = [point for point in found.found if point.stable]
    if not stable:
        size = f"spectral radius {significant(found.found[0].radius)}"
        if alone:
            return f"From it some states nearby go away: it is unstable ({size})."
        return (
            "From each of them some states nearby go away: all are unstable "
            f"({size} at that which most starts led to)."
        )
    which = "it: it is stable" if alone else f"{len(stable)} of them: these are stable"
    radius = stable[0].radius
    left = "nothing is left at once"
    if radius > 0:
        left = f"37 % is left after {counted_characters(-1 / math.log(radius))}"
    where = "there" if len(stable) == 1 else "at that which most starts led to"
    return (
        f"States nearby come to {which}. Of a small change {where} {left} (spectral radius "
        f"{significant(radius, 4)})."
    )


def plane_words(found: FixedPoints) -> str:
    """How much of the states over the text the picture shows.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.gradients.stillness import Plane
        >>> plane = Plane(np.zeros(2), np.eye(2), np.array([0.5, 0.25]))
        >>> plane_words(FixedPoints("e", (), 1, 1, plane, np.zeros((3, 2)), np.zeros(3, bool)))
        'The two directions hold 75.0 % of the variance of the states over the text.'
    """
    share = percent(float(found.plane.shares.sum()))
    return f"The two directions hold {share} of the variance of the states over the text."
