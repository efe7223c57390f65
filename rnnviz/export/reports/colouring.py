"""Texts on colours that need no script: a class for each level, from a palette of both themes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.export.reports.markup import written
from rnnviz.plots.still.ink import BOTH, Palette
from rnnviz.plots.theme import blend, highlight
from rnnviz.records import Floats

LEVELS = 8


def surprises(text: str, bits: Floats) -> str:
    """A text on the colours of its surprises in bits, cut at the last level.

    Example:
        >>> surprises("abc", np.array([0.2, 3.1, 2.9]))
        'a<span class="s3">bc</span>'
    """
    levels = np.rint(np.clip(np.nan_to_num(bits), 0, LEVELS)).astype(int)
    return _spans(text, ["" if not level else f"s{level}" for level in levels.tolist()])


def values(text: str, shares: Floats) -> str:
    """A text on the colours of values over their limit, from -1 (blue) to +1 (red).

    Example:
        >>> values("ab", np.array([-1.0, 0.5]))
        '<span class="n8">a</span><span class="p4">b</span>'
    """
    levels = np.rint(LEVELS * np.clip(shares, -1, 1)).astype(int).tolist()
    names = ["" if not level else f"{'n' if level < 0 else 'p'}{abs(level)}" for level in levels]
    return _spans(text, names)


def style(palette: Palette) -> str:
    """The style sheet of all levels."""
    rules = []
    for level in range(1, LEVELS + 1):
        share = level / LEVELS
        ways = {"s": (highlight, share), "p": (blend, share), "n": (blend, -share)}
        for name, (colour, at) in ways.items():
            pair = [colour(theme, at) for theme in BOTH]
            rules.append(f".{name}{level}{{background:{palette.name(*pair)}}}")
    return "".join(rules)


def _spans(text: str, names: Sequence[str]) -> str:
    """Neighbours of one class together."""
    said, begin = [], 0
    for place in range(1, len(text) + 1):
        if place == len(text) or names[place] != names[begin]:
            inside, name = written(text[begin:place]), names[begin]
            said.append(f'<span class="{name}">{inside}</span>' if name else inside)
            begin = place
    return "".join(said)
