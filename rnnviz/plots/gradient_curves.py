"""How gradient norms change while training: by timestep and by lag, a curve an iteration."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnviz.analysis.decay import half_life_words
from rnnviz.plots.frame import HEIGHT, empty, frame
from rnnviz.plots.iterations import chosen_iterations
from rnnviz.plots.log_axis import beyond, finite, log_axis, not_finite
from rnnviz.plots.theme import LIGHT, Theme, progress
from rnnviz.records import Floats, LagFit

_ROW = 18
MAX_CURVES = 6
DASHES = {"h": "solid", "c": "dash"}
PATHS = "Solid: the path through h; dashed: through c."


def gradient_norms_by_timestep(
    norms: pd.DataFrame, *, layer: int | None = None, theme: Theme = LIGHT
) -> go.Figure:
    """Window gradients |d (sum of l_t) / d h_k| against k (definition A), a curve an iteration.

    Norms are L2 over units, averaged over the batch, before clipping. Over 6 iterations, 6 are
    shown.

    Args:
        norms: as `Run.gradient_norms` gives it: iteration, path, layer, timestep, gradient_norm.
        layer: which; None takes the top layer.
        theme: the colours; early iterations stand back.

    Example:
        >>> columns = ["iteration", "path", "layer", "timestep", "gradient_norm"]
        >>> rows = [[7, "h", 0, 0, 0.5], [7, "h", 0, 1, 1.0]]
        >>> figure = gradient_norms_by_timestep(pd.DataFrame(rows, columns=columns))
        >>> figure.data[0].name, figure.data[0].y.tolist()
        ('iteration 7', [0.5, 1.0])
    """
    title = "Window gradient by timestep"
    if norms.empty:
        return empty(title, "No gradient norm has been recorded yet.", theme)
    hint = (
        "|∂(sum of l<sub>t</sub>)/∂h<sub>k</sub>|: what training uses. It mixes all "
        "lags, and falls at the right edge only because fewer losses remain."
    )
    shown = chosen_iterations(norms["iteration"].to_numpy(), MAX_CURVES)
    names = {number: f"iteration {number:,}" for number in shown}
    return _curves(norms, "timestep", layer, names, (title, hint, "timestep k"), theme)


def by_lag(
    norms: pd.DataFrame,
    fits: Mapping[tuple[int, str], LagFit],
    *,
    layer: int | None = None,
    sequence_length: int | None = None,
    bound: float | None = None,
    bound_iteration: int | None = None,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Gradient norms by lag (definition C), a curve an iteration, with their half-lives.

    Definition C: the mean over t of |d l_t / d state_{t-lag}|. Over 6 iterations, 6 are shown.

    Args:
        norms: as `Run.gradient_norms_by_lag` gives it: iteration, path, layer, lag, gradient_norm.
        fits: by (iteration, path), as `analysis.decay.lag_fits` gives them for the same layer.
        layer: which; None takes the top layer.
        sequence_length: the BPTT window, shown as a line where the lags reach so far.
        bound: the most a timestep multiplies the norm of any one loss by at `bound_iteration`;
            shown as bound^lag from that iteration's mean at lag 0. Means at larger lags leave out
            the first losses, so where these are the smaller ones, a mean can lie above it.
        bound_iteration: the iteration the bound belongs to, always shown; None takes the last.
        theme: the colours; early iterations stand back.

    Raises:
        ValueError: the table has no such layer or iteration.

    Example:
        >>> columns = ["iteration", "path", "layer", "lag", "gradient_norm"]
        >>> rows = [[7, "h", 0, 0, 1.0], [7, "h", 0, 1, 0.5]]
        >>> fits = {(7, "h"): LagFit(factor=0.5, half_life=1.0)}
        >>> by_lag(pd.DataFrame(rows, columns=columns), fits).data[0].name
        'iteration 7: half-life 1.00 characters'
    """
    title = "Gradient norm by lag"
    if norms.empty:
        return empty(title, "No snapshot has gradient norms by lag yet.", theme)
    hint = (
        "Mean over t of |∂l<sub>t</sub>/∂h<sub>t−lag</sub>|. "
        "Half-life: from a straight line through log norm against lag, over each path's own lags "
        "above a millionth of its largest norm."
    )
    kept = [] if bound_iteration is None else [bound_iteration]
    shown = chosen_iterations(norms["iteration"].to_numpy(), MAX_CURVES, kept)
    lags = int(norms["lag"].max())
    names = {number: _with_half_life(number, fits, lags) for number in shown}
    figure = _curves(norms, "lag", layer, names, (title, hint, "lag (characters)"), theme)
    if bound is not None:
        at = shown[-1] if bound_iteration is None else bound_iteration
        own = norms[(norms["layer"] == _layer(norms, layer)) & (norms["iteration"] == at)]
        _add_bound(figure, own, bound, theme)
    if sequence_length is not None and sequence_length <= norms["lag"].max():
        _add_window(figure, sequence_length, theme)
    return figure


