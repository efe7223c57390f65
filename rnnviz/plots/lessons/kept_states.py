"""A product of gates over what was measured of a state's way to the last one."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.frame import frame
from rnnviz.plots.log_axis import finite, log_axis
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats


def theory_and_measurement(product: Floats, measured: Floats, *, theme: Theme = LIGHT) -> go.Figure:
    """|d h_T / d h_{T-d}| of one unit against d: measured as a line, the product as dots.

    Args:
        product: of 1 - z over the last d characters (lag).
        measured: by moving the state d characters back (lag).
        theme: the colours.

    Example:
        >>> figure = theory_and_measurement(np.array([1.0, 0.5]), np.array([1.0, 0.5]))
        >>> [trace.name for trace in figure.data]
        ['measured', 'product of 1 − z']
    """
    hint = "By how much h<sub>T</sub> moves when h<sub>T−d</sub> is moved by 1."
    x, y = "d (characters back from the last state)", "∂h<sub>T</sub>/∂h<sub>T−d</sub>"
    figure = frame("Theory and measurement", hint, x=x, y=y, height=340, theme=theme)
    line = {"color": theme.series[0], "width": 2.5}
    marker = {"color": theme.series[1], "size": 8}
    for name, values, looks in (
        ("measured", measured, {"mode": "lines", "line": line}),
        ("product of 1 − z", product, {"mode": "markers", "marker": marker}),
    ):
        figure.add_scatter(
            x=np.arange(len(values)),
            y=finite(values),
            name=name,
            showlegend=True,
            hovertemplate=f"{name}: %{{y:.4g}}<extra></extra>",
            **looks,
        )
    log_axis(figure, np.concatenate([product, measured]))
    return figure
