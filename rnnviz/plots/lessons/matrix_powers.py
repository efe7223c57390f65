"""A recurrent matrix: its eigenvalues in the complex plane, and how its powers grow."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.notation import significant
from rnnviz.plots.frame import frame
from rnnviz.plots.log_axis import decade_axis, finite
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.plots.unit_circle import UNDER, Complex, add_circle, add_points, complex_frame
from rnnviz.records import Floats

_FEW = 32  # eigenvalues, each of which has a rim


def complex_plane(
    eigenvalues: Complex,
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
    figure = complex_frame(title, "", largest_singular_value, theme)
    sigma = f"largest singular value {significant(largest_singular_value)}"
    add_circle(figure, largest_singular_value, theme.series[1], "dash", sigma)
    dot = _dot(len(eigenvalues), theme)
    outside = np.abs(eigenvalues) > 1 + 1e-9
    add_points(figure, eigenvalues[~outside], "eigenvalues", dot | {"color": theme.series[0]})
    if outside.any():
        name = "outside the unit circle"
        add_points(figure, eigenvalues[outside], name, dot | {"color": theme.positive})
    add_circle(figure, 1.0, theme.text)  # above the points
    return figure


def _dot(among: int, theme: Theme) -> dict[str, Any]:
    """A few points have rims; rims of many would hide what lies close together."""
    if among <= _FEW:
        return {"size": 8, "opacity": 1, "line": {"color": theme.background, "width": 1}}
    return {"size": 6, "opacity": 0.6, "line": {"width": 0}}


def power_norms(
    log_norms: Floats, radius: float, largest_singular_value: float, *, theme: Theme = LIGHT
) -> go.Figure:
    """The norm of W^k against k, between rho^k and sigma^k, on a log axis.

    Args:
        log_norms: log10 of the largest singular value of W^k (k).
        radius: spectral radius rho.
        largest_singular_value: sigma.
        theme: the colours.

    Example:
        >>> figure = power_norms(np.array([0.0, -1.0]), 0.1, 0.1)
        >>> [curve.y.tolist() for curve in figure.data]
        [[0.0, -1.0], [0.0, -1.0], [0.0, -1.0]]
    """
    figure = frame("Powers of the matrix", x="k (timesteps)", y="norm", height=420, theme=theme)
    figure.update_layout(margin_b=UNDER)
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
