"""How gradient norms change while training: by timestep and by lag, a curve an iteration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnviz.analysis.gradients.reach import Reach
from rnnviz.analysis.gradients.reach_labels import label
from rnnviz.notation import share_words, significant
from rnnviz.plots.definitions import BY_LAG, DASHES, WINDOW, defined
from rnnviz.plots.frame import HEIGHT, empty, frame
from rnnviz.plots.iterations import chosen_iterations
from rnnviz.plots.log_axis import beyond, finite, log_axis, not_finite
from rnnviz.plots.theme import LIGHT, Theme, path_colours
from rnnviz.plots.time_axis import FIRST
from rnnviz.records import Floats, LagFit

_ROW = 29
_HOVERS = {
    "lag": ": norm %{customdata}",
    "timestep": "<br>timestep %{x}<br>gradient norm %{y:.3g}",
}
MAX_CURVES = 6
_BY_LAG = f"{BY_LAG}. Rings: where a half and 1 % are left of what there is at lag 0."
_LINE = " Dotted: the straight line that describes a curve, where one does."
_BOUND = (
    " Bound: a character multiplies the norm by at most the largest singular value of "
    "W<sub>hh</sub> times the largest slope of φ."
)
_LEAVES = " Above 1 it soon leaves the picture at the top."
_BY_GATES = (
    " Dots: what the gates alone say, the product of 1 − z over the characters between, with "
    "nothing swept back."
)


def gradient_norms_by_timestep(
    norms: pd.DataFrame, *, layer: int | None = None, theme: Theme = LIGHT
) -> go.Figure:
    """Window gradients |d (sum of l_t) / d h_k| against k (definition A), a curve an iteration.

    Norms are L2 over units, averaged over the batch, before clipping; timesteps are shown from 1.
    Over 6 iterations, 6 are shown.

    Args:
        norms: as `Run.gradient_norms` gives it: iteration, path, layer, timestep (from
            0), gradient_norm.
        layer: which; None takes the top layer.
        theme: the colours; early iterations stand back.

    Example:
        >>> columns = ["iteration", "path", "layer", "timestep", "gradient_norm"]
        >>> rows = [[7, "h", 0, 0, 0.5], [7, "h", 0, 1, 1.0]]
        >>> figure = gradient_norms_by_timestep(pd.DataFrame(rows, columns=columns))
        >>> figure.data[0].name, figure.data[0].x.tolist(), figure.data[0].y.tolist()
        ('iteration 7', [1, 2], [0.5, 1.0])
    """
    title = "Window gradient by timestep"
    if norms.empty:
        return empty(title, "No gradient norm has been recorded yet.", theme)
    shown = chosen_iterations(norms["iteration"].to_numpy(), MAX_CURVES)
    counted = norms.assign(timestep=norms["timestep"] + FIRST)
    return _curves(counted, "timestep", layer, shown, {}, (title, WINDOW, "timestep k"), theme)


def by_lag(
    norms: pd.DataFrame,
    found: Mapping[tuple[int, str], Reach],
    *,
    layer: int | None = None,
    sequence_length: int | None = None,
    bound: float | None = None,
    bound_iteration: int | None = None,
    numbered: bool = True,
    by_gates: Floats | None = None,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Gradient norms by lag (definition C), a curve an iteration, with what is read off them.

    Definition C: the mean over t of |d l_t / d state_{t-lag}|. Over 6 iterations, 6 are shown.
    Rings mark the lags at which a half and 1 % are left. Where a straight line describes a curve,
    it is drawn dotted.

    Args:
        norms: as `Run.gradient_norms_by_lag` gives it: iteration, path, layer, lag, gradient_norm.
        found: by (iteration, path), as `analysis.gradients.reach.reaches` gives it for the same
            layer.
        layer: which; None takes the top layer.
        sequence_length: the BPTT window, shown as a line where the lags reach so far.
        bound: the most a timestep multiplies the norm of any one loss by at `bound_iteration`;
            shown as bound^lag from that iteration's mean at lag 0. Runs of old have fewer losses at
            larger lags, so that a mean can lie above it.
        bound_iteration: the iteration the bound belongs to, always shown; None takes the last.
        numbered: whether iterations are known; a network whose is not was trained elsewhere.
        by_gates: what `analysis.gradients.kept.kept_by_lag` finds at that iteration (lag), shown
            over the curve that was measured.
        theme: the colours; early iterations stand back.

    Raises:
        ValueError: the table has no such layer or iteration.

    Example:
        >>> from rnnviz.analysis.gradients.reach import read_mean
        >>> columns = ["iteration", "path", "layer", "lag", "gradient_norm"]
        >>> rows = [[7, "h", 0, 0, 1.0], [7, "h", 0, 1, 0.5]]
        >>> found = {(7, "h"): read_mean(np.array([1.0, 0.5]), np.array([9, 9]))}
        >>> by_lag(pd.DataFrame(rows, columns=columns), found).data[0].name
        'iteration 7: half at lag 1, 1 % beyond lag 1, 50 % at lag 1'
    """
    title = "Gradient of a loss by the state so many characters before it"
    if norms.empty:
        return empty(title, "No snapshot has gradient norms by lag yet.", theme)
    kept = [] if bound_iteration is None else [bound_iteration]
    shown = chosen_iterations(norms["iteration"].to_numpy(), MAX_CURVES, kept)
    words = {key: label(reach) for key, reach in found.items()}
    straight = any(reach.fit.straight for (at, _), reach in found.items() if at in shown)
    hint = _hint(straight, bound, by_gates is not None)
    titles = title, hint, "lag (characters from the loss back to the state)"
    figure = _curves(norms, "lag", layer, shown, words, titles, theme)
    if not numbered:
        figure.for_each_trace(_unnumbered)
    _add_readings(figure, found)
    _say_all_at_once(figure, theme)
    if bound is not None:
        own = _own(norms, layer, [shown[-1] if bound_iteration is None else bound_iteration])
        _add_bound(figure, own, bound, numbered, theme)
    if by_gates is not None:
        _add_by_gates(figure, by_gates, theme)
    if sequence_length is not None and sequence_length <= norms["lag"].max():
        _add_window(figure, sequence_length, theme)
    return figure


