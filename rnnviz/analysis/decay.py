"""How gradient norms fall with the lag: from a matrix, as a fitted factor, as a half-life."""

from __future__ import annotations

import numpy as np

from rnnviz.records import Floats, LagFit


def fit_decay(by_lag: Floats) -> LagFit:
    """Least squares on log norm against lag: a factor per timestep, and the half-life it means.

    Lags whose norm is zero or below the noise of the arithmetic (1e-6 of the largest) are left
    out. With fewer than two lags left, the factor is NaN.

    Args:
        by_lag: norms (lag).

    Example:
        >>> round(fit_decay(0.5 ** np.arange(8.0)).half_life, 6)
        1.0
    """
    usable = np.flatnonzero(by_lag > 1e-6 * np.max(by_lag, initial=0.0))
    if len(usable) < 2:
        return LagFit(float("nan"), float("nan"))
    slope = float(np.polyfit(usable, np.log(by_lag[usable].astype(np.float64)), 1)[0])
    half_life = -np.log(2) / slope if slope < 0 else np.inf
    return LagFit(float(np.exp(slope)), float(half_life))


def lag_below(by_lag: Floats, share: float) -> int | None:
    """The first lag whose norm is at most this share of the norm at lag 0; None if none is.

    Example:
        >>> lag_below(np.array([8.0, 5.0, 4.0, 1.0]), 1 / 2)
        2
    """
    below = np.flatnonzero(by_lag <= share * by_lag[0])
    return int(below[0]) if len(below) else None


def mean_by_lag(matrix: Floats) -> Floats:
    """The means of the diagonals (layer, lag) of (layer, t, k): definition C.

    Example:
        >>> mean_by_lag(np.array([[[4.0, 0.0], [1.0, 2.0]]]))
        array([[3., 1.]])
    """
    lags = range(matrix.shape[1])
    diagonals = [np.diagonal(matrix, -lag, axis1=1, axis2=2).mean(axis=1) for lag in lags]
    return np.stack(diagonals, axis=1)
