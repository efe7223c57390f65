"""How the units of a layer work: how often their gates are closed and open, how long they keep."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from rnnviz.analysis.units.health import GateShares, LayerHealth
from rnnviz.cells import Nonlinearity
from rnnviz.notation import percent, significant
from rnnviz.plots.frame import empty, frame, panels, share_ticks
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Array, Ids

_GATES = "How often gates are nearly closed and nearly open"
_KEPT = "How long units keep what they hold"
_NO_GATES = "A plain RNN has no gates."
_NOW, _BEFORE = "now", "before training"
_HEIGHT = 340
_FIRST = 0.25  # characters; what is lost sooner stands in the first bar too
_PER_DOUBLING = 2  # bars
_SHARES = 20  # bars


def gate_shares(
    now: LayerHealth,
    before: LayerHealth | None,
    names: Mapping[str, str],
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """A dot for every unit, a panel for every sigmoid gate: closed to the right, open upwards.

    As Karpathy, Johnson and Li draw it (2015, "Visualizing and Understanding Recurrent Networks",
    figure 3): the share of characters after which the gate is left-saturated, below 0.1, against
    that after which it is right-saturated, above 0.9.

    Args:
        now: the layer.
        before: the same layer before training; None where that is not known.
        names: what each gate is called, by its symbol.
        theme: the colours.
    """
    if not now.gates:
        return empty(_GATES, _NO_GATES, theme)
    hint = (
        "A dot for each unit. To the right: the share of characters after which its gate is nearly "
        "closed, below 0.1. Upwards: nearly open, above 0.9. At the lower left a gate is mostly "
        "between; on the line it is always one or the other."
    )
    figure = panels(_GATES, hint, height=_HEIGHT, theme=theme, cols=len(now.gates))
    axis = {**share_ticks((0.0, 0.5, 1.0)), "range": [-0.04, 1.04]}
    figure.update_xaxes(axis)
    figure.update_yaxes(axis)
    for column, (symbol, shares) in enumerate(now.gates.items(), 1):
        _add_limit(figure, column, theme)
        if before is not None:
            _add_dots(figure, column, before.gates[symbol], _BEFORE, theme)
        _add_dots(figure, column, shares, _NOW, theme)
        figure.update_xaxes(title_text=f"{names[symbol]} closed", col=column)
    figure.update_yaxes(title_text="open", col=1)
    return figure


def half_lives(
    now: LayerHealth, before: LayerHealth | None, window: int | None, *, theme: Theme = LIGHT
) -> go.Figure:
    """A histogram of after how many characters half of what a unit held is left.

    Args:
        now: the layer.
        before: the same layer before training; None where that is not known.
        window: how many characters training follows a loss back over; None where that is unknown.
        theme: the colours.
    """
    if now.half_life is None:
        return empty(_KEPT, _NO_GATES, theme)
    hint = (
        "Units by the number of characters after which half of what they held is left: where the "
        "product of their gate over so many characters, on average over the text, falls under a "
        "half. What other units remember for them is not counted."
    )
    figure = frame(_KEPT, hint, x="characters", y="units", height=_HEIGHT, theme=theme)
    old = None if before is None else before.half_life
    last = max(_places(now.half_life).max(), 0 if old is None else _places(old).max())
    count = 1 + int(last if window is None else max(last, _place(window)))
    _add_bars(figure, now.half_life, count, theme, "half is left after")
    if old is not None:
        _add_outline(figure, np.arange(count + 2), _counts(old, count), theme)
    if window is not None:
        _add_window(figure, window, theme)
    kept = [*now.half_life, *([] if old is None else old)]
    _name_bars(figure, count, "not within<br>half the text" if np.isinf(kept).any() else "")
    return figure


def characters_kept(
    kept: Array, gate: str, window: int | None, *, theme: Theme = LIGHT
) -> go.Figure:
    """A histogram of for how many characters units keep what they hold, by the mean of their gate.

    Args:
        kept: 1 / (1 - mean of the gate) of every unit (unit).
        gate: what the gate is called.
        window: how many characters training follows a loss back over; None where that is unknown.
        theme: the colours.

    Example:
        >>> figure = characters_kept(np.array([1.0, 1.0, 10.0]), "forget gate", None)
        >>> int(np.sum(figure.data[0].y))
        3
    """
    title = f"Memory of each unit from its {gate}"
    hint = (
        "Units by 1/(1 − the mean share that the gate keeps): over so many characters what a unit "
        "holds is spread out, were the gate always at its mean. A gate that keeps 90 % gives 10 "
        "characters, one that keeps 99 % gives 100."
    )
    figure = frame(title, hint, x="characters", y="units", height=_HEIGHT, theme=theme)
    last = _places(kept).max()
    count = 1 + int(last if window is None else max(last, _place(window)))
    _add_bars(figure, kept, count, theme, "kept over")
    if window is not None:
        _add_window(figure, window, theme)
    _name_bars(figure, count, "never<br>lost" if np.isinf(kept).any() else "")
    return figure


def saturation(
    now: LayerHealth,
    before: LayerHealth | None,
    nonlinearity: Nonlinearity,
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """A histogram of how often units are saturated, or off where they are relus.

    Args:
        now: the layer.
        before: the same layer before training; None where that is not known.
        nonlinearity: of the units.
        theme: the colours.
    """
    title, hint = _saturated_words(nonlinearity)
    figure = frame(title, hint, x="share of characters", y="units", height=_HEIGHT, theme=theme)
    edges = np.linspace(0, 1, _SHARES + 1)
    named = [f"{100 * low:.0f} to {percent(high, 0)}" for low, high in pairwise(edges)]
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=np.histogram(now.saturated, edges)[0],
        name=_NOW,
        marker={"color": theme.accent, "line": {"width": 0}},
        customdata=named,
        hovertemplate="%{y} units: %{customdata} of the characters<extra></extra>",
    )
    if before is not None:
        _add_outline(figure, edges, np.histogram(before.saturated, edges)[0], theme)
    figure.update_xaxes(share_ticks(edges[::2]), range=[-0.01, 1.01], showgrid=False)
    figure.update_layout(bargap=0.1)
    return figure


def _saturated_words(nonlinearity: Nonlinearity) -> tuple[str, str]:
    if nonlinearity == "relu":
        often, where = "off", "their relu is at 0, where no gradient passes"
    else:
        often = "saturated"
        where = f"they are close to an end of {nonlinearity}, where little gradient passes"
    return f"How often units are {often}", f"Units by the share of characters after which {where}."


def _add_limit(figure: go.Figure, column: int, theme: Theme) -> None:
    """Closed and open are at most all of the time together."""
    figure.add_scatter(
        x=[0, 1],
        y=[1, 0],
        mode="lines",
        line={"width": 1, "dash": "dot", "color": theme.muted},
        hoverinfo="skip",
        showlegend=False,
        row=1,
        col=column,
    )


def _add_dots(figure: go.Figure, column: int, shares: GateShares, name: str, theme: Theme) -> None:
    past = name == _BEFORE
    figure.add_scatter(
        x=shares.closed.round(4),
        y=shares.open.round(4),
        mode="markers",
        name=name,
        legendgroup=name,
        showlegend=column == 1,
        marker={
            "size": 6 if past else 7,
            "symbol": "circle-open" if past else "circle",
            "opacity": 0.7,
            "color": theme.muted if past else theme.accent,
        },
        customdata=[
            (unit, percent(closed), percent(opened))
            for unit, (closed, opened) in enumerate(zip(shares.closed, shares.open, strict=True))
        ],
        hovertemplate=f"unit %{{customdata[0]}}, {name}<br>closed %{{customdata[1]}}, "
        "open %{customdata[2]}<extra></extra>",
        row=1,
        col=column,
    )


def _place(characters: float) -> float:
    """Where so many characters stand: a bar for each half of a doubling, and more at the end."""
    return max(0.0, _PER_DOUBLING * math.log2(characters / _FIRST))


def _places(half_life: Array) -> Array:
    """Likewise of every unit; that of one that never loses half comes with the largest."""
    finite = half_life[np.isfinite(half_life)]
    return np.array([0.0, *(_place(one) for one in finite)])


def _counts(half_life: Array, count: int) -> Ids:
    """How many units stand in each bar; in the last, those that never lose half."""
    at = [int(_place(one)) if math.isfinite(one) else count for one in half_life]
    return np.bincount(at, minlength=count + 1)


def _add_bars(figure: go.Figure, lasting: Array, count: int, theme: Theme, says: str) -> None:
    figure.add_bar(
        x=np.arange(count + 1) + 0.5,
        y=_counts(lasting, count),
        name=_NOW,
        marker={"color": theme.accent, "line": {"width": 0}},
        customdata=[*(f"{_edge(bar)} to {_edge(bar + 1)}" for bar in range(count)), "no"],
        hovertemplate=f"%{{y}} units: {says} %{{customdata}} characters<extra></extra>",
    )


def _add_outline(figure: go.Figure, edges: Array | Ids, counts: Ids, theme: Theme) -> None:
    figure.add_scatter(
        x=edges,
        y=[*counts, 0],
        mode="lines",
        name=_BEFORE,
        line={"shape": "hv", "width": 2, "color": theme.muted},
        hoverinfo="skip",
    )


def _add_window(figure: go.Figure, window: int, theme: Theme) -> None:
    figure.add_vline(
        x=_place(window),
        line={"dash": "dash", "width": 1.5, "color": theme.series[1]},
        annotation={
            "text": f"BPTT window {window:,} ",
            "font": {"size": 12, "color": theme.series[1]},
        },
        annotation_position="top left",
    )


def _name_bars(figure: go.Figure, count: int, endless: str) -> None:
    """The edges of bars, and what the bar is called that has no end, where there is one."""
    at, more = range(0, count, _PER_DOUBLING), [endless] * bool(endless)
    figure.update_xaxes(
        tickvals=[*at, *[count + 0.5] * len(more)],
        ticktext=[*map(_edge, at), *more],
        tickangle=0,
        range=[-0.2, count + len(more) + 0.2],
        showgrid=False,
    )
    figure.update_layout(bargap=0.1)


def _edge(bar: int) -> str:
    return significant(_FIRST * 2 ** (bar / _PER_DOUBLING))