def _hint(straight: bool, bound: float | None, by_gates: bool) -> str:
    """What by-lag curves show, and what is drawn over them."""
    over = _LINE * straight
    if bound is not None:
        over += _BOUND + _LEAVES * (bound > 1)
    return _BY_LAG + over + _BY_GATES * by_gates


def _say_all_at_once(figure: go.Figure, theme: Theme) -> None:
    """All curves at the lag pointed at, so that they can be compared."""
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(
        unifiedhovertitle_text="lag %{x}",
        spikecolor=theme.muted,
        spikethickness=-1,
        spikedash="dot",
    )


def _unnumbered(curve: go.Scatter) -> None:
    """Call a curve as its network is called, whose iteration nobody knows."""
    for words in ("name", "hovertemplate"):
        curve[words] = re.sub(r"^iteration [\d,]+", "trained elsewhere", curve[words])


def _own(norms: pd.DataFrame, layer: int | None, shown: Sequence[int]) -> pd.DataFrame:
    """The norms of the layer asked for, the top one by default, at some iterations."""
    known = sorted(int(number) for number in norms["layer"].unique())
    chosen = known[-1] if layer is None else layer
    if chosen not in known:
        raise ValueError(f"the layer is {layer!r}; the table has layers {known}.")
    return norms[(norms["layer"] == chosen) & norms["iteration"].isin(shown)]


def _curves(
    norms: pd.DataFrame,
    place: str,
    layer: int | None,
    shown: Sequence[int],
    words: Mapping[tuple[int, str], str],
    titles: tuple[str, str, str],
    theme: Theme,
) -> go.Figure:
    """One curve for each iteration shown and each path, on a log axis; words say more of one."""
    own = _own(norms, layer, shown)
    title, hint, x = titles
    count = int(norms["iteration"].nunique())
    hint = defined(hint, set(own["path"]))
    hint += f" {len(shown)} of the {count:,} iterations chosen." * (count > len(shown))
    hint += beyond(_numbers(own)) + not_finite(_numbers(own))
    paths = [path for path in DASHES if (own["path"] == path).any()]
    # The legend's first rows have room.
    height = HEIGHT + _ROW * max(0, len(shown) * len(paths) - 2)
    figure = frame(title, hint, x=x, y="gradient norm", height=height, theme=theme)
    for path in paths:
        for iteration, colour in zip(shown, path_colours(theme, path, len(shown)), strict=True):
            curve = own[(own["iteration"] == iteration) & (own["path"] == path)].sort_values(place)
            name = f"iteration {iteration:,}" + f", path {path}" * (len(paths) > 1)
            said = words.get((iteration, path))
            if len(curve):
                width = 1.2 if iteration != shown[-1] else 2.4
                line = {"color": colour, "dash": DASHES[path], "width": width}
                _add_curve(figure, curve, place, f"{name}: {said}" if said else name, line)
    log_axis(figure, _numbers(own))
    return figure


