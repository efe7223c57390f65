"""One unit over time: its state, its local factors, and their running product."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.frame import panels
from rnnviz.plots.log_axis import decade_axis, finite
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats


def scalar_recurrence(
    h: Floats, factor: Floats, log_product: Floats, log_power: Floats, *, theme: Theme = LIGHT
) -> go.Figure:
    """Three panels over time t: h_t, w_hh phi'(z_t), and log10 |dh_t/dh_0| beside |w_hh|^t.

    The product is drawn from its logarithm, so that nothing overflows; where it is exactly zero
    the curve ends.

    Args:
        h: hidden states (time + 1).
        factor: local factors (time).
        log_product: log10 of the absolute running product (time + 1).
        log_power: log10 of |w_hh|^t (time + 1).
        theme: the colours.

    Example:
        >>> numbers = np.array([0.0, 1.0])
        >>> figure = scalar_recurrence(numbers, numbers[1:], numbers, numbers)
        >>> [trace.name for trace in figure.data]
        ['hidden state', 'local factor', 'running product', 'power of w']
    """
    title = "Timestep by timestep"
    figure = panels(title, height=650, theme=theme, rows=3, vertical_spacing=0.07)
    _add_curve(figure, h, "hidden state", "h = %{y:.5g}", {"color": theme.series[0]}, row=1)
    figure.add_bar(
        x=np.arange(1, len(h)),
        y=finite(factor),
        name="local factor",
        showlegend=False,
        marker={"color": theme.series[2], "opacity": 0.75, "line": {"width": 0}},
        hovertemplate="t = %{x}<br>factor = %{y:.5g}<extra></extra>",
        row=2,
        col=1,
    )
    _add_products(figure, log_product, log_power, theme)
    _finish(figure, h, factor, np.concatenate([log_product, log_power]), theme)
    return figure


def _add_products(figure: go.Figure, log_product: Floats, log_power: Floats, theme: Theme) -> None:
    curves = [
        ("running product", "|∂h<sub>t</sub>/∂h<sub>0</sub>|", log_product, 1, "solid"),
        ("power of w", "|w<sub>hh</sub>|<sup>t</sup>", log_power, 5, "dash"),
    ]
    for name, symbol, logs, colour, dash in curves:
        line = {"color": theme.series[colour], "dash": dash}
        _add_curve(figure, logs, name, f"{symbol} = 10<sup>%{{y:.3f}}</sup>", line, row=3)


def _add_curve(
    figure: go.Figure, values: Floats, name: str, said: str, line: dict[str, str], *, row: int
) -> None:
    """One curve from t = 0 on; the panel of several names them in the legend."""
    figure.add_scatter(
        x=np.arange(len(values)),
        y=finite(values),
        name=name,
        showlegend=row == 3,
        mode="lines" if line.get("dash") == "dash" else "lines+markers",
        line={"width": 2, **line},
        marker={"size": 5},
        hovertemplate=f"t = %{{x}}<br>{said}<extra></extra>",
        row=row,
        col=1,
    )


def _finish(figure: go.Figure, h: Floats, factor: Floats, logs: Floats, theme: Theme) -> None:
    titles = [
        "h<sub>t</sub>",
        "w<sub>hh</sub> φ′(z<sub>t</sub>)",
        "|∂h<sub>t</sub>/∂h<sub>0</sub>|",
    ]
    for row, title in enumerate(titles, start=1):
        figure.update_yaxes(title_text=title, title_font_size=14, row=row, col=1)
    for row, values in ((1, h), (2, factor)):
        if float(np.nanmax(np.abs(finite(values)), initial=0.0)) >= 1e4:
            figure.update_yaxes(exponentformat="power", row=row, col=1)
    figure.update_yaxes(rangemode="tozero", row=2, col=1)
    for row, level in ((2, 1), (3, 0)):
        figure.add_hline(y=level, line={"color": theme.muted, "width": 1, "dash": "dot"}, row=row)
    figure.update_yaxes(decade_axis(logs), row=3, col=1)
    figure.update_xaxes(title_text="timestep t", row=3, col=1)
