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
        >>> point = FixedPoint(np.zeros(2), 3e-12, np.array([0.9 + 0j, 0.1]), 0.9, 0.2, 5)
        >>> plane = Plane.of(np.eye(3)[:, :2])
        >>> states, after = np.zeros((3, 2)), np.zeros(3, bool)
        >>> said = stillness_words(FixedPoints("e", (point,), 6, 6, plane, states, after), "“e”")
        >>> said[0]
        'Read again and again, “e” leaves 1 state as it is, as far as was found: 5 of 6 starts led \
to it, and what is left of |F(s) − s| is at most 3.0e−12.'
        >>> said[1]
        'It is stable: states nearby come to it. Of a small change there 37 % is left after 9.49 \
characters (spectral radius 0.9).'
        >>> saddle = FixedPoint(np.zeros(2), 0.0, np.array([1.5 + 0j, 0.1]), 1.5, 0.2, 5)
        >>> stillness_words(FixedPoints("e", (saddle,), 6, 6, plane, states, after), "“e”")[1]
        'From it some states nearby go away: it is unstable (spectral radius 1.5).'
        >>> off = FixedPoint(np.zeros(2), 0.0, np.array([0.5 + 0j, 0.1]), 0.5, 91.4)
        >>> stillness_words(FixedPoints("e", (off,), 6, 6, plane, states, after), "“e”")[2][:80]
        'But over this text the network does not come near it: the nearest state lies 91 '
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
    return [*said, _stability_words(found), *_away_words(found)]


def _away_words(found: FixedPoints) -> list[str]:
    """That the network came near none of them over the text, or not near some, and how far off."""
    far = sorted(point.away for point in found.found if point.far)
    if not far:
        return []
    which = f"near {len(far)} of them" if len(far) < len(found.found) else "near any of them"
    which = "near it" if len(found.found) == 1 else which
    low, high = _times(far[0]), _times(far[-1])
    apart = low if low == high else f"{low} to {high}"
    return [
        f"But over this text the network does not come {which}: the nearest state lies {apart} "
        "times as far away as states lie from their mean, so that what holds there need not hold "
        "where the network is."
    ]


def _times(number: float) -> str:
    rounded = float(f"{number:.3g}")
    return f"{rounded:,.0f}" if 10 <= rounded < 1e9 else significant(number)


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
    which = f"{len(stable)} of them are stable: states nearby come to them"
    if len(stable) == 1:
        which = f"{'It' if alone else '1 of them'} is stable: states nearby come to it"
    radius = stable[0].radius
    left = "nothing is left at once"
    if radius > 0:
        left = f"37 % is left after {counted_characters(-1 / math.log(radius))}"
    where = "there" if len(stable) == 1 else "at that which most starts led to"
    return f"{which}. Of a small change {where} {left} (spectral radius {significant(radius, 4)})."


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
