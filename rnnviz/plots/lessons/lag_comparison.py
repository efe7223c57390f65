"""Gradient norms by lag of several networks, on one log axis."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.definitions import DASHES, path_name
from rnnviz.plots.frame import frame
from rnnviz.plots.log_axis import log_axis
from rnnviz.plots.theme import LIGHT, Theme, path_colours
from rnnviz.records import Floats

_SYMBOLS = ("square", "circle", "diamond", "cross")


def lag_comparison(
    curves: Mapping[str, Floats],
    title: str,
    hint: str = "",
    *,
    y: str = "gradient norm",
    mark_lag: int | None = None,
    mark: str = "",
    theme: Theme = LIGHT,
) -> go.Figure:
    """Norms by lag (lag), a curve a name; colours and dashes tell the paths, as everywhere.

    Of several curves of one path only the last has full markers.

    Args:
        curves: by name; zeros are left out of a log axis.
        title: of the figure.
        hint: what is measured.
        y: title of the vertical axis.
        mark_lag: a lag that matters.
        mark: why it matters.
        theme: the colours.

    Example:
        >>> figure = lag_comparison({"RNN": np.array([1.0, 0.5])}, "Gradient norm by lag")
        >>> figure.data[0].name
        'RNN'
    """
    figure = frame(title, hint, x="lag (characters)", y=y, theme=theme)
    paths = {name: "c" if name.endswith(path_name("c")) else "h" for name in curves}
    shades = {path: path_colours(theme, path, [*paths.values()].count(path)) for path in "hc"}
    for (name, norms), symbol in zip(curves.items(), cycle(_SYMBOLS)):
        path = paths[name]
        colour = shades[path].pop(0)
        figure.add_scatter(
            x=np.arange(len(norms)),
            y=norms,
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": DASHES[path]},
            marker={"size": 7, "symbol": symbol + "-open" * bool(shades[path])},
            name=name,
            showlegend=True,
            hovertemplate=f"{name}<br>lag %{{x}}<br>{y} %{{y:.3g}}<extra></extra>",
        )
    log_axis(figure, np.concatenate(list(curves.values())))
    if mark_lag is not None:
        _mark_lag(figure, mark_lag, mark, theme)
    return figure


def _mark_lag(figure: go.Figure, lag: int, why: str, theme: Theme) -> None:
    figure.add_vline(
        x=lag,
        line={"color": theme.muted, "dash": "dot"},
        annotation_position="bottom left",
        annotation={"text": why, "font": {"size": 12, "color": theme.muted}},
    )
