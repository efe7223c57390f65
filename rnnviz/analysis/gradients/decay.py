"""How gradient norms fall with the lag: the mean, and a factor where one describes it."""

from __future__ import annotations

import math

import numpy as np

from rnnviz.records import Floats, Ids, LagFit

# What a line that describes a curve is asked for: so many lags, so large a share of the variance,
# and to be off by no larger a factor anywhere.
LEAST_LAGS = 4
STRAIGHT_R_SQUARED = 0.99
STRAIGHT_OFF = 1.25


def fit_decay(by_lag: Floats) -> LagFit:
    """Least squares on log norm against lag: a factor per timestep, and how well it describes them.

    It is fitted to the lags above a millionth of the largest norm. With fewer than two of them, the
    factor is NaN. It describes the curve where, over 4 lags or more, R^2 is 0.99 at least, and the
    line nowhere off by more than a quarter.

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
    enough = last - first >= LEAST_LAGS - 1
    return LagFit(
        factor=float(np.exp(slope)),
        norm=float(np.exp(start)),
        lags=(first, last),
        r_squared=r_squared,
        most_off=most_off,
        straight=enough and r_squared >= STRAIGHT_R_SQUARED and most_off <= STRAIGHT_OFF,
    )


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
