"""What several networks lose when they are reset so many characters before they predict."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.compared import add_curve, name_ends, shade_words
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Curve

_TITLE = "Loss of a network that was reset so many characters before"
_HINT = (
    "The mean loss of predicting the same places, the network being at the zero state so many "
    "characters before. Where a curve has become level, what lies further back does not help."
)


def compared_memory(curves: Sequence[Curve], *, theme: Theme = LIGHT) -> go.Figure:
    """Losses in bits per character by how many characters were read, of several runs.

    Args:
        curves: of each run, by the characters read before.
        theme: the colours.

    Example:
        >>> at = np.array([1, 2])
        >>> curve = Curve(0, "A LSTM", at, at.astype(float), np.array([3.0, 2.0]))
        >>> compared_memory([curve]).layout.xaxis.ticktext
        ('1', '2')
    """
    if not curves:
        return empty(_TITLE, "Nothing has been measured yet.", theme)
    hint = f"{_HINT} {shade_words(curves)}"
    axes = {"x": "characters read since the reset", "y": "loss (bits per character)"}
    figure = frame(_TITLE, hint, height=400, theme=theme, **axes)
    for curve in curves:
        both = np.stack([curve.y, curve.y * math.log(2)], axis=1)
        hover = (
            "reset %{customdata[0]:,d} characters before<br>"
            "%{customdata[1]:.3f} bits/char (%{customdata[2]:.3f} nats)"
        )
        add_curve(figure, curve, theme, hover, more=both, mode="lines+markers")
    values = np.concatenate([curve.y for curve in curves])
    pad = 0.06 * max(float(np.ptp(values)), 0.1)
    span = float(values.min()) - pad, float(values.max()) + pad
    figure.update_yaxes(range=span)
    ticks = sorted({int(at) for curve in curves for at in curve.at})
    first, last = (math.log10(ticks[end]) for end in (0, -1))
    pad = 0.03 * max(last - first, 0.3)
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{tick:,}" for tick in ticks])
    figure.update_xaxes(range=[first - pad, last + pad])
    name_ends(figure, curves, theme, span, log=False)
    return figure
