"""A row, a column and a diagonal of the matrix of gradients through one of its cells."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.frame import panels
from rnnviz.plots.log_axis import beyond, finite, log_axis
from rnnviz.plots.theme import LIGHT, Theme, path_colours
from rnnviz.plots.time_axis import FIRST
from rnnviz.records import Floats, GradientFlow

_HINT = (
    "Row: the one loss, by every state before it. Column: every loss after it, by the one state. "
    "Diagonal: losses by the state as far before them as this one. Ring: the cell that they share."
)


def matrix_readouts(
    flow: GradientFlow,
    path: Literal["h", "c"],
    layer: int,
    loss: int,
    state: int,
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """|d l_t / d state_k| along the row, the column and the diagonal through one t and k.

    Args:
        flow: the norms.
        path: "h", or "c" of an LSTM.
        layer: which.
        loss: t, from 0.
        state: k, from 0, at most t.
        theme: the colours.

    Raises:
        ValueError: there is no such path, or no such cell.

    Example:
        >>> from rnnviz.records import GradientPath
        >>> norms = np.array([[[2.0, 0.0], [1.0, 3.0]]])  # (layer, t, k)
        >>> path = GradientPath(norms, np.array([[2.5, 1.0]]), norms[:, -1], norms.sum(axis=1))
        >>> flow = GradientFlow("abc", path, None, None)
        >>> figure = matrix_readouts(flow, "h", layer=0, loss=1, state=0)
        >>> [line.y.tolist() for line in figure.data if len(line.y) > 1]  # row and column
        [[1.0, 3.0], [2.0, 1.0]]
    """
    found = {"h": flow.h, "c": flow.c}[path]
    if found is None or not 0 <= state <= loss < found.matrix.shape[1]:
        raise ValueError(f"there is no cell of loss {loss} and state {state} on the path {path}.")
    lines = _lines(found.matrix[layer], loss, state)
    every = np.concatenate([line.norms for line in lines])
    title = f"Through one cell: timesteps {loss + FIRST:,} and {state + FIRST:,}, path {path}"
    hint = _HINT + beyond(every)
    figure = panels(title, hint, height=300, theme=theme, cols=3, horizontal_spacing=0.03)
    for column, line in enumerate(lines, 1):
        _add(figure, column, line, path_colours(theme, path)[0])
        log_axis(figure, every, row=1, col=column)
        figure.update_xaxes(title_text=line.name, nticks=5, row=1, col=column)
        figure.update_yaxes(showticklabels=column == 1, row=1, col=column)
    figure.update_yaxes(title_text="gradient norm", row=1, col=1)
    return figure


class _Line(NamedTuple):
    """Cells in one direction: their axis, what is counted on it, from where, and the one cell."""

    name: str
    of: str
    norms: Floats
    first: int
    ring: int


def _lines(matrix: Floats, loss: int, state: int) -> tuple[_Line, ...]:
    """The row, the column and the diagonal through one cell of a matrix (t, k)."""
    t, k, lag = loss + FIRST, state + FIRST, loss - state
    of_state, of_loss = "timestep k of the state", "timestep t of the loss"
    row, column, diagonal = matrix[loss, : loss + 1], matrix[state:, state], matrix.diagonal(-lag)
    return (
        _Line(f"{of_state}<br>row: loss at {t:,}", "state", row, FIRST, k),
        _Line(f"{of_loss}<br>column: state at {k:,}", "loss", column, k, t),
        _Line(f"{of_loss}<br>diagonal: lag {lag:,}", "loss", diagonal, FIRST + lag, t),
    )


def _add(figure: go.Figure, column: int, line: _Line, colour: str) -> None:
    """A curve from its first timestep on, and the ring where the cell is."""
    x = np.arange(line.first, line.first + len(line.norms))
    hover = f"{line.of} at timestep %{{x:,d}}<br>gradient norm %{{y:.3g}}<extra></extra>"
    same = {"row": 1, "col": column, "showlegend": False, "hovertemplate": hover}
    y = finite(line.norms.astype(np.float32))
    figure.add_scatter(x=x, y=y, mode="lines", line={"color": colour, "width": 2}, **same)
    marker = {"symbol": "circle-open", "size": 11, "color": colour, "line": {"width": 2}}
    ring = {"x": [line.ring], "y": [y[line.ring - line.first]]}
    figure.add_scatter(**ring, mode="markers", marker=marker, **same)