def _numbers(norms: pd.DataFrame) -> Floats:
    found: Floats = norms["gradient_norm"].to_numpy(float)
    return found


def _add_curve(
    figure: go.Figure, curve: pd.DataFrame, place: str, name: str, line: dict[str, object]
) -> None:
    iteration, path = int(curve["iteration"].iloc[0]), curve["path"].iloc[0]
    figure.add_scatter(
        x=curve[place].to_numpy(),
        y=finite(_numbers(curve)),
        mode="lines",
        line=line,
        name=name,
        legendgroup=f"{iteration} {path}",
        showlegend=True,
        customdata=_norms_and_shares(curve) if place == "lag" else None,
        hovertemplate=f"iteration {iteration:,}, path {path}{_HOVERS[place]}<extra></extra>",
    )


def _norms_and_shares(curve: pd.DataFrame) -> list[str]:
    """Each norm, and how much that is of the one at lag 0."""
    norms = _numbers(curve)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = norms / norms[0]
    return [
        f"{significant(norm)}, {share_words(share)} of lag 0"
        for norm, share in zip(norms.tolist(), shares.tolist(), strict=True)
    ]


def _add_readings(figure: go.Figure, found: Mapping[tuple[int, str], Reach]) -> None:
    """Where each curve shown has fallen to a half and to 1 %, and the line that describes it.

    They come and go with their curve.
    """
    for (iteration, path), reach in found.items():
        group = f"{iteration} {path}"
        curve = next((trace for trace in figure.data if trace.legendgroup == group), None)
        if curve is None:
            continue
        _add_rings(figure, reach, curve)
        if reach.fit.straight:
            _add_line(figure, reach.fit, curve)


def _add_rings(figure: go.Figure, reach: Reach, curve: go.Scatter) -> None:
    falls = {"a half": reach.half.lag, "1 %": reach.hundredth.lag}
    lags = [lag for lag in falls.values() if lag is not None]
    figure.add_scatter(
        x=lags,
        y=reach.curve[lags],
        text=[share for share, lag in falls.items() if lag is not None],
        mode="markers",
        marker={
            "symbol": "circle-open",
            "size": 10,
            "color": curve.line.color,
            "line": {"width": 2},
        },
        legendgroup=curve.legendgroup,
        showlegend=False,
        hovertemplate="the first lag at which it is down to %{text}<extra></extra>",
    )


def _add_line(figure: go.Figure, fit: LagFit, curve: go.Scatter) -> None:
    lags = np.arange(fit.lags[0], fit.lags[1] + 1)
    figure.add_scatter(
        x=lags,
        y=finite(fit.norm * fit.factor**lags),
        mode="lines",
        line={"color": curve.line.color, "dash": "dot", "width": 1.2},
        legendgroup=curve.legendgroup,
        showlegend=False,
        hovertemplate=f"the straight line that describes it, ×{significant(fit.factor)} a "
        "character: %{y:.3g}<extra></extra>",
    )


def _add_bound(
    figure: go.Figure, own: pd.DataFrame, bound: float, numbered: bool, theme: Theme
) -> None:
    """The mean norm at lag 0 of one iteration and layer, times the bound per timestep."""
    curve = own[own["path"] == "h"].sort_values("lag")
    if curve.empty or not np.isfinite(_numbers(curve)[0]):
        return
    lags = curve["lag"].to_numpy()
    with np.errstate(over="ignore"):
        above = _numbers(curve)[0] * np.float64(bound) ** (lags - lags[0])
    at = f", iteration {int(curve['iteration'].iloc[0]):,}" * numbered
    figure.add_scatter(
        x=lags,
        y=finite(above),
        mode="lines",
        line={"color": theme.series[3], "dash": "dashdot", "width": 1.5},
        name=f"bound: at most ×{significant(bound)} per character{at}",
        hovertemplate="the bound: at most %{y:.3g}<extra></extra>",
    )


def _add_by_gates(figure: go.Figure, norms: Floats, theme: Theme) -> None:
    figure.add_scatter(
        x=np.arange(len(norms)),
        y=finite(norms),
        mode="markers",
        marker={"color": theme.series[3], "size": 5},
        name="by the gates alone: the product of 1 − z",
        hovertemplate="by the gates alone: %{y:.3g}<extra></extra>",
    )


def _add_window(figure: go.Figure, sequence_length: int, theme: Theme) -> None:
    figure.add_shape(
        type="line",
        yref="paper",
        x0=sequence_length,
        x1=sequence_length,
        y0=0,
        y1=1,
        line={"color": theme.muted, "width": 1.5},
        name=f"BPTT window ({sequence_length}): in training no gradient goes back further",
        showlegend=True,
    )
