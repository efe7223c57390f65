"""Memory in two ways on one axis: what gradients say, and what forgetting costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from rnnviz.analysis.gradients.reach import Reach
from rnnviz.notation import bits, percent
from rnnviz.plots.frame import panels
from rnnviz.plots.log_axis import finite, log_axis
from rnnviz.plots.theme import LIGHT, Theme, part_colour
from rnnviz.records import Array

if TYPE_CHECKING:
    from rnnviz.analysis.states.resetting import ResetLosses

_TITLE = "What gradients say, and what forgetting costs"
_HINT = (
    "Above: how strongly a prediction depends on the character read so many before it, "
    "|∂ log p/∂x|, on average. Middle and below: the loss, and how often the likeliest character "
    "is right, of the network that is set to zero so many characters before and reads on from "
    "there. Both on places spread over the text; where a curve has become level, what lies further "
    "back does not matter."
)


def mattered(reach: Reach, reset: ResetLosses, *, theme: Theme = LIGHT) -> go.Figure:
    """The mean dependence on characters, and losses and hits after a reset, by distance.

    Args:
        reach: of the dependence on the character so many before the last one read.
        reset: what the network loses that was reset.
        theme: the colours.

    Example:
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> from rnnviz.analysis.states.resetting import ResetLosses
        >>> reset = ResetLosses((1, 2), np.log([[8.0], [4.0]]))
        >>> figure = mattered(read_curve(np.array([[1.0, 0.5, 0.25]])), reset)
        >>> figure.data[0].y.tolist(), figure.data[2].y.round(6).tolist()
        ([1.0, 0.5, 0.25], [3.0, 2.0])
    """
    rows = 2 + (reset.accuracy is not None)
    figure = panels(_TITLE, _HINT, height=170 * rows + 70, theme=theme, rows=rows)
    _add_reach(figure, reach, theme)
    nats = reset.mean
    _add(figure, 2, reset, bits(nats), theme, "%{y:.3f} bits/char (%{customdata:.3f} nats)", nats)
    figure.update_yaxes(title_text="loss (bits/char)", row=2)
    if reset.accuracy is not None:
        share = [percent(each) for each in reset.accuracy]
        _add(figure, 3, reset, 100 * reset.accuracy, theme, "right in %{customdata}", share)
        figure.update_yaxes(title_text="right (%)", row=3)
    ticks = list(reset.distances)
    last = max(ticks[-1], len(reach.curve))
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{tick:,}" for tick in ticks])
    figure.update_xaxes(range=[-0.05, np.log10(last) + 0.05])
    figure.update_xaxes(title_text="characters before the predicted one", row=rows)
    return figure


def _add_reach(figure: go.Figure, reach: Reach, theme: Theme) -> None:
    """The curve, and rings where a half and 1 % of what there was at first are left."""
    colour, place = part_colour(theme, "x"), {"row": 1, "col": 1}
    figure.add_scatter(
        x=np.arange(1, len(reach.curve) + 1),
        y=finite(reach.curve),
        mode="lines",
        line={"color": colour, "width": 2},
        hovertemplate="%{x} before: %{y:.3g}<extra></extra>",
        showlegend=False,
        **place,
    )
    falls = [(reach.half.lag, "a half"), (reach.hundredth.lag, "1 %")]
    there = [(lag, name) for lag, name in falls if lag is not None]
    figure.add_scatter(
        x=[lag + 1 for lag, _ in there],
        y=[reach.curve[lag] for lag, _ in there],
        mode="markers+text",
        text=[name for _, name in there],
        textposition="bottom left",
        marker={"symbol": "circle-open", "size": 9, "color": colour},
        hovertemplate="%{text} is left %{x} before<extra></extra>",
        showlegend=False,
        **place,
    )
    log_axis(figure, reach.curve, **place)
    figure.update_yaxes(title_text="dependence", **place)


def _add(
    figure: go.Figure,
    row: int,
    reset: ResetLosses,
    values: Array,
    theme: Theme,
    hover: str,
    more: object,
) -> None:
    figure.add_scatter(
        x=list(reset.distances),
        y=values,
        mode="lines+markers",
        line={"color": theme.series[0], "width": 2},
        marker={"size": 6},
        customdata=more,
        hovertemplate=f"reset %{{x}} characters before<br>{hover}<extra></extra>",
        showlegend=False,
        row=row,
        col=1,
    )
