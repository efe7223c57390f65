"""How long a unit keeps what it holds, by the gate that says how much of the old is kept.

An LSTM's c_t = f_t c_{t-1} + i_t g_t holds, d characters later, f_{t+1} f_{t+2} ... f_{t+d} of what
c_t was; a GRU's h_t = (1 - z_t) n_t + z_t h_{t-1} likewise by z, and a minGRU's by 1 - z. What else
a network remembers, by way of other units and of the candidates, is not counted here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rnnviz.records import Array, Floats

_LEAST = 1e-30  # what a gate rounded to 0 counts as


def half_life(gate: Floats) -> float:
    """After how many characters half of what a unit held is left, on average over a text.

    That is the lag at which the mean over t of the product gate_{t+1} ... gate_{t+lag} falls under
    1/2; t runs over the first half of the text, the same for every lag. Between two lags the mean
    product counts as a straight line on a logarithmic scale, so that of a constant gate f it is
    exactly ln(1/2) / ln(f). A mean of products, not a product of means: a unit that keeps all for
    a line and then forgets it keeps half for half a line.

    Args:
        gate: the share that one unit keeps, between 0 and 1 (time).

    Returns:
        Characters; infinite where more than half is left as far as half of the text; NaN of a text
        of fewer than two characters.

    Example:
        >>> round(half_life(np.full(60, 0.9)), 2), half_life(np.ones(60))
        (6.58, inf)
        >>> half_life(np.tile([1.0, 1.0, 1.0, 0.0], 20))
        2.0
    """
    kept = _Kept(gate)
    if not kept.furthest:
        return math.nan
    high = 1
    while kept.after(high) >= 0.5:
        if high == kept.furthest:
            return math.inf
        high = min(2 * high, kept.furthest)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if kept.after(middle) >= 0.5 else (low, middle)
    above, below = (math.log(max(kept.after(lag), _LEAST)) for lag in (low, high))
    return low + (above - math.log(0.5)) / (above - below)


def half_lives(gate: Floats) -> Array:
    """That of every unit (unit).

    Args:
        gate: (time, unit).
    """
    return np.array([half_life(own) for own in np.ascontiguousarray(gate.T)])


def characters_kept(gate: Floats) -> Array:
    """1 / (1 - f) of every unit (unit), f being the mean of its gate over a text.

    A character's share of what a unit holds is 1, f, f^2, ... as further ones are read, which adds
    up to 1 / (1 - f) characters. Infinite where the gate is always fully open. Where a gate is
    sometimes open and sometimes closed, `half_life` says more.

    Args:
        gate: the share that is kept, between 0 and 1 (time, unit).

    Example:
        >>> characters_kept(np.array([[0.5, 0.9, 1.0], [0.5, 0.9, 1.0]])).round(6)
        array([ 2., 10., inf])
    """
    mean = gate.mean(axis=0, dtype=np.float64)
    with np.errstate(divide="ignore"):
        found: Array = 1 / (1 - mean)
    return found


class _Kept:
    """What is kept of one unit's state, by lag."""

    def __init__(self, gate: Floats) -> None:
        logs: Any = np.log(np.maximum(gate, _LEAST), dtype=np.float64)
        self._starts = (len(gate) + 1) // 2
        self._sums = np.cumsum(logs)
        self.furthest = len(gate) - self._starts

    def after(self, lag: int) -> float:
        """The mean product of the gate over so many characters; it never rises with the lag."""
        until = self._sums[lag : lag + self._starts]
        products = np.exp((until - self._sums[: self._starts]).astype(np.float32))
        return float(products.mean(dtype=np.float64))
