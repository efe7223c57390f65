"""The hidden states of a small network while it reads one input."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.notation import percent
from rnnviz.plots.frame import colour_bar, empty, frame
from rnnviz.plots.theme import LIGHT, Theme, diverging
from rnnviz.records import Floats
from rnnviz.text.marks import mark

_TITLE = "Hidden states, timestep by timestep"
_ROW = 240  # pixels that labels beside each other may take; a narrow screen has no more
_LETTER = 8


def reading(
    inputs: Sequence[str],
    outputs: Sequence[str],
    h: Floats,
    sure: Floats,
    *,
    second_from: int | None = None,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Units down, from 0, and timesteps to the right, from 1; below what is read, above answers.

    Args:
        inputs: what is read at each timestep; "" where nothing.
        outputs: what is answered at each timestep; "" where nothing.
        h: hidden states (time, unit), between -1 and +1.
        sure: the probability of each answer (time); NaN where there is none.
        second_from: how many timesteps are read before another network (a decoder) goes on.
        theme: the colours.

    Example:
        >>> figure = reading(["a"], ["b"], np.zeros((1, 3)), np.array([0.5]))
        >>> figure.layout.xaxis.ticktext, figure.layout.xaxis2.ticktext
        (('a',), ('b',))
    """
    if not len(h):
        return empty(_TITLE, "There is nothing to read.", theme)
    said = [
        f"{escape(word)}: {percent(p, 0)}" if word else "no output"
        for word, p in zip(outputs, sure, strict=True)
    ]
    hint = "Under each column: what goes in at this timestep; over it: what comes out."
    if second_from is not None:
        hint += (
            " Dashed line: an encoder at its left, at its right a decoder with units of its own."
        )
    figure = frame(_TITLE, hint, x="input", y="unit", height=330, theme=theme)
    _add_states(figure, h, said, theme)
    _label_axes(figure, inputs, outputs, theme)
    if second_from is not None:
        border = {"color": theme.text, "dash": "dash", "width": 2}
        figure.add_vline(x=second_from + 0.5, line=border)
    return figure


def _add_states(figure: go.Figure, h: Floats, said: Sequence[str], theme: Theme) -> None:
    """The heatmap, with what is said of each timestep."""
    times = np.arange(1, len(h) + 1)
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


def _label_axes(
    figure: go.Figure, inputs: Sequence[str], outputs: Sequence[str], theme: Theme
) -> None:
    ends = [0.5, len(inputs) + 0.5]
    shared = {"tickvals": list(range(1, len(inputs) + 1)), "range": ends, "showgrid": False}
    strong = {"size": 13, "color": theme.text}
    figure.update_layout(
        xaxis={**shared, **_labels(inputs, "<br>{}"), "tickfont": strong},
        xaxis2={
            **shared,
            **_labels(outputs, "{}<br> "),
            "title": {"text": "output", "font": {"size": 12, "color": theme.muted}, "standoff": 4},
            "tickfont": {"size": 13, "color": theme.accent},
            "overlaying": "x",
            "side": "top",
            "ticks": "",
            "ticklabelstandoff": 4,
            "zeroline": False,
            "automargin": True,
        },
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)


def _labels(words: Sequence[str], apart: str) -> dict[str, Any]:
    """The words, each at its own column: upright where they are long.

    Elsewhere <start> and <end> stand on a line of their own.
    """
    marks = [word.startswith("<") and word.endswith(">") for word in words]
    others = [word for word, special in zip(words, marks, strict=True) if word and not special]
    longest = max(map(len, others), default=0)
    if longest > 1 and len(others) > 1 and longest * len(words) * _LETTER > _ROW:
        return {"ticktext": _visible(words), "tickangle": -90}
    placed = [
        apart.format(word) if special and others else word
        for word, special in zip(_visible(words), marks, strict=True)
    ]
    return {"ticktext": placed, "tickangle": 0}


def _visible(words: Sequence[str]) -> list[str]:
    """Escaped; a single character as a mark that can be seen."""
    return [escape(mark(word) if len(word) == 1 else word) for word in words]
