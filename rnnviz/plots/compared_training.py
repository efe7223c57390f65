"""How several runs learned: their losses, and how far their gradients reached."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.notation import bits
from rnnviz.plots import iterations
from rnnviz.plots.compared import (
    add_curve,
    along_axis,
    name_ends,
    part,
    placed,
    point_words,
    shade_words,
)
from rnnviz.plots.frame import empty, frame, panels
from rnnviz.plots.levels import add_levels
from rnnviz.plots.log_axis import log_axis
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Array, Curve

_LOSS = "%{customdata[1]:.3f} bits/char (%{customdata[2]:.3f} nats)"
_BOTTOM = 68  # pixels under an axis whose tick of iteration 0 takes two lines
_LITTLE = 1e-4  # a share that the axis of lags need not show
_LEAP = 2.0
_EARLY = 0.1  # of the longest run: its losses do not rule the upright axis
_LAGS = (
    "The mean norm |∂l<sub>t</sub>/∂{path}<sub>t−lag</sub>| over that at lag 0: how much of the "
    "gradient of a loss is left so many characters before it. Rings mark the first lags at which "
    "half of it and 1 % are left."
)
_LOWER = " The axis begins where 0.01 % is left; a double click shows less."
_REACH = (
    "Top: the half-way lag, the first at which half of a loss's gradient by {path} is left; there "
    "is no point where more than half is left at every lag read. Bottom: the norm at lag 0."
)
_WHOLE = " The mean of several half-way lags need not be a whole number."
_LEADERS = " Grey dots only lead to a name."
_LIVES = (
    " Between them: the half-life, only at snapshots where a straight line describes the gradient "
    "by lag on a logarithmic scale."
)


def compared_losses(
    validation: Sequence[Curve],
    training: Sequence[Curve],
    *,
    along: str = "iterations",
    baselines: Mapping[str, float] | None = None,
    judged_as: str = "validation loss",
    theme: Theme = LIGHT,
) -> go.Figure:
    """Validation losses of several runs over their training losses, in bits per character.

    Args:
        validation: of each run, the losses of its snapshots.
        training: likewise of every iteration; thin and pale. Over 2,000 of them about 1,000 are
            shown, of every stretch the lowest and the highest.
        along: what the level axis counts: iterations, characters read, or seconds.
        baselines: losses to compare with in nats, by name.
        judged_as: what the losses of snapshots are called.
        theme: the colours.

    Example:
        >>> at = np.array([1, 10])
        >>> curve = Curve(0, "A LSTM", at, at.astype(float), np.array([4.0, 2.0]))
        >>> figure = compared_losses([curve], [])
        >>> figure.data[0].name, figure.data[0].y.tolist(), figure.layout.annotations[0].text
        ('A LSTM', [4.0, 2.0], 'A LSTM')
    """
    judged, trained = ([placed(one, along) for one in each] for each in (validation, training))
    shown = [one for one in (*judged, *trained) if len(one.at)]
    if not shown:
        return empty("Loss", "No iteration has been recorded yet.", theme)
    hint = f"Thick: {judged_as}, of the snapshots. "
    if trained:
        hint += "Thin: training loss, of an iteration's own windows. "
    begin = _begin(shown)
    late = [part(curve, curve.at >= begin) for curve in shown]
    span = _span(late, list((baselines or {}).values()))
    hint += f"{shade_words(shown)}{_beyond(late, begin, span)}"
    figure = frame("Loss", hint, y="loss (bits per character)", height=460, theme=theme)
    figure.update_layout(margin_b=_BOTTOM)
    for curve in trained:
        rows = iterations.chosen_rows(curve.y, log=True)
        _add_losses(figure, part(curve, rows), along, theme, width=1, opacity=0.3)
    for curve in judged:
        _add_losses(figure, curve, along, theme, width=2.4, mode="lines+markers")
    figure.update_yaxes(range=span)
    figure.update_xaxes(along_axis(shown, along, begin))
    name_ends(figure, _named(judged, trained), theme, span, log=False)
    add_levels(figure, dict(baselines or {}), theme, under=True)
    return figure


def compared_lags(
    curves: Sequence[Curve],
    falls: Mapping[int, Sequence[int]],
    *,
    path: str = "h",
    theme: Theme = LIGHT,
) -> go.Figure:
    """How much of a gradient is left at each lag, of several runs, on one scale.

    Args:
        curves: of each run, shares of the norm at lag 0 (lag).
        falls: by the place of a run, the lags at which a half and 1 % are left, as far as it has
            fallen so far.
        path: "h" or "c", the state by which the gradient is.
        theme: the colours.

    Example:
        >>> lags = np.arange(3)
        >>> curve = Curve(0, "A LSTM", lags, lags.astype(float), 0.5**lags)
        >>> compared_lags([curve], {0: [1]}).data[1].y.tolist()
        [0.5]
    """
    title = f"How much of the gradient by {path} is left so many characters before a loss"
    if not curves:
        return empty(title, "No snapshot has gradient norms by lag yet.", theme)
    lower = any((curve.y < _LITTLE).any() for curve in curves)
    hint = f"{_LAGS.format(path=path)} {shade_words(curves)}{_LOWER * lower}"
    x = "lag (characters from the loss back to the state)"
    figure = frame(title, hint, x=x, y="share of the norm at lag 0", height=440, theme=theme)
    for curve in curves:
        add_curve(figure, curve, theme, "lag %{x}: %{y:.3~g} of the norm at lag 0")
        lags = list(falls.get(curve.place, ()))
        ring = {"symbol": "circle-open", "size": 10, "line": {"width": 2}}
        some = replace(part(curve, np.isin(curve.at, lags)), low=None, high=None)
        add_curve(figure, some, theme, "lag %{x}: down to %{y:.3~g}", mode="markers", marker=ring)
    values = np.concatenate([curve.y for curve in curves])
    log_axis(figure, np.append(values[values >= _LITTLE], 0.01))
    for share, name in ((0.5, "half"), (0.01, "1 %")):
        _mark(figure, share, name, theme)
    last = max(float(curve.x.max()) for curve in curves)
    figure.update_xaxes(range=[-0.02 * last, 1.02 * last])
    name_ends(figure, curves, theme, _ten(figure.layout.yaxis.range), log=True)
    return figure


def compared_reach(
    half: Sequence[Curve],
    norms: Sequence[Curve],
    lives: Sequence[Curve] = (),
    *,
    along: str = "iterations",
    path: str = "h",
    theme: Theme = LIGHT,
) -> go.Figure:
    """The half-way lag, the half-life and the norm at lag 0 of several runs, over training.

    Args:
        half: the half-way lags, NaN where the norm has not halved.
        norms: the norms at lag 0.
        lives: the half-lives, NaN where no factor per character describes the curve by lag; where
            none is known, their panel is left out.
        along: what the level axis counts.
        path: "h" or "c".
        theme: the colours.

    Example:
        >>> at = np.array([1, 10])
        >>> curve = Curve(0, "A LSTM", at, at.astype(float), np.array([4.0, 2.0]))
        >>> [each.yaxis for each in compared_reach([curve], [curve]).data]
        ['y', 'y2']
    """
    title = f"How far back the gradient by {path} reached, over training"
    if not norms:
        return empty(title, "No snapshot has gradient norms by lag yet.", theme)
    known = [curve for curve in lives if np.isfinite(curve.y).any()]
    rows = [
        (half, "half-way lag (characters)", "half-way lag %{y:,.3~g}"),
        *([(known, "half-life (characters)", "half-life %{y:,.3~g} characters")] if known else []),
        (norms, "norm at lag 0", "norm %{y:.3g}"),
    ]
    hint = f"{_REACH.format(path=path)}{_LIVES * bool(known)}{_LEADERS} {shade_words(norms)}"
    hint += _WHOLE * any(one.runs > 1 for one in half)
    height = 280 * len(rows)
    figure = panels(title, hint, height=height, theme=theme, rows=len(rows), vertical_spacing=0.07)
    figure.update_layout(margin_b=_BOTTOM)
    figure.update_xaxes(along_axis([placed(one, along) for one in norms], along))
    for row, (curves, name, said) in enumerate(rows, start=1):
        there = [placed(one, along) for one in curves]
        _add_panel(figure, there, row, f"{point_words(along)}: {said}", theme)
        figure.update_yaxes(title_text=name, row=row, col=1)
        if row < len(rows):
            figure.update_xaxes(title_text="", row=row, col=1)
    return figure


def _add_panel(
    figure: go.Figure, curves: Sequence[Curve], row: int, hover: str, theme: Theme
) -> None:
    """Curves with a point at each snapshot, over a logarithmic axis."""
    for curve in curves:
        add_curve(figure, curve, theme, hover, place=(row, 1), mode="lines+markers")
    log_axis(figure, np.concatenate([curve.y for curve in curves]), row=row, col=1)
    span = figure.get_subplot(row, 1).yaxis.range
    if span is not None:
        name_ends(figure, curves, theme, _ten(span), log=True, place=(row, 1))


def _add_losses(figure: go.Figure, curve: Curve, along: str, theme: Theme, **how: Any) -> None:
    both = np.stack([curve.y, curve.y * math.log(2)], axis=1)
    add_curve(figure, curve, theme, f"{point_words(along)}<br>{_LOSS}", more=both, **how)


def _named(judged: Sequence[Curve], trained: Sequence[Curve]) -> list[Curve]:
    """One curve of each run: that of its validation losses where it has some."""
    return [*({one.place: one for one in (*trained, *judged) if len(one.at)}).values()]


def _begin(curves: Sequence[Curve]) -> float:
    """The iteration from which on losses rule the axes: before it they fall too far.

    It lies before the end of every run, or a short one would be left out beside long ones.
    """
    places = {curve.place for curve in curves}
    ends = [max(float(one.at.max()) for one in curves if one.place == place) for place in places]
    return min(20.0, _EARLY * max(ends), min(ends) / 2)


def _span(late: Sequence[Curve], levels: Sequence[float]) -> tuple[float, float]:
    """From the lowest loss to the highest of those that rule.

    What lies above twice the largest of the curves' medians, a leap, does not rule the axis.
    """
    known = [found for curve in late if len(found := _finite(curve.y))]
    if not known:
        return 0.0, 1.0
    ruling = np.concatenate([*known, bits(np.array(levels, np.float64))])
    ruling = ruling[ruling <= _LEAP * max(float(np.median(each)) for each in known)]
    low, high = float(ruling.min()), float(ruling.max())
    pad = 0.06 * max(high - low, 0.1)
    return low - pad, high + pad


def _beyond(late: Sequence[Curve], begin: float, span: tuple[float, float]) -> str:
    """What the axes leave out, in words."""
    said = ""
    if begin > 1:
        said += f" The axes begin near iteration {begin:.0f}; a double click shows what was before."
    if any((curve.y > span[1]).any() for curve in late):
        said += " Some losses leap above the axis; a double click shows these too."
    return said


def _finite(values: Array) -> Array:
    """Those of the values that are finite.

    Example:
        >>> _finite(np.array([1.0, np.nan, np.inf])).tolist()
        [1.0]
    """
    return values[np.isfinite(values)]


def _ten(powers: Sequence[float]) -> tuple[float, float]:
    low, high = powers
    return 10.0**low, 10.0**high


def _mark(figure: go.Figure, share: float, name: str, theme: Theme) -> None:
    """A line at a share, named where it ends at the right: there most curves are far below."""
    figure.add_hline(y=share, line={"color": theme.muted, "dash": "dot", "width": 1})
    figure.add_annotation(
        text=name,
        x=1,
        xref="paper",
        xanchor="right",
        y=math.log10(share),
        yanchor="bottom",
        showarrow=False,
        font={"size": 12, "color": theme.muted},
    )
