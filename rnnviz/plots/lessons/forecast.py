"""A series, its forecasts, and how far they are off."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnviz.plots.frame import frame
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats


def forecast(
    curve: Floats,
    one_step: Floats,
    rolled: Floats,
    start: int,
    *,
    shown: int = 80,
    theme: Theme = LIGHT,
) -> go.Figure:
    """The true curve, the forecast of each next day, and one rolled out from a day on.

    Args:
        curve: the true value of every day (day).
        one_step: the forecast of each day from all before it (day); NaN where there is none.
        rolled: the rolled-out forecast of the days after `start` (lead).
        start: the last day that was read before rolling out.
        shown: days before the start that are shown.
        theme: the colours.
    """
    figure = frame(
        "One day ahead, and far ahead",
        "Rolled out: after the last day read, every answer is the next input.",
        x="day",
        y="value",
        theme=theme,
    )
    days = np.arange(max(0, start - shown), min(len(curve), start + len(rolled) + 1))
    ahead = np.arange(start, start + len(rolled) + 1)
    _line(figure, days, curve[days], "true curve", theme.text, "solid")
    _line(figure, days, one_step[days], "one day ahead", theme.series[0], "solid")
    _line(figure, ahead, np.append(curve[start], rolled), "rolled out", theme.series[1], "solid")
    _line(figure, ahead, np.full(len(ahead), curve[start]), "as today", theme.muted, "dot")
    figure.add_vline(x=start, line={"color": theme.muted, "dash": "dash", "width": 1})
    return figure


def forecast_errors(network: Floats, naive: Floats, *, theme: Theme = LIGHT) -> go.Figure:
    """Root mean square error by how many days ahead.

    Args:
        network: of the rolled-out forecast 1, 2, ... days ahead (lead).
        naive: of "it stays as it is today" (lead).
        theme: the colours.
    """
    figure = frame(
        "Error by days ahead",
        "Root mean square over every start among the held-out days.",
        x="days ahead",
        y="error",
        theme=theme,
    )
    leads = np.arange(1, len(network) + 1)
    _line(figure, leads, network, "network, rolled out", theme.series[1], "solid")
    _line(figure, leads, naive, "as today", theme.muted, "dot")
    figure.update_yaxes(rangemode="tozero")
    return figure


def _line(figure: go.Figure, x: NDArray[Any], y: Floats, name: str, colour: str, dash: str) -> None:
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        name=name,
        line={"color": colour, "width": 2, "dash": dash},
        hovertemplate=f"{name}<br>%{{x}}: %{{y:.4g}}<extra></extra>",
    )