def _layer(norms: pd.DataFrame, layer: int | None) -> int:
    """The layer asked for; the top one by default."""
    known = sorted(int(number) for number in norms["layer"].unique())
    if layer is None:
        return known[-1]
    if layer not in known:
        raise ValueError(f"the layer is {layer!r}; the table has layers {known}.")
    return layer


def _with_half_life(iteration: int, fits: Mapping[tuple[int, str], LagFit], lags: int) -> str:
    """The iteration, and the half-life of each path that is known."""
    known = [(path, fits[iteration, path]) for path in DASHES if (iteration, path) in fits]
    words = [half_life_words(fit.half_life, lags) for _, fit in known]
    if len(known) > 1:
        words = [f"{said} ({path})" for said, (path, _) in zip(words, known, strict=True)]
    at = f"iteration {iteration:,}"
    return f"{at}: half-life {', '.join(words)}" if words else at


def _curves(
    norms: pd.DataFrame,
    place: str,
    layer: int | None,
    names: Mapping[int, str],
    titles: tuple[str, str, str],
    theme: Theme,
) -> go.Figure:
    """One curve for each iteration named and each path, on a log axis."""
    own = norms[(norms["layer"] == _layer(norms, layer)) & norms["iteration"].isin(list(names))]
    title, hint, x = titles
    count = int(norms["iteration"].nunique())
    hint += f" {PATHS}" * bool((own["path"] == "c").any())
    hint += f" {len(names)} of the {count:,} iterations chosen." * (count > len(names))
    hint += beyond(_numbers(own)) + not_finite(_numbers(own))
    height = HEIGHT + _ROW * max(0, len(names) - 2)  # the legend's first rows have room
    figure = frame(title, hint, x=x, y="gradient norm", height=height, theme=theme)
    for (iteration, name), colour in zip(names.items(), progress(theme, len(names)), strict=True):
        for path, dash in DASHES.items():
            curve = own[(own["iteration"] == iteration) & (own["path"] == path)].sort_values(place)
            if len(curve):
                line = {"color": colour, "dash": dash, "width": 2}
                _add_curve(figure, curve, place, name, path, line)
    log_axis(figure, _numbers(own))
    return figure


def _numbers(norms: pd.DataFrame) -> Floats:
    found: Floats = norms["gradient_norm"].to_numpy(float)
    return found


def _add_curve(
    figure: go.Figure,
    curve: pd.DataFrame,
    place: str,
    name: str,
    path: str,
    line: dict[str, object],
) -> None:
    iteration = int(curve["iteration"].iloc[0])
    first = all(trace.legendgroup != str(iteration) for trace in figure.data)
    figure.add_scatter(
        x=curve[place].to_numpy(),
        y=finite(_numbers(curve)),
        mode="lines",
        line=line,
        name=name,
        legendgroup=str(iteration),
        showlegend=first,
        hovertemplate=f"iteration {iteration:,}, path {path}<br>{place} %{{x}}"
        "<br>gradient norm %{y:.3g}<extra></extra>",
    )


def _add_bound(figure: go.Figure, own: pd.DataFrame, bound: float, theme: Theme) -> None:
    """The mean norm at lag 0 of one iteration and layer, times the bound per timestep."""
    curve = own[own["path"] == "h"].sort_values("lag")
    if curve.empty or not np.isfinite(_numbers(curve)[0]):
        return
    lags = curve["lag"].to_numpy()
    with np.errstate(over="ignore"):
        above = _numbers(curve)[0] * np.float64(bound) ** (lags - lags[0])
    figure.add_scatter(
        x=lags,
        y=finite(above),
        mode="lines",
        line={"color": theme.series[1], "dash": "dot", "width": 1.5},
        name=f"at most ×{bound:.3g} a timestep, iteration {int(curve['iteration'].iloc[0]):,}",
        hovertemplate="lag %{x}<br>lag 0 times the bound per timestep %{y:.3g}<extra></extra>",
    )


def _add_window(figure: go.Figure, sequence_length: int, theme: Theme) -> None:
    figure.add_shape(
        type="line",
        yref="paper",
        x0=sequence_length,
        x1=sequence_length,
        y0=0,
        y1=1,
        line={"color": theme.text, "dash": "dash", "width": 1.5},
        name=f"BPTT window ({sequence_length}): training cuts gradients here",
        showlegend=True,
    )
