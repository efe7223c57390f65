"""How gradient norms fall with the lag: the mean, and a factor where one describes it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

import numpy as np

from rnnviz.analysis.gradients.bootstrap import ends
from rnnviz.records import Array, Floats, Ids, LagFit

# What a line that describes a curve is asked for: so many lags, so large a share of the variance,
# and to be off by no larger a factor anywhere.
LEAST_LAGS = 4
STRAIGHT_R_SQUARED = 0.99
STRAIGHT_OFF = 1.25

Verdict = Literal["vanishes", "explodes", "no decay", "bends", "cannot be told"]


def fit_decay(by_lag: Floats) -> LagFit:
    """Least squares on log norm against lag: a factor per timestep, and how well it describes them.

    It is fitted to the lags above a millionth of the largest norm. With fewer than two of them, the
    factor is NaN. It describes the curve where, over 4 lags or more, the line is nowhere off by
    more than a quarter, and R^2 is 0.99 at least or the line rises or falls by no more than that
    either: what is level has no variance for a line to take up.

    Args:
        by_lag: norms (lag).

    Example:
        >>> fit = fit_decay(0.5 ** np.arange(8.0))
        >>> round(fit.half_life, 6), fit.straight
        (1.0, True)
        >>> fit_decay(0.9 * 0.2 ** np.arange(40.0) + 0.1 * 0.97 ** np.arange(40.0)).straight
        False
    """
    used = _usable_lags(by_lag)
    if len(used) < 2:
        return LagFit(math.nan, math.nan, (0, 0), math.nan, math.nan, straight=False)
    logs = np.log(by_lag[used].astype(np.float64))
    slope, start = np.polyfit(used, logs, 1)
    off = np.abs(logs - (start + slope * used))
    spread = float(np.square(logs - logs.mean()).sum())
    constant = math.sqrt(spread / len(used)) < 1e-9
    r_squared = 1.0 if constant else 1 - float(np.square(off).sum()) / spread
    first, last, most_off = int(used[0]), int(used[-1]), float(np.exp(off.max()))
    enough, level = last - first >= LEAST_LAGS - 1, abs(slope) * (last - first)
    follows = r_squared >= STRAIGHT_R_SQUARED or level <= math.log(STRAIGHT_OFF)
    return LagFit(
        factor=float(np.exp(slope)),
        norm=float(np.exp(start)),
        lags=(first, last),
        r_squared=r_squared,
        most_off=most_off,
        straight=bool(enough and follows and most_off <= STRAIGHT_OFF),
    )


def with_interval(fit: LagFit, drawn: Array) -> LagFit:
    """A fit and between which factors those of the same lags of curves drawn again lie.

    Args:
        fit: of the curve.
        drawn: the same curve drawn again (draw, lag).

    Example:
        >>> curves = np.array([[0.5], [0.25]]) ** np.arange(6.0)
        >>> with_interval(fit_decay(curves[0]), curves).interval
        (0.25, 0.5)
    """
    lags = np.arange(fit.lags[0], fit.lags[1] + 1)
    if len(lags) < 2:
        return fit
    centred = lags - lags.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.log(drawn[:, lags]) @ centred / (centred @ centred)
    if not np.isfinite(slopes).all():
        return fit
    low, high = ends(np.exp(slopes))
    return replace(fit, interval=(round(low, 12), round(high, 12)))  # a constant curve's is 1


def verdict(fit: LagFit) -> Verdict:
    """What becomes of a gradient on its way back, as far as the factor's interval supports it.

    It vanishes or explodes where all of the interval is below or above 1. There is no decay where 1
    is in it, and at neither of its ends the line halves or doubles over the lags it was fitted to.
    It bends where the line is off by more than a quarter somewhere.

    Example:
        >>> line = LagFit(1.0, 1.0, (0, 64), 1.0, 1.0, True)
        >>> intervals = (0.8, 0.9), (0.999, 1.001), (0.9, 1.1), (1.01, 1.2), None
        >>> [verdict(replace(line, interval=each)) for each in intervals]
        ['vanishes', 'no decay', 'cannot be told', 'explodes', 'cannot be told']
    """
    if fit.most_off > STRAIGHT_OFF and fit.lags[1] - fit.lags[0] >= LEAST_LAGS - 1:
        return "bends"
    if not fit.straight or fit.interval is None:
        return "cannot be told"
    low, high = fit.interval
    if high < 1 or low > 1:
        return "vanishes" if high < 1 else "explodes"
    lags = fit.lags[1] - fit.lags[0]
    return "no decay" if low**lags > 0.5 and high**lags < 2 else "cannot be told"


def mean_by_lag(matrix: Floats) -> Floats:
    """The means of the diagonals (layer, lag) of (layer, t, k): definition C.

    Example:
        >>> mean_by_lag(np.array([[[4.0, 0.0], [1.0, 2.0]]]))
        array([[3., 1.]])
    """
    lags = range(matrix.shape[1])
    diagonals = [np.diagonal(matrix, -lag, axis1=1, axis2=2).mean(axis=1) for lag in lags]
    return np.stack(diagonals, axis=1)


def _usable_lags(by_lag: Floats) -> Ids:
    """The lags at which the curve has more than a millionth of its largest norm."""
    return np.flatnonzero(by_lag > 1e-6 * np.max(by_lag, initial=0.0))
