"""The plane of complex numbers around the unit circle: its axes, its circles, its points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnviz.plots.frame import frame
from rnnviz.plots.theme import Theme, mix

Complex: TypeAlias = "NDArray[np.complexfloating[Any, Any]]"

UNDER = 121  # pixels for the axis and three rows of legend, as it has at a width of 440 pixels


def complex_frame(
    title: str, hint: str, furthest: float, theme: Theme, *, under: int = UNDER
) -> go.Figure:
    """A plane with one scale for both parts, with room for the unit circle.

    Args:
        title: of the figure.
        hint: its subtitle.
        furthest: the largest absolute value that it is to show.
        theme: the colours.
        under: pixels for the axis and the legend, so that two beside each other are as high.

    Example:
        >>> from rnnviz.plots.theme import LIGHT
        >>> complex_frame("Eigenvalues", "", 2.0, LIGHT).layout.xaxis.range
        (-2.24, 2.24)
    """
    figure = frame(title, hint, x="real part", y="imaginary part", height=420, theme=theme)
    figure.update_layout(margin_b=under)
    reach = 1.12 * max(1.0, furthest)
    zero = mix(theme.grid, theme.muted, 0.4)
    # By their domains: ranges would be fitted to those of the plane that was drawn before.
    plane = {"range": [-reach, reach], "zerolinecolor": zero, "constrain": "domain"}
    figure.update_xaxes(plane, zeroline=True)
    figure.update_yaxes(plane, zeroline=True, scaleanchor="x", scaleratio=1)
    return figure


def add_points(figure: go.Figure, places: Complex, name: str, marker: Mapping[str, Any]) -> None:
    """Complex numbers as points that say both parts and their absolute value."""
    figure.add_scatter(
        x=places.real,
        y=places.imag,
        mode="markers",
        name=name,
        showlegend=True,
        marker=marker,
        customdata=np.abs(places),
        hovertemplate="%{x:.4f} %{y:+.4f} i<br>absolute value %{customdata:.4f}<extra></extra>",
    )


def add_circle(
    figure: go.Figure, radius: float, colour: str, dash: str = "solid", name: str = "unit circle"
) -> None:
    """A circle around zero."""
    turn = np.linspace(0, 2 * np.pi, 181)
    figure.add_scatter(
        x=radius * np.cos(turn),
        y=radius * np.sin(turn),
        mode="lines",
        line={"color": colour, "width": 1.5, "dash": dash},
        name=name,
        hoverinfo="skip",
    )
