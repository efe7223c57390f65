"""Logarithmic axes, with ticks to be read; those of norms reach over at most 12 decades."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.powers import ten_to
from rnnviz.records import Floats

MAX_DECADES = 12
_FEW = 2.5
_LITTLE = 0.8
_PLAIN = 4
_LEAST_DECADES = 2
_POWERS = 11  # Plotly writes powers of ten a quarter larger


def log_axis(figure: go.Figure, values: Floats, *, least: float = math.inf, **place: Any) -> None:
    """Make a vertical axis logarithmic over the positive values.

    Ticks are 1, 2, 3, ... within a decade, 1, 2, 5 and their tenfolds over few, else powers of ten.
    The axis begins at most 12 decades below the largest value (`beyond` says so in words); zooming
    out shows the rest.

    Args:
        figure: the figure.
        values: all that is shown on the axis.
        least: a value that it reaches, however far that is below.
        place: row and col of a panel.

    Example:
        >>> figure = go.Figure()
        >>> log_axis(figure, np.array([0.0, 1.0, 100.0]))
        >>> figure.layout.yaxis.range, figure.layout.yaxis.dtick
        ((-0.1, 2.1), 'D2')
    """
    figure.update_yaxes(type="log", **place)
    positive = values[np.isfinite(values) & (values > 0)]
    if not len(positive):
        figure.update_yaxes(showticklabels=False, **place)
        return
    low, high = (float(np.log10(end)) for end in (positive.min(), positive.max()))
    low = max(low, min(high - MAX_DECADES, math.log10(least)))
    pad = 0.05 * max(high - low, 0.5)
    few: dict[str, Any] = {
        "dtick": "D1" if high - low < _LITTLE else "D2",
        "minorloglabels": "complete",
    }
    # Where some would be long, all are powers of ten.
    plain = low >= -_PLAIN and high <= _PLAIN
    few |= {"tickformat": "~g"} if plain else {"exponentformat": "power", "showexponent": "all"}
    many = {"exponentformat": "power", "minorloglabels": "none", "nticks": 7}
    many |= {"tickfont_size": _POWERS}
    ticks = few if high - low < _FEW else many
    figure.update_yaxes(range=[low - pad, high + pad], **ticks, **place)


def decade_axis(logs: Floats) -> dict[str, Any]:
    """A vertical axis for what is kept as log10, because its powers leave the range of numbers.

    Ticks are whole powers of ten; at least two decades each way, so that a constant looks like
    one.

    Example:
        >>> axis = decade_axis(np.array([0.0, 400.0, -np.inf]))
        >>> axis["ticktext"][:2], axis["ticktext"][-1]
        (['1', '10<sup>67</sup>'], '10<sup>335</sup>')
    """
    finite = logs[np.isfinite(logs)]
    low = min(float(finite.min(initial=0.0)), -_LEAST_DECADES)
    high = max(float(finite.max(initial=0.0)), _LEAST_DECADES)
    ticks = decades(low, high)
    pad = 0.04 * (high - low)
    return {
        "tickvals": ticks,
        "ticktext": [ten_to(power, "html") for power in ticks],
        "range": [low - pad, high + pad],
    }


def decades(low: float, high: float) -> list[int]:
    """Whole powers of ten between two of them, as many as have room: seven at most.

    Example:
        >>> decades(-2.5, 1.2), decades(-10.0, 0.5)
        ([-2, -1, 0, 1], [-10, -8, -6, -4, -2, 0])
    """
    step = max(1, math.ceil((high - low) / 6))
    first = math.ceil(low)
    return list(range(first + -first % step, math.floor(high) + 1, step))


def whole_ticks(first: int, last: int, leading: Sequence[int] = (1, 2, 5)) -> list[int]:
    """Whole numbers from first to last that a logarithmic axis names.

    They are the leading digits and their tenfolds.

    Example:
        >>> whole_ticks(3, 60), whole_ticks(3, 600, leading=[1])
        ([5, 10, 20, 50], [10, 100])
    """
    digits = len(str(last))
    found = (digit * 10**power for power in range(digits) for digit in leading)
    return [tick for tick in found if first <= tick <= last]


def finite(values: Floats) -> Floats:
    """The values, and NaN where one has overflowed: no axis has a place for infinity.

    Example:
        >>> finite(np.array([1.0, np.inf]))
        array([ 1., nan])
    """
    return np.where(np.isfinite(values), values, np.nan)


def not_finite(norms: Floats, word: str = "norm") -> str:
    """Says how many norms are left out because they are infinite or no number.

    Example:
        >>> not_finite(np.array([1.0, np.inf, np.nan])), not_finite(np.array([1.0]))
        (' 2 norms are not finite.', '')
        >>> not_finite(np.array([np.inf]), "cell")
        ' 1 cell is not finite.'
    """
    count = int((~np.isfinite(norms)).sum())
    if not count:
        return ""
    return f" 1 {word} is not finite." if count == 1 else f" {count:,} {word}s are not finite."


def beyond(norms: Floats) -> str:
    """Says where norms lie below the axis.

    Example:
        >>> beyond(np.array([1.0, 1e-20])), beyond(np.array([1.0, 0.5]))
        (' The axis begins 12 powers of ten below the largest norm.', '')
        >>> beyond(np.zeros(3)), beyond(np.array([0.0, 1.0]))
        (' All norms are exactly zero, for which a logarithmic axis has no place.', '')
    """
    if norms.size and not norms.any():
        return " All norms are exactly zero, for which a logarithmic axis has no place."
    largest = np.max(norms, initial=0.0, where=np.isfinite(norms))
    below = (norms > 0) & (norms < largest / 10.0**MAX_DECADES)
    words = f" The axis begins {MAX_DECADES} powers of ten below the largest norm."
    return words * bool(below.any())
