"""Horizontal lines to compare curves with, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import plotly.graph_objects as go

from rnnviz.notation import bits, bits_words
from rnnviz.plots.theme import Theme

_DASHES = ("dash", "dot", "dashdot", "longdash")


def add_level(
    figure: go.Figure, y: float, name: str, dash: str, colour: str, *, in_legend: bool = True
) -> None:
    """A line from edge to edge.

    Example:
        >>> figure = go.Figure()
        >>> add_level(figure, 1.0, "clip_norm 1", "dash", "black")
        >>> figure.layout.shapes[0].y0, figure.layout.shapes[0].name
        (1.0, 'clip_norm 1')
    """
    line = {"dash": dash, "width": 1.5, "color": colour}
    figure.add_shape(
        type="line",
        xref="paper",
        x0=0,
        x1=1,
        y0=y,
        y1=y,
        line=line,
        name=name,
        showlegend=in_legend,
    )


def add_levels(
    figure: go.Figure, losses: Mapping[str, float], theme: Theme, *, under: bool = False
) -> None:
    """Losses in nats, by name: a line each in bits, with its name where it begins.

    There the curves are still far above. The lowest of several is named below its line, so that
    names of lines close to each other stand apart; a single one where it is to be `under` its line.
    """
    below = min(losses.values(), default=0.0) if under or len(losses) > 1 else None
    for place, (name, nats) in enumerate(losses.items()):
        colour = theme.series[2 + place % (len(theme.series) - 2)]
        label = f"{escape(name)}: {bits_words(nats)}/char"
        add_level(figure, bits(nats), label, _DASHES[place % 4], colour, in_legend=False)
        _name(figure, bits(nats), label, "top" if nats == below else "bottom", colour)


def add_start(figure: go.Figure, level: float, top: float, theme: Theme) -> None:
    """The loss in bits that a run begins with, as a line; by name alone where it is above the axis.

    Args:
        figure: the figure.
        level: the loss.
        top: of the axis.
        theme: the colours.
    """
    name = f"at the start: {level:.3f} bits/char"
    if level > top:
        _name(figure, top, f"↑ {name}", "top", theme.muted, at="center")
        return
    add_level(figure, level, name, "dot", theme.muted, in_legend=False)
    _name(figure, level, name, "bottom", theme.muted, at="center")


def _name(
    figure: go.Figure, y: float, name: str, anchor: str, colour: str, at: str = "left"
) -> None:
    """What a line is called, above or below it, at its left end or in the middle."""
    figure.add_annotation(
        text=name,
        x={"left": 0.0, "center": 0.5}[at],
        xref="paper",
        xanchor=at,
        y=y,
        yanchor=anchor,
        showarrow=False,
        font={"size": 12, "color": colour},
    )
