"""What each later loss adds to the gradient at one state, and whether they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.frame import colour_bar, frame, panels
from rnnviz.plots.log_axis import finite, log_axis
from rnnviz.plots.share_axis import share_axis, signed_percent
from rnnviz.plots.theme import LIGHT, Theme, diverging, path_colours
from rnnviz.plots.time_axis import FIRST

if TYPE_CHECKING:
    from rnnviz.analysis.gradients.itemised import Itemised

_HINT = (
    "Every loss from this timestep on sends a gradient to its state. Above: the size of each. "
    "Below: the part of each along their sum, as a share of its length; they add up to 100 %, and "
    "one below zero points against what all add up to."
)
_ANGLES = (
    "The angle between what any two losses send to this state. Red: they agree (below 90°), blue: "
    "they cancel (above 90°), no colour: at right angles, they have nothing to do with each other. "
    "Colour says nothing of size: a deep one may be of losses that send next to nothing."
)
MAX_LOSSES = 200


def itemised(found: Itemised, path: Literal["h", "c"] = "h", *, theme: Theme = LIGHT) -> go.Figure:
    """The size of each loss's gradient at one state, and its share of their sum.

    Args:
        found: the parts.
        path: through which they came.
        theme: the colours.

    Example:
        >>> from rnnviz.analysis.gradients.itemised import take_apart
        >>> figure = itemised(take_apart(4, np.array([[3.0, 0.0], [1.0, 0.0]])))
        >>> figure.data[0].x.tolist(), figure.data[0].y.tolist(), figure.data[1].y.tolist()
        ([5, 6], [3.0, 1.0], [0.75, 0.25])
    """
    title = f"The gradient at timestep {found.timestep + FIRST:,}, taken apart, path {path}"
    figure = panels(title, _HINT, height=420, theme=theme, rows=2, vertical_spacing=0.08)
    colour = path_colours(theme, path)[0]
    x = found.timestep + FIRST + np.arange(len(found.norm))
    figure.add_scatter(
        x=x,
        y=finite(found.norm),
        mode="lines+markers" if len(x) < MAX_LOSSES else "lines",
        line={"color": colour, "width": 2},
        marker={"size": 4},
        hovertemplate="loss at timestep %{x:,d}<br>gradient norm %{y:.3g}<extra></extra>",
        row=1,
        col=1,
    )
    figure.add_bar(
        x=x,
        y=found.share,
        marker={"color": colour, "line_width": 0},
        customdata=[signed_percent(share) for share in found.share],
        hovertemplate="loss at timestep %{x:,d}<br>%{customdata} of the sum<extra></extra>",
        row=2,
        col=1,
    )
    log_axis(figure, found.norm, row=1, col=1)
    figure.update_yaxes(title_text="gradient norm", row=1)
    figure.update_yaxes(share_axis(found.share), title_text="share of the sum", row=2)
    figure.update_xaxes(title_text="timestep t of the loss", showgrid=False, row=2)
    figure.update_layout(showlegend=False, bargap=0.1)
    return figure


def angles(found: Itemised, *, theme: Theme = LIGHT) -> go.Figure:
    """The angle between the gradients of any two losses at one state; of 200 losses at most.

    Args:
        found: the parts.
        theme: the colours.

    Example:
        >>> from rnnviz.analysis.gradients.itemised import take_apart
        >>> figure = angles(take_apart(0, np.array([[3.0, 0.0], [0.0, 1.0]])))
        >>> figure.data[0].customdata.round().tolist()
        [[0.0, 90.0], [90.0, 0.0]]
    """
    count = min(MAX_LOSSES, len(found.norm))
    cosine = found.cosine[:count, :count]
    first = f" The first {MAX_LOSSES} losses." * (len(found.norm) > count)
    title = f"Do losses agree about the state at timestep {found.timestep + FIRST:,}?"
    figure = frame(title, _ANGLES + first, x="loss at timestep", height=420, theme=theme)
    degrees = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    figure.add_heatmap(
        z=cosine.astype(np.float32),
        customdata=degrees.astype(np.float32),
        x0=found.timestep + FIRST,
        dx=1,
        y0=found.timestep + FIRST,
        dy=1,
        zmin=-1,
        zmax=1,
        colorscale=diverging(theme),
        colorbar=colour_bar(
            "angle", theme, tickvals=[-1, -0.5, 0, 0.5, 1], ticktext=[f"{a}°" for a in _TICKS]
        ),
        hoverongaps=False,
        hovertemplate="losses at timesteps %{x:,d} and %{y:,d}<br>"
        "angle %{customdata:.0f}°<extra></extra>",
    )
    figure.update_yaxes(title_text="loss at timestep", autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False)
    return figure


_TICKS = (180, 120, 90, 60, 0)
