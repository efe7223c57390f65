"""Where a figure's plot stands in its drawing, and the scales along its two sides."""

from __future__ import annotations

from dataclasses import dataclass, replace

import plotly.graph_objects as go

from rnnviz.plots.still.markup import width
from rnnviz.plots.still.scales import Scale, scale_of

WIDTH = 760.0
SMALL = 12.0  # pixels of letters
_TOP, _LINE, _TITLE, _EDGE, _TICK = 14.0, 14.0, 22.0, 12.0, 9.0


@dataclass(frozen=True, slots=True)
class Plot:
    """The rectangle in which curves are.

    Attributes:
        x: the scale along its lower side, from 0 in pixels.
        y: along its left side, from its height up to 0.
        left: of the drawing to the plot, in pixels.
        top: likewise.
        width: of the plot.
        height: likewise.
        below: of what stands under it.
    """

    x: Scale
    y: Scale
    left: float
    top: float
    width: float
    height: float
    below: float

    @property
    def whole(self) -> float:
        """The height of the drawing."""
        return self.top + self.height + self.below


def plot_of(figure: go.Figure) -> Plot:
    """The plot of a figure of one panel."""
    layout, curves = figure.layout, [trace for trace in figure.data if trace.x is not None]
    x = scale_of(layout.xaxis, [list(trace.x) for trace in curves])
    y = scale_of(layout.yaxis, [list(trace.y) for trace in curves])
    left = _left(y, bool(layout.yaxis.title.text), layout.yaxis.visible is not False)
    wide = WIDTH - left - max(_EDGE, float(layout.margin.r))
    high = float(layout.height - layout.margin.t - layout.margin.b)
    below = _below(x, bool(layout.xaxis.title.text), layout.xaxis.visible is not False)
    across, up = replace(x, start=0.0, end=wide), replace(y, start=high, end=0.0)
    return Plot(across, up, left, _TOP, wide, high, below)


def _left(y: Scale, titled: bool, visible: bool) -> float:
    if not visible:
        return _EDGE
    names = max((width(name, SMALL) for _, name in y.ticks), default=0.0)
    return names + _TICK + titled * _TITLE + 4


def _below(x: Scale, titled: bool, visible: bool) -> float:
    if not visible:
        return _EDGE
    lines = max((name.count("<br>") + 1 for _, name in x.ticks), default=1)
    return _TICK + _LINE * lines + titled * _TITLE + 4
