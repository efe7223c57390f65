"""Backpropagation beside central differences: right gradients lie on the diagonal."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.frame import frame
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats

_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up")


def gradient_check(
    pairs: Mapping[str, tuple[Floats, Floats]],
    title: str = "Every single weight",
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """One point for every number of every weight.

    Args:
        pairs: by name, the gradient of backpropagation and that of central differences.
        title: which numbers these are.
        theme: the colours.

    Example:
        >>> figure = gradient_check({"W": (np.array([1.0]), np.array([1.5]))})
        >>> figure.data[1].name, figure.data[1].y
        ('W', array([1.5]))
    """
    figure = frame(
        title,
        "A right gradient lies on the diagonal.",
        x="from backpropagation",
        y="from central differences",
        height=360,
        theme=theme,
    )
    every = np.concatenate([np.ravel(one) for pair in pairs.values() for one in pair])
    reach = 1.08 * float(np.abs(every).max(initial=0.0)) or 1.0
    _add_diagonal(figure, reach, theme)
    for (name, (analytic, numeric)), colour, symbol in zip(
        pairs.items(), theme.series, _SYMBOLS, strict=False
    ):
        figure.add_scatter(
            x=np.ravel(analytic),
            y=np.ravel(numeric),
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 8, "opacity": 0.85},
            hovertemplate=f"{name}<br>backpropagation %{{x:.6g}}<br>differences %{{y:.6g}}"
            "<extra></extra>",
        )
    return figure


def _add_diagonal(figure: go.Figure, reach: float, theme: Theme) -> None:
    """From corner to corner of axes that reach so far from zero."""
    figure.add_scatter(
        x=[-reach, reach],
        y=[-reach, reach],
        mode="lines",
        line={"color": theme.grid, "width": 2},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_xaxes(range=[-reach, reach])
    figure.update_yaxes(range=[-reach, reach])
