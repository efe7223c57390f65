"""What stands around the curves of a figure: axes, lines to compare with, and what is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go

from rnnviz.plots.still.curves import dashes, text
from rnnviz.plots.still.ink import Ink
from rnnviz.plots.still.markup import width
from rnnviz.plots.still.plot import SMALL, Plot
from rnnviz.plots.still.scales import Scale

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_TICK, _PAD = 4.0, 3.0


def axes(figure: go.Figure, plot: Plot, ink: Ink) -> str:
    """Lines behind the curves, and the names of ticks and axes."""
    said = ""
    if figure.layout.xaxis.visible is not False:
        said += "".join(_level(figure.layout.xaxis, plot, ink))
    if figure.layout.yaxis.visible is not False:
        said += "".join(_upright(figure.layout.yaxis, plot, ink))
    return said


def shapes(figure: go.Figure, plot: Plot, ink: Ink, *, below: bool) -> str:
    """Lines from edge to edge and shades, those below the curves or those above."""
    return "".join(
        _shape(shape, plot, ink)
        for shape in figure.layout.shapes
        if (shape.layer == "below") == below
    )


def written(figure: go.Figure, plot: Plot, ink: Ink) -> str:
    """What is written in the plot and beside it."""
    return "".join(_annotation(each, plot, ink) for each in figure.layout.annotations)


def _level(axis: Any, plot: Plot, ink: Ink) -> Iterator[str]:
    for at, name in plot.x.ticks:
        x = plot.x.at(at)
        if axis.showgrid is not False:
            yield _rule(x, 0.0, x, plot.height, ink(axis.gridcolor))
        yield text(
            x, plot.height + 6, name, ink(axis.tickfont.color), anchor="middle", upright="top"
        )
    yield _rule(0.0, plot.height, plot.width, plot.height, ink(axis.linecolor))
    if axis.title.text:
        where = plot.width / 2, plot.height + plot.below - 4
        yield text(
            *where, axis.title.text, ink(axis.title.font.color), anchor="middle", upright="bottom"
        )


def _upright(axis: Any, plot: Plot, ink: Ink) -> Iterator[str]:
    for at, name in plot.y.ticks:
        y = plot.y.placed(at) if plot.y.kind == "category" else plot.y.at(at)
        if axis.showgrid is not False:
            yield _rule(0.0, y, plot.width, y, ink(axis.gridcolor))
        yield text(-8, y, name, ink(axis.tickfont.color), anchor="end", upright="middle")
    if axis.title.text:
        where = -plot.left + 12, plot.height / 2
        turned = text(
            0.0, 0.0, axis.title.text, ink(axis.title.font.color), anchor="middle", upright="middle"
        )
        yield f'<g transform="translate({where[0]:.1f} {where[1]:.1f}) rotate(-90)">{turned}</g>'


def _rule(x0: float, y0: float, x1: float, y1: float, colour: str) -> str:
    return f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" stroke="{colour}" fill="none"/>'


def _shape(shape: Any, plot: Plot, ink: Ink) -> str:
    x0, x1 = (_of_shape(x, shape.xref, plot.x, plot.width) for x in (shape.x0, shape.x1))
    y0, y1 = (
        _of_shape(y, shape.yref, plot.y, plot.height, upwards=True) for y in (shape.y0, shape.y1)
    )
    faint = "" if shape.opacity is None else f' opacity="{shape.opacity:g}"'
    if shape.type == "rect":
        box = f'x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}"'
        size = f'width="{abs(x1 - x0):.1f}" height="{abs(y1 - y0):.1f}"'
        return f'<rect {box} {size} fill="{ink(shape.fillcolor)}"{faint}/>'
    wide = 1 if shape.line.width is None else shape.line.width
    return (
        f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" stroke="{ink(shape.line.color)}" '
        f'stroke-width="{wide:g}" fill="none"{dashes(shape.line.dash)}{faint}/>'
    )


def _of_shape(
    value: Any, of: str | None, scale: Scale, size: float, *, upwards: bool = False
) -> float:
    """Where a shape's end stands: a value of the axis, or a share of the plot."""
    if _is_share(of):
        return size * float(1 - value if upwards else value)
    return scale.at(value)


def _annotation(each: Any, plot: Plot, ink: Ink) -> str:
    """Words whose place on a logarithmic axis is already a power of ten."""
    x = plot.width * each.x if _is_share(each.xref) else plot.x.placed(each.x)
    y = plot.height * (1 - each.y) if _is_share(each.yref) else plot.y.placed(each.y)
    anchor, upright = each.xanchor or "center", each.yanchor or "middle"
    x += {"left": _PAD, "center": 0.0, "right": -_PAD}[anchor]
    y += {"top": _PAD, "middle": 0.0, "bottom": -_PAD}[upright]
    size, colour = float(each.font.size or SMALL), ink(each.font.color)
    words = text(
        x, y, each.text, colour, anchor=_ANCHORS[anchor], upright=upright, size=size, over=True
    )
    return _behind(each, (x, y), anchor, ink) + words


def _behind(each: Any, at: tuple[float, float], anchor: str, ink: Ink) -> str:
    """The ground of words that stand over curves."""
    if not each.bgcolor:
        return ""
    wide, high = width(each.text, SMALL) + 2 * _PAD, SMALL + 2 * _PAD
    left = at[0] - _PAD - {"left": 0.0, "center": wide / 2, "right": wide}[anchor]
    return (
        f'<rect x="{left:.1f}" y="{at[1] - high / 2:.1f}" width="{wide:.1f}" height="{high:.1f}" '
        f'fill="{ink(each.bgcolor)}"/>'
    )


def _is_share(of: str | None) -> bool:
    return of == "paper" or str(of).endswith("domain")
