"""How gradient norms fall with the lag: from a matrix, as a fitted factor, as a half-life."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.records import Floats, Ids, LagFit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd


def fit_decay(by_lag: Floats, lags: Ids | None = None) -> LagFit:
    """Least squares on log norm against lag: a factor per timestep, and the half-life it means.

    With fewer than two lags, the factor is NaN.

    Args:
        by_lag: norms (lag).
        lags: those that the line is fitted to; None takes its `usable_lags`.

    Example:
        >>> round(fit_decay(0.5 ** np.arange(8.0)).half_life, 6)
        1.0
    """
    used = usable_lags(by_lag) if lags is None else lags
    if len(used) < 2:
        return LagFit(math.nan, math.nan, (0, 0))
    slope, start = np.polyfit(used, np.log(by_lag[used].astype(np.float64)), 1)
    return LagFit(float(np.exp(slope)), float(np.exp(start)), (int(used[0]), int(used[-1])))


def usable_lags(*curves: Floats) -> Ids:
    """The lags at which every curve has more than a millionth of its largest norm.

    Half-lives can be compared where they are fitted to the same lags: few curves are straight.

    Args:
        curves: norms (lag), all as long.

    Example:
        >>> usable_lags(np.array([1.0, 1e-3, 1e-9]), np.array([5.0, 4.0, 3.0])).tolist()
        [0, 1]
    """
    above = [curve > 1e-6 * np.max(curve, initial=0.0) for curve in curves]
    return np.flatnonzero(np.logical_and.reduce(above))


def lag_fits(norms: pd.DataFrame, layer: int | None = None) -> dict[tuple[int, str], LagFit]:
    """The fit of `fit_decay` for every iteration and path; an iteration's paths share their lags.

    Args:
        norms: as `Run.gradient_norms_by_lag` gives it: iteration, path, layer, lag, gradient_norm.
        layer: which; None takes the top layer.

    Example:
        >>> import pandas as pd
        >>> columns = ["iteration", "path", "layer", "lag", "gradient_norm"]
        >>> rows = [[7, "h", 0, lag, 0.5**lag] for lag in range(4)]
        >>> round(lag_fits(pd.DataFrame(rows, columns=columns))[7, "h"].half_life, 6)
        1.0
    """
    return {
        (iteration, path): fit
        for iteration, curves in _by_iteration(norms, layer)
        for path, (_, fit) in curves.items()
    }


def half_lives(norms: pd.DataFrame, layer: int | None = None) -> pd.DataFrame:
    """One row an iteration and path: iteration, path, half_life (characters), norm_at_lag_0.

    Args:
        norms: as `Run.gradient_norms_by_lag` gives it.
        layer: which; None takes the top layer.

    Example:
        >>> import pandas as pd
        >>> columns = ["iteration", "path", "layer", "lag", "gradient_norm"]
        >>> rows = [[7, "h", 0, lag, 0.5**lag] for lag in range(4)]
        >>> half_lives(pd.DataFrame(rows, columns=columns)).round(6).to_numpy().tolist()
        [[7, 'h', 1.0, 1.0]]
    """
    import pandas as pd

    rows = [
        (iteration, path, fit.half_life, float(curve[0]))
        for iteration, curves in _by_iteration(norms, layer)
        for path, (curve, fit) in curves.items()
    ]
    return pd.DataFrame(rows, columns=["iteration", "path", "half_life", "norm_at_lag_0"])


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


def _by_iteration(
    norms: pd.DataFrame, layer: int | None
) -> Iterator[tuple[int, dict[str, tuple[Floats, LagFit]]]]:
    """Each iteration's norms by lag and their fit, by path, in order."""
    if norms.empty:
        return
    top = int(norms["layer"].max()) if layer is None else layer
    own = norms[norms["layer"] == top].sort_values("lag")
    for iteration in sorted(own["iteration"].unique()):
        of_iteration = own[own["iteration"] == iteration]
        curves = {
            str(path): curve.to_numpy(float)
            for path, curve in of_iteration.groupby("path")["gradient_norm"]
        }
        lags = usable_lags(*curves.values())
        yield (
            int(iteration),
            {path: (curve, fit_decay(curve, lags)) for path, curve in curves.items()},
        )
