"""Clipping by norm: one arrow before and after, and the line of all norms."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.frame import panels
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats

_HEAD = 0.14  # length of an arrowhead, as a share of the axes' reach
_SLENDER = 0.4  # half its width, as a share of its length


def clipping(
    gradient: Floats, clipped: Floats, clip_norm: float, *, theme: Theme = LIGHT
) -> go.Figure:
    """Left: a gradient of two weights and what clipping leaves. Right: norm after, by norm before.

    Args:
        gradient: of two weights (2).
        clipped: what is left (2).
        clip_norm: the longest allowed.
        theme: the colours.

    Example:
        >>> figure = clipping(np.array([3.0, 4.0]), np.array([0.6, 0.8]), 1.0)
        >>> len(figure.data)
        5
    """
    title = "What clipping leaves"
    figure = panels(title, height=400, theme=theme, cols=2, horizontal_spacing=0.14)
    turn = np.linspace(0, 2 * np.pi, 181)
    circle = clip_norm * np.cos(turn), clip_norm * np.sin(turn)
    muted = {"color": theme.muted, "dash": "dot", "width": 1.5}
    _add_line(figure, 1, circle, f"clip_norm = {clip_norm:g}", muted, legend=True)
    before = {"color": theme.series[1], "width": 2}
    after = {"color": theme.series[0], "width": 3.5}
    norm = float(np.linalg.norm(gradient))
    reach = 1.15 * max(norm, clip_norm)
    _add_arrow(figure, gradient, reach, "gradient", before)
    _add_arrow(figure, clipped, reach, "after clipping", after)
    _add_norms(figure, (norm, float(np.linalg.norm(clipped))), clip_norm, theme)
    figure.update_xaxes(range=[-reach, reach], title_text="∂L/∂w<sub>1</sub>", col=1)
    figure.update_yaxes(range=[-reach, reach], title_text="∂L/∂w<sub>2</sub>", col=1)
    figure.update_yaxes(scaleanchor="x", scaleratio=1, constraintoward="top", col=1)
    # Equal scales by a smaller panel, not by a longer axis.
    for axes in (figure.update_xaxes, figure.update_yaxes):
        axes(constrain="domain", col=1)
    return figure


def _add_norms(
    figure: go.Figure, norms: tuple[float, float], clip_norm: float, theme: Theme
) -> None:
    """The second panel: all norms after clipping, and those of this gradient."""
    end = 1.1 * max(norms[0], 2 * clip_norm)
    bend = np.array([0.0, clip_norm, end]), np.array([0.0, clip_norm, clip_norm])
    _add_line(figure, 2, bend, "norm after clipping", {"color": theme.series[0], "width": 2})
    figure.add_scatter(
        x=[norms[0]],
        y=[norms[1]],
        mode="markers",
        marker={"color": theme.series[1], "size": 12},
        name="this gradient",
        showlegend=False,
        hovertemplate="before %{x:.3g}<br>after %{y:.3g}<extra></extra>",
        row=1,
        col=2,
    )
    figure.update_xaxes(title_text="norm before", range=[0, end], col=2)
    figure.update_yaxes(title_text="norm after", range=[0, 1.6 * clip_norm], col=2)


def _add_line(
    figure: go.Figure,
    column: int,
    points: tuple[Floats, Floats],
    name: str,
    line: dict[str, object],
    *,
    legend: bool = False,
) -> None:
    figure.add_scatter(
        x=points[0],
        y=points[1],
        mode="lines",
        line=line,
        name=name,
        showlegend=legend,
        hoverinfo="skip",
        row=1,
        col=column,
    )


def _add_arrow(
    figure: go.Figure, tip: Floats, reach: float, name: str, line: dict[str, Any]
) -> None:
    """An arrow from the origin; its head is drawn to the scale of the axes, never longer than it.

    Args:
        figure: whose first panel it goes into.
        tip: where it ends (2).
        reach: how far the axes reach from the origin.
        name: in the legend.
        line: colour and width.
    """
    length = float(np.linalg.norm(tip))
    along = tip / length if length else np.zeros(2)
    across = np.array([-along[1], along[0]])
    head = min(_HEAD * reach, 0.5 * length)
    neck = tip - head * along
    corners = tip, neck + _SLENDER * head * across, neck - _SLENDER * head * across
    path = "L".join(f" {float(x)!r},{float(y)!r} " for x, y in corners)
    colour = line["color"]
    figure.add_shape(
        type="path", path=f"M{path}Z", fillcolor=colour, line={"width": 0}, row=1, col=1
    )
    shaft = np.array([0.0, neck[0]]), np.array([0.0, neck[1]])
    _add_line(figure, 1, shaft, name, line, legend=True)
