"""The three gradients of one text on one scale: of all losses, of the last, and by lag."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.definitions import DASHES, path_name
from rnnviz.plots.frame import empty, panels
from rnnviz.plots.log_axis import beyond, finite, log_axis, not_finite
from rnnviz.plots.theme import LIGHT, Theme, path_colours
from rnnviz.plots.time_axis import timesteps
from rnnviz.records import Floats, GradientFlow, GradientPath

_TITLE = "Three gradients of one text, on one scale"
_HINT = (
    "A: of all losses together, by the state at each timestep: what training uses. B: of the last "
    "loss alone, likewise. C: of every loss by the state so many characters before it, on average. "
    "In all three, further left is further back."
)
_PANELS = ("timestep k<br>A: all losses", "timestep k<br>B: the last loss", "lag<br>C: on average")


def definitions_abreast(flow: GradientFlow, layer: int = -1, *, theme: Theme = LIGHT) -> go.Figure:
    """Definitions A, B and C of one text beside each other, their norms on one axis.

    Args:
        flow: the norms.
        layer: which; -1 is the top layer.
        theme: the colours.

    Example:
        >>> norms = np.array([[[2.0, 0.0], [1.0, 2.0]]])  # (layer, t, k)
        >>> path = GradientPath(norms, np.array([[2.0, 1.0]]), norms[:, -1], norms.sum(axis=1))
        >>> figure = definitions_abreast(GradientFlow("abc", path, None, None))
        >>> [curve.y.tolist() for curve in figure.data]  # A, B and C
        [[3.0, 2.0], [1.0, 2.0], [2.0, 1.0]]
    """
    paths = {"h": flow.h} | ({} if flow.c is None else {"c": flow.c})
    curves = {name: _curves(path, layer) for name, path in paths.items()}
    every = np.concatenate([curve for three in curves.values() for curve in three])
    if not every.size:
        return empty(_TITLE, "The text has no character to predict.", theme)
    hint = _HINT + beyond(every) + not_finite(every)
    figure = panels(_TITLE, hint, height=380, theme=theme, cols=3, horizontal_spacing=0.03)
    for path, three in curves.items():
        for column, norm in enumerate(three, 1):
            _add(figure, column, path, norm, theme)
    for column, name in enumerate(_PANELS, 1):
        log_axis(figure, every, row=1, col=column)
        figure.update_xaxes(title_text=name, nticks=5, row=1, col=column)
        figure.update_yaxes(showticklabels=column == 1, row=1, col=column)
    figure.update_xaxes(autorange="reversed", row=1, col=3)
    figure.update_yaxes(title_text="gradient norm", row=1, col=1)
    return figure


def _curves(path: GradientPath, layer: int) -> tuple[Floats, Floats, Floats]:
    return path.window[layer], path.last_loss[layer], path.by_lag[layer]


def _add(figure: go.Figure, column: int, path: str, norm: Floats, theme: Theme) -> None:
    by_lag = column == 3
    where = "lag %{x}" if by_lag else "timestep %{x:,d}"
    figure.add_scatter(
        x=np.arange(len(norm)) if by_lag else timesteps(len(norm)),
        y=finite(norm.astype(np.float32)),
        mode="lines",
        line={"color": path_colours(theme, path)[0], "dash": DASHES[path], "width": 2},
        name=path_name(path),
        legendgroup=path,
        showlegend=column == 1,
        hovertemplate=f"{where}<br>gradient norm %{{y:.3g}}<extra>{path_name(path)}</extra>",
        row=1,
        col=column,
    )
