"""A recurrent matrix: its eigenvalues in the complex plane, and how its powers grow."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnviz.notation import significant
from rnnviz.plots.frame import frame
from rnnviz.plots.log_axis import decade_axis, finite
from rnnviz.plots.theme import LIGHT, Theme, mix
from rnnviz.records import Floats

# Pixels under the axis, for a legend of so many rows, as it has at a width of 440 pixels.
_TWO_ROWS, _THREE_ROWS = 102, 121
_FEW = 32  # eigenvalues, each of which has a rim


def complex_plane(
    eigenvalues: NDArray[np.complexfloating[Any, Any]],
    largest_singular_value: float,
    title: str = "Eigenvalues",
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Eigenvalues and the unit circle; the largest singular value as a circle of its own.

    Eigenvalues outside the unit circle have a colour, and a line in the legend, of their own.

    Args:
        eigenvalues: of the matrix (unit).
        largest_singular_value: sigma; no eigenvalue lies outside its circle.
        title: of the figure.
        theme: the colours.

    Example:
        >>> figure = complex_plane(np.array([1j, -1j]), 1.0)
        >>> [trace.name for trace in figure.data][-1]
        'unit circle'
    """
    figure = frame(title, x="real part", y="imaginary part", height=420, theme=theme)
    figure.update_layout(margin_b=_TWO_ROWS)
    sigma = f"largest singular value {significant(largest_singular_value)}"
    _add_circle(figure, largest_singular_value, theme.series[1], "dash", sigma)
    outside, many = np.abs(eigenvalues) > 1 + 1e-9, len(eigenvalues)
    _add_points(figure, eigenvalues[~outside], theme.series[0], "eigenvalues", many, theme)
    if outside.any():
        name = "eigenvalues outside the unit circle"
        _add_points(figure, eigenvalues[outside], theme.positive, name, many, theme)
    _add_circle(figure, 1.0, theme.text, "solid", "unit circle")  # above the points
    reach = 1.12 * max(1.0, largest_singular_value)
    zero = mix(theme.grid, theme.muted, 0.4)
    # By their domains: ranges would be fitted to those of the plane that was drawn before.
    plane = {"range": [-reach, reach], "zerolinecolor": zero, "constrain": "domain"}
    figure.update_xaxes(plane, zeroline=True)
    figure.update_yaxes(plane, zeroline=True, scaleanchor="x", scaleratio=1)
    return figure


def power_norms(
    log_norms: Floats, radius: float, largest_singular_value: float, *, theme: Theme = LIGHT
) -> go.Figure:
    """The norm of W^k against k, between rho^k and sigma^k, on a log axis.

    Args:
        log_norms: log10 of the largest singular value of W^k (k).
        radius: spectral radius rho.
        largest_singular_value: sigma.
        theme: the colours.
    """
    figure = frame("Powers of the matrix", x="k (timesteps)", y="norm", height=420, theme=theme)
    figure.update_layout(margin_b=_THREE_ROWS)
    curves = [
        _power("σ", largest_singular_value, len(log_norms), "dash", 1),
        _power("ρ", radius, len(log_norms), "dot", 5),
        ("‖W<sup>k</sup>‖ (largest singular value)", log_norms, "solid", 0),
    ]
    for name, logs, dash, colour in curves:
        figure.add_scatter(
            x=np.arange(len(logs)),
            y=finite(logs),
            mode="lines",
            name=name,
            line={"color": theme.series[colour], "width": 2.5, "dash": dash},
            hovertemplate="k = %{x}<br>10<sup>%{y:.3f}</sup><extra></extra>",
        )
    figure.update_yaxes(decade_axis(np.concatenate([logs for _, logs, _, _ in curves])))
    return figure


def _power(
    symbol: str, value: float, count: int, dash: str, colour: int
) -> tuple[str, Floats, str, int]:
    """The name, log10, dash and colour of the powers of a number; its power 0 is 1."""
    k = np.arange(count)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(k > 0, k * np.log10(value), 0.0)
    return f"{symbol}<sup>k</sup>, {symbol} = {significant(value)}", logs, dash, colour


def _add_points(
    figure: go.Figure,
    places: NDArray[np.complexfloating[Any, Any]],
    colour: str,
    name: str,
    among: int,
    theme: Theme,
) -> None:
    """Some of so many eigenvalues."""
    figure.add_scatter(
        x=places.real,
        y=places.imag,
        mode="markers",
        name=name,
        showlegend=True,
        marker=_marker(colour, among, theme),
        customdata=np.abs(places),
        hovertemplate="%{x:.4f} %{y:+.4f} i<br>absolute value %{customdata:.4f}<extra></extra>",
    )


def _marker(colour: str, among: int, theme: Theme) -> dict[str, Any]:
    """A few points have rims; rims of many would hide what lies close together."""
    if among <= _FEW:
        rim = {"color": theme.background, "width": 1}
        return {"color": colour, "size": 8, "opacity": 1, "line": rim}
    return {"color": colour, "size": 6, "opacity": 0.6, "line": {"width": 0}}


def _add_circle(figure: go.Figure, radius: float, colour: str, dash: str, name: str) -> None:
    turn = np.linspace(0, 2 * np.pi, 181)
    figure.add_scatter(
        x=radius * np.cos(turn),
        y=radius * np.sin(turn),
        mode="lines",
        line={"color": colour, "width": 1.5, "dash": dash},
        name=name,
        hoverinfo="skip",
    )
