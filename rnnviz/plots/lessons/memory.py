"""What memory is worth: the loss of a word's network with W_hh, and without."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from rnnviz.notation import bits, bits_words
from rnnviz.plots.frame import frame
from rnnviz.plots.theme import LIGHT, Theme

_EVERY_TICK = 12  # up to so many iterations each has its tick


def loss_with_and_without_memory(
    with_memory: Sequence[float],
    without: Sequence[float],
    floor: float,
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Mean loss over the word by iteration, and the least that is possible without memory.

    Args:
        with_memory: in nats, from iteration 0 on.
        without: likewise, of the network whose W_hh is held at zero.
        floor: the least mean loss in nats of any network without memory.
        theme: the colours.

    Example:
        >>> figure = loss_with_and_without_memory([1.4, 1.2], [1.4, 1.3], 0.35)
        >>> [trace.name for trace in figure.data[1:]]
        ['without memory (W<sub>hh</sub> = 0)', 'least possible without memory: 0.505 bits']
    """
    figure = frame("Loss", x="iteration", y="loss (bits per character)", height=300, theme=theme)
    named = (("with memory", with_memory), ("without memory (W<sub>hh</sub> = 0)", without))
    for place, (name, losses) in enumerate(named):
        figure.add_scatter(
            x=list(range(len(losses))),
            y=[bits(loss) for loss in losses],
            customdata=list(losses),
            name=name,
            mode="lines" if len(losses) > 1 else "markers",
            line={"color": theme.series[place], "dash": ("solid", "dash")[place]},
            hovertemplate="iteration %{x}<br>%{y:.3f} bits per character"
            "<br>%{customdata:.3f} nats per character<extra></extra>",
        )
    last = len(with_memory) - 1
    _add_floor(figure, floor, max(last, 1), theme)
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(range=[0, last] if last else [-1, 1])
    if last <= _EVERY_TICK:
        figure.update_xaxes(tickvals=list(range(last + 1)))
    return figure


def _add_floor(figure: go.Figure, floor: float, end: int, theme: Theme) -> None:
    figure.add_scatter(
        x=[0, end],
        y=[bits(floor)] * 2,
        mode="lines",
        name=f"least possible without memory: {bits_words(floor)}",
        line={"color": theme.muted, "dash": "dot", "width": 1.5},
        hoverinfo="skip",
    )
