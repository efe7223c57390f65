"""Gradient flow over one text: along time, and for every pair of timesteps."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnviz.plots.definitions import DASHES, LAST_LOSS, WINDOW, defined, path_name
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.log_axis import beyond, finite, log_axis, not_finite
from rnnviz.plots.log_colour import colour_ends, faintest_words, log_colours, logarithms
from rnnviz.plots.theme import LIGHT, Theme, path_colours
from rnnviz.plots.time_axis import hover, pools, time_axis, timesteps
from rnnviz.records import Floats, GradientFlow, GradientPath

MAX_CELLS = 400

_SHOWN = {
    "window": ("Window gradient: all losses by the state at each timestep", WINDOW),
    "last_loss": ("Gradient of the last loss by the state at each timestep", LAST_LOSS),
}


def paths(
    path_h: GradientPath,
    path_c: GradientPath | None = None,
    which: Literal["window", "last_loss"] = "last_loss",
    *,
    text: str = "",
    layer: int = -1,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Gradient norms against timestep k, from 1: definition A or B, through h and through c.

    Args:
        path_h: norms through the hidden states.
        path_c: norms through the cell states; None where the cell has none.
        which: "window" (definition A) or "last_loss" (definition B).
        text: the characters; with up to 120 timesteps they stand along the axis.
        layer: which; -1 is the top layer.
        theme: the colours.

    Raises:
        ValueError: there is no such picture or layer.

    Example:
        >>> norms = np.array([[[2.0, 0.0], [1.0, 2.0]]])  # (layer, t, k)
        >>> path = GradientPath(norms, np.array([[2.0, 1.0]]), norms[:, -1], norms.sum(axis=1))
        >>> figure = paths(path)
        >>> figure.data[0].x.tolist(), figure.data[0].y.tolist()
        ([1, 2], [1.0, 2.0])
    """
    if which not in _SHOWN:
        raise ValueError(f"which is {which!r}; it must be window or last_loss.")
    title, hint = _SHOWN[which]
    curves = {"h": path_h} | ({} if path_c is None else {"c": path_c})
    norms = {name: _of_layer(getattr(path, which), layer) for name, path in curves.items()}
    count = norms["h"].shape[0]
    if not count:
        return empty(title, "The text has no character to predict.", theme)
    every = np.concatenate(list(norms.values()))
    hint = defined(hint, norms) + beyond(every) + not_finite(every)
    figure = frame(title, hint, x="timestep k", y="gradient norm", theme=theme)
    for path, norm in norms.items():
        _add_path(figure, path, norm, hover(text[:count]), *path_colours(theme, path))
    log_axis(figure, every)
    if text:
        figure.update_xaxes(time_axis(text[:count], "timestep k"))
    return figure


def matrix(
    flow: GradientFlow, path: Literal["h", "c"] = "h", layer: int = -1, *, theme: Theme = LIGHT
) -> go.Figure:
    """|d l_t / d state_k| for all t >= k, as the logarithm to base 10 of the norm.

    Rows are losses (t, downwards), columns states (k), both from 1. Over 400 timesteps, the largest
    norm of each block of cells is shown, and the picture says so; likewise where norms more than
    10 decades below the largest share the faintest colour. Zeros are empty, and so is what is not
    finite, which the picture counts. Both paths of an LSTM have one scale, each in its own colour.

    Args:
        flow: the norms.
        path: "h", or "c" of an LSTM.
        layer: which; -1 is the top layer.
        theme: the colours.

    Raises:
        ValueError: there is no such path or layer.

    Example:
        >>> norms = np.array([[[1.0, 0.0], [0.01, 1.0]]])  # (layer, t, k)
        >>> path = GradientPath(norms, np.array([[1.0, 0.01]]), norms[:, -1], norms.sum(axis=1))
        >>> matrix(GradientFlow("abc", path, None, None)).data[0].z.tolist()
        [[0.0, nan], [-2.0, 0.0]]
    """
    title = f"Gradient of every loss by every state before it, path {path}"
    found = {"h": flow.h, "c": flow.c}.get(path)
    if found is None:
        raise ValueError(f"the path is {path!r}; this network has " + _paths(flow) + ".")
    every = _of_layer(found.matrix, layer)
    missing = not_finite(every, "cell")
    log, size = _logarithms(every)
    if np.isnan(log).all():
        return empty(title, f"There is no {'finite ' * bool(missing)}gradient but zero.", theme)
    shared = _all_logarithms(flow, layer)
    hint = f"|∂l<sub>t</sub>/∂{path}<sub>k</sub>| from each loss back to each state. "
    hint += f"The largest norm of every {size} × {size} cells. " * (size > 1)
    hint += faintest_words(shared) + missing
    figure = frame(title, hint, x="timestep k of the state", height=480, theme=theme)
    _add_matrix(figure, log, colour_ends(shared), size, path, theme)
    figure.update_yaxes(title_text="timestep t of the loss", autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False)
    return figure


def _logarithms(norms: Floats) -> tuple[Floats, int]:
    """Of the pooled norms, NaN where there is none; and how many cells were pooled."""
    pooled, size = _pooled(np.where(np.isfinite(norms), norms, 0))
    return logarithms(pooled), size


def _all_logarithms(flow: GradientFlow, layer: int) -> Floats:
    """Those of all paths, which have one scale."""
    paths = [each for each in (flow.h, flow.c) if each is not None]
    return np.concatenate([_logarithms(each.matrix[layer])[0] for each in paths])


def _of_layer(norms: Floats, layer: int) -> Floats:
    if not -len(norms) <= layer < len(norms):
        raise ValueError(f"the layer is {layer}; this network has layers 0 to {len(norms) - 1}.")
    found: Floats = norms[layer]
    return found


def _paths(flow: GradientFlow) -> str:
    return "h" if flow.c is None else "h and c"


def _add_path(figure: go.Figure, path: str, norm: Floats, where: str, colour: str) -> None:
    figure.add_scatter(
        x=timesteps(len(norm)),
        y=finite(norm.astype(np.float32)),
        mode="lines",
        line={"color": colour, "dash": DASHES[path], "width": 2},
        name=path_name(path),
        showlegend=True,
        hovertemplate=f"{where}<br>gradient norm %{{y:.3g}}<extra>{path_name(path)}</extra>",
    )


def _pooled(norms: Floats) -> tuple[NDArray[np.float64], int]:
    """The largest of every square block, so that at most 400 are side by side; and its size."""
    size = max(1, math.ceil(len(norms) / MAX_CELLS))
    short = -len(norms) % size
    full = np.pad(norms.astype(np.float64), (0, short))
    blocks = full.reshape(len(full) // size, size, len(full) // size, size)
    return blocks.max(axis=(1, 3)), size


def _add_matrix(
    figure: go.Figure, log: Floats, ends: tuple[float, float], size: int, path: str, theme: Theme
) -> None:
    first, apart = pools(size)
    where = "state at timestep %{x:,.0f}<br>loss at timestep %{y:,.0f}"
    figure.add_heatmap(
        z=log,
        x0=first,
        dx=apart,
        y0=first,
        dy=apart,
        **log_colours(ends, path, theme),
        hovertemplate=f"{where}<br>log<sub>10</sub> gradient norm %{{z:.2f}}<extra></extra>",
    )
