"""What several runs did, laid over each other: each with its colour, its dashes and its name."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnviz.plots import iterations
from rnnviz.plots.log_axis import finite, whole_ticks
from rnnviz.plots.theme import Theme, look, veil
from rnnviz.records import Array, Curve

_LETTER, _GAP = 7.0, 16.0  # pixels: a letter's width, and from one name to the next


def add_curve(
    figure: go.Figure,
    curve: Curve,
    theme: Theme,
    hover: str,
    *,
    width: float = 2,
    more: Array | None = None,
    place: tuple[int, int] | None = None,
    **how: Any,
) -> None:
    """One curve, and of several runs the range in which they lie.

    Args:
        figure: the figure.
        curve: what is drawn; values that are not finite are left out.
        theme: the colours.
        hover: what is said of a point: customdata holds what it is of, and what is in `more`.
        width: of the line.
        more: what else is said of it (point, of what).
        place: row and column of a panel.
        how: what else Plotly is told of the curve, as its opacity.
    """
    panel = {} if place is None else {"row": place[0], "col": place[1]}
    line, said = look(theme, curve.place), [curve.at] if more is None else [curve.at, *more.T]
    _add_range(figure, curve, line["color"], panel)
    mean = f", mean of {curve.runs}" * (curve.runs > 1)
    figure.add_scatter(
        x=curve.x,
        y=finite(curve.y),
        customdata=np.stack(said, axis=1),
        **{
            "mode": "lines",
            "line": {**line, "width": width},
            "marker": {"size": 5, "color": line["color"]},
            "name": curve.label,
            "legendgroup": str(curve.place),
            "showlegend": False,
            "hovertemplate": f"{curve.label}{mean}<br>{hover}<extra></extra>",
            **how,
        },
        **panel,
    )


def name_ends(
    figure: go.Figure,
    curves: Sequence[Curve],
    theme: Theme,
    span: tuple[float, float],
    *,
    log: bool,
    place: tuple[int, int] | None = None,
) -> None:
    """Write in a column at the right what each curve is called, dots from its end to the name.

    Args:
        figure: whose right margin is made wide enough.
        curves: of one panel.
        theme: the colours.
        span: the upright axis, from and to.
        log: whether it is logarithmic; of the level axis its settings say so, and where it ends,
            made before.
        place: row and column of the panel.
    """
    ends = [(curve, *end) for curve in curves if (end := _end(curve, span)) is not None]
    if not ends:
        return
    panel = {} if place is None else {"row": place[0], "col": place[1]}
    low, high = (np.log10(span) if log else np.array(span)).tolist()
    values = np.array([y for _, _, y in ends])
    shares = ((np.log10(values) if log else values) - low) / (high - low)
    places = spread(shares.tolist(), _GAP / _height(figure, place))
    level = figure.get_subplot(*place).xaxis if place else figure.layout.xaxis
    heights = low + (high - low) * np.array(places)
    right = float(10 ** level.range[1] if level.type == "log" else level.range[1])
    for (curve, x, y), place_at, height in zip(ends, places, heights, strict=True):
        _add_leader(figure, (x, y), (right, float(10**height if log else height)), theme, panel)
        _add_name(figure, curve, place_at, theme, panel)
    longest = max(len(curve.label) for curve, _, _ in ends)
    figure.update_layout(margin_r=max(figure.layout.margin.r, _LETTER * (longest + 2)))


def spread(shares: Sequence[float], gap: float) -> list[float]:
    """Places on an axis from 0 to 1 as near to those given as they can be so far apart.

    Those that would stand too near each other stand around the middle of where they would (least
    squares, by pooling neighbours that violate the order; Ayer et al. 1955).

    Args:
        shares: where each would stand; beyond the ends counts as at the end.
        gap: from one to the next; where there is too little room, all are as far apart as can be.

    Example:
        >>> spread([0.5, 0.5, 0.0], 0.25), spread([1.0, 1.0, 1.0], 0.9)
        ([0.375, 0.625, 0.0], [0.0, 0.5, 1.0])
    """
    gap = min(gap, 1.0 / max(1, len(shares) - 1))
    order = sorted(range(len(shares)), key=lambda each: shares[each])
    pools: list[list[float]] = []
    for rank, each in enumerate(order):
        pools.append([min(1.0, max(0.0, shares[each])) - rank * gap])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    levels = [_mean(pool) for pool in pools for _ in pool]
    top = 1.0 - (len(shares) - 1) * gap
    found = {
        each: min(top, max(0.0, level)) + rank * gap
        for rank, (each, level) in enumerate(zip(order, levels, strict=True))
    }
    return [found[each] for each in range(len(shares))]


def along_axis(curves: Sequence[Curve], along: str, begin: float = 0.0) -> dict[str, object]:
    """The settings of the level axis, on which early training is wide.

    Args:
        curves: all that stand on it.
        along: iterations, characters read, or seconds; of the last two, 0 has no place.
        begin: from which iteration on, as near as there are points.

    Example:
        >>> one = Curve(0, "A", *(np.array([0, 1, 10]),) * 3)
        >>> along_axis([one], "iterations")["ticktext"], along_axis([one], "seconds")["ticktext"]
        (['0<br>(start)', '1', '10'], ['1', '10'])
    """
    x = np.concatenate([curve.x[curve.at >= begin] for curve in curves])
    if along == "iterations":
        return iterations.axis(int(x.min()), int(x.max()), log=True)
    x = x[x > 0]
    low, high = (float(end) for end in (x.min(initial=1.0), x.max(initial=1.0)))
    if along == "seconds" and low < 1:
        low = max(low, high / 1000)
    pad = 0.03 * max(np.log10(high / low), 0.3)
    ticks = whole_ticks(max(1, int(low)), max(1, int(high)), leading=[1])
    if len(ticks) < 2:
        ticks = whole_ticks(max(1, int(low)), max(1, int(high)))
    return {
        "title": {"text": along},
        "type": "log",
        "tickangle": 0,
        "range": [np.log10(low) - pad, np.log10(high) + pad],
        "tickvals": ticks,
        "ticktext": [f"{tick:,}" for tick in ticks],
    }


def placed(curve: Curve, along: str) -> Curve:
    """A curve with iteration 0 at its place on a logarithmic axis; left out on another.

    Example:
        >>> one = Curve(0, "A", *(np.array([0, 1, 10]),) * 3)
        >>> placed(one, "iterations").x.tolist(), placed(one, "seconds").x.tolist()
        ([0.5, 1.0, 10.0], [1, 10])
    """
    if along == "iterations":
        return _with_x(curve, iterations.places(curve.x, log=True))
    return part(curve, curve.x > 0)


def part(curve: Curve, kept: NDArray[Any]) -> Curve:
    """Some of the points of a curve: by a mask, or by their places."""
    low, high = (None if ends is None else ends[kept] for ends in (curve.low, curve.high))
    points = curve.at[kept], curve.x[kept], curve.y[kept]
    return Curve(curve.place, curve.label, *points, low, high, curve.runs)


def point_words(along: str) -> str:
    """How a point's iteration is said, beside where it stands.

    Example:
        >>> point_words("iterations"), point_words("seconds")
        ('iteration %{customdata[0]:,d}', 'iteration %{customdata[0]:,d}, %{x:,.3~g} seconds')
    """
    said = "iteration %{customdata[0]:,d}"
    return said if along == "iterations" else f"{said}, %{{x:,.3~g}} {along}"


def shade_words(curves: Sequence[Curve]) -> str:
    """What a figure says of curves of several runs; "" where there are none."""
    several = sorted({curve.runs for curve in curves} - {1})
    if not several:
        return ""
    count = " or ".join(map(str, several))
    return f"A curve of {count} runs is their mean; its shade goes from the lowest to the highest."


def _with_x(curve: Curve, x: Array) -> Curve:
    ends = curve.low, curve.high, curve.runs
    return Curve(curve.place, curve.label, curve.at, x, curve.y, *ends)


def _end(curve: Curve, span: tuple[float, float]) -> tuple[float, float] | None:
    """Its last point on the axis; None where none is."""
    there = np.flatnonzero((curve.y >= span[0]) & (curve.y <= span[1]))
    return (float(curve.x[there[-1]]), float(curve.y[there[-1]])) if len(there) else None


def _height(figure: go.Figure, place: tuple[int, int] | None) -> float:
    """Of a panel, in pixels."""
    margin = figure.layout.margin
    whole = figure.layout.height - margin.t - margin.b
    if place is None:
        return float(whole)
    low, high = figure.get_subplot(*place).yaxis.domain
    return float(whole * (high - low))


def _add_leader(
    figure: go.Figure,
    end: tuple[float, float],
    name: tuple[float, float],
    theme: Theme,
    panel: dict[str, int],
) -> None:
    """A line from a curve's end to its name, that nobody takes for a part of the curve."""
    line = {"color": theme.muted, "width": 1, "dash": "1px,4px"}
    figure.add_shape(
        type="line", x0=end[0], y0=end[1], x1=name[0], y1=name[1], line=line, layer="below", **panel
    )


def _add_name(
    figure: go.Figure, curve: Curve, place: float, theme: Theme, panel: dict[str, int]
) -> None:
    """What a curve is called at the right, over a veil; its place is a share of the height."""
    figure.add_annotation(
        x=1,
        y=place,
        xref="x domain",
        yref="y domain",
        text=escape(curve.label),
        xanchor="left",
        yanchor="middle",
        showarrow=False,
        font={"color": look(theme, curve.place)["color"], "size": 12},
        bgcolor=veil(theme),
        borderpad=2,
        **panel,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _add_range(figure: go.Figure, curve: Curve, colour: str, panel: dict[str, int]) -> None:
    """The shade between the lowest and the highest; nothing of one run alone."""
    if curve.low is None or curve.high is None:
        return
    figure.add_scatter(
        x=np.concatenate([curve.x, curve.x[::-1]]),
        y=finite(np.concatenate([curve.high, curve.low[::-1]])),
        fill="toself",
        fillcolor=colour,
        line={"width": 0},
        mode="lines",
        opacity=0.18,
        hoverinfo="skip",
        showlegend=False,
        legendgroup=str(curve.place),
        **panel,
    )
