"""The hidden states of a small network while it reads one input."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.characters import mark
from rnnviz.plots.frame import colour_bar, empty, frame
from rnnviz.plots.theme import LIGHT, Theme, diverging
from rnnviz.records import Floats

_TITLE = "Hidden states while it reads"


def reading(
    inputs: Sequence[str],
    outputs: Sequence[str],
    h: Floats,
    sure: Floats,
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Units down, timesteps to the right; below what is read, above what is answered.

    Args:
        inputs: what is read at each timestep; "" where nothing.
        outputs: what is answered at each timestep; "" where nothing.
        h: hidden states (time, unit), between -1 and +1.
        sure: the probability of each answer (time); NaN where there is none.
        theme: the colours.

    Example:
        >>> figure = reading(["a"], ["b"], np.zeros((1, 3)), np.array([0.5]))
        >>> figure.layout.xaxis.ticktext, figure.layout.xaxis2.ticktext
        (('a',), ('b',))
    """
    if not len(h):
        return empty(_TITLE, "There is nothing to read.", theme)
    said = [
        f"{escape(word)}: {p:.0%}" if word else "no output"
        for word, p in zip(outputs, sure, strict=True)
    ]
    figure = frame(
        _TITLE,
        "Below: what goes in at each timestep; above: what comes out.",
        x="input",
        y="unit",
        height=330,
        theme=theme,
    )
    times = np.arange(len(h))
    figure.add_heatmap(
        x=times,
        z=h.T.astype(np.float32),
        zmin=-1,
        zmax=1,
        colorscale=diverging(theme),
        colorbar=colour_bar("hidden state h", theme),
        customdata=np.broadcast_to(np.array(said, dtype=object), h.T.shape),
        hovertemplate="timestep %{x}, unit %{y}<br>h %{z:.3f}<br>%{customdata}<extra></extra>",
    )
    # A second axis needs a trace of its own to be drawn.
    figure.add_scatter(x=times, y=[None] * len(h), xaxis="x2", showlegend=False, hoverinfo="skip")
    _label_axes(figure, _visible(inputs), _visible(outputs), theme)
    return figure


def _label_axes(figure: go.Figure, inputs: list[str], outputs: list[str], theme: Theme) -> None:
    ends = [-0.5, len(inputs) - 0.5]
    shared = {"tickvals": list(range(len(inputs))), "range": ends, "showgrid": False}
    strong = {"size": 13, "color": theme.text}
    figure.update_layout(
        xaxis={**shared, "ticktext": inputs, "tickfont": strong},
        xaxis2={
            **shared,
            "ticktext": outputs,
            "tickfont": {"size": 13, "color": theme.accent},
            "overlaying": "x",
            "side": "top",
            "ticks": "",
            "zeroline": False,
            "automargin": True,
        },
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)


def _visible(words: Sequence[str]) -> list[str]:
    """Escaped; a single character as a mark that can be seen."""
    return [escape(mark(word) if len(word) == 1 else word) for word in words]
