"""Norms as colours: equal steps of colour are equal factors."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnviz.plots.frame import colour_bar
from rnnviz.plots.log_axis import decades
from rnnviz.plots.theme import Theme, path_colours, sequential
from rnnviz.powers import ten_to
from rnnviz.records import Floats

MAX_DECADES = 10


def logarithms(norms: Floats) -> Floats:
    """The logarithm to base 10 of each norm; NaN, which has no colour, where it is zero.

    Example:
        >>> logarithms(np.array([100.0, 0.0])).tolist()
        [2.0, nan]
    """
    with np.errstate(divide="ignore"):
        return np.where(norms > 0, np.log10(norms), np.nan).astype(np.float32)


def colour_ends(logs: Floats) -> tuple[float, float]:
    """Between which logarithms colours change: the smallest and the largest, 10 decades at most.

    Example:
        >>> colour_ends(np.array([-30.0, np.nan, 1.0]))
        (-9.0, 1.0)
    """
    low, high = float(np.nanmin(logs)), float(np.nanmax(logs))
    return max(low, high - MAX_DECADES), high


def faintest_words(logs: Floats) -> str:
    """Says which norms share the faintest colour; "" where each has its own.

    Example:
        >>> faintest_words(np.array([-30.0, 1.0])), faintest_words(np.array([0.0, 1.0]))
        ('The faintest colour: 10<sup>−9</sup> and below. ', '')
    """
    high = float(np.nanmax(logs))
    shared = high - float(np.nanmin(logs)) > MAX_DECADES
    return f"The faintest colour: {ten_to(high - MAX_DECADES, 'html')} and below. " * shared


def log_colours(ends: tuple[float, float], path: str, theme: Theme) -> dict[str, Any]:
    """How a heatmap of such logarithms is coloured, with its legend.

    Args:
        ends: as `colour_ends` gives them.
        path: "h" or "c", each of which has its colour.
        theme: the colours.
    """
    powers = decades(*ends)
    whole = len(powers) > 1
    ticks = {"tickvals": powers, "ticktext": [ten_to(power, "html") for power in powers]}
    title = "gradient norm" if whole else "log<sub>10</sub> gradient norm"
    return {
        "zmin": ends[0],
        "zmax": ends[1] if ends[1] > ends[0] else ends[0] + 1,
        "colorscale": sequential(theme, path_colours(theme, path)[0]),
        "hoverongaps": False,
        "colorbar": colour_bar(title, theme) | (ticks if whole else {}),
    }
