"""How gradient norms fall with the lag: from a matrix, as a fitted factor, as a half-life."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnnviz.records import Floats, LagFit

if TYPE_CHECKING:
    import pandas as pd


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


def lag_fits(norms: pd.DataFrame, layer: int | None = None) -> dict[tuple[int, str], LagFit]:
    """The fit of `fit_decay` for every iteration and path.

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
    return {key: fit_decay(curve) for key, curve in _by_curve(norms, layer)}


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
        (iteration, path, fit_decay(curve).half_life, float(curve[0]))
        for (iteration, path), curve in _by_curve(norms, layer)
    ]
    return pd.DataFrame(rows, columns=["iteration", "path", "half_life", "norm_at_lag_0"])


def half_life_words(half_life: float, lags: int | None = None) -> str:
    """A half-life as it is said.

    Args:
        half_life: in characters; infinite where the norm does not fall, NaN where none was fitted.
        lags: the largest lag measured: what lies beyond it is only the fit drawn on. None: unknown.

    Example:
        >>> half_life_words(3.4), half_life_words(99.96), half_life_words(80.0, lags=40)
        ('3.40 characters', '100 characters', 'beyond the 40 lags measured')
        >>> half_life_words(float("nan")), half_life_words(float("inf"))
        ('unknown', 'without end (the norm does not fall)')
    """
    if np.isnan(half_life):
        return "unknown"
    if np.isinf(half_life):
        return "without end (the norm does not fall)"
    if lags is not None and half_life > lags:
        return f"beyond the {lags} lags measured"
    return f"{half_life:,.0f} characters" if half_life >= 99.95 else f"{half_life:#.3g} characters"


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


def _by_curve(norms: pd.DataFrame, layer: int | None) -> list[tuple[tuple[int, str], Floats]]:
    """Norms by lag for every (iteration, path), in order."""
    if norms.empty:
        return []
    top = int(norms["layer"].max()) if layer is None else layer
    own = norms[norms["layer"] == top].sort_values("lag")
    groups = own.groupby(["iteration", "path"])["gradient_norm"]
    return [((int(at), str(path)), curve.to_numpy(float)) for (at, path), curve in groups]
