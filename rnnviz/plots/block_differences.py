"""By how much two runs differ from block to block of a text that both were judged on."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnnviz.notation import signed
from rnnviz.plots.frame import frame
from rnnviz.plots.theme import LIGHT, Theme, look
from rnnviz.records import Array

_HINT = (
    "A bar for each block of neighbouring characters, in the order of the text. Below 0 {second} "
    "predicts the block better, above 0 {first}. Line and shade: the mean over all characters, and "
    "where 95 % of the means lie when blocks are drawn again, four neighbours together."
)


def block_differences(
    by_block: Array,
    difference: float,
    interval: tuple[float, float],
    names: tuple[str, str],
    *,
    places: tuple[int, int] = (0, 1),
    theme: Theme = LIGHT,
) -> go.Figure:
    """The second run's loss less the first's in each block, with their mean and its interval.

    Args:
        by_block: in bits per character (block).
        difference: over all characters.
        interval: 95 % of the differences lie between these, where blocks are drawn again.
        names: of the first run and the second.
        places: of both among those compared, by which they have their colours.
        theme: the colours.

    Example:
        >>> figure = block_differences(np.array([-0.1, 0.1]), 0.0, (-0.1, 0.1), ("A", "B"))
        >>> figure.data[0].y.tolist(), figure.data[0].x.tolist()
        ([-0.1, 0.1], [1, 2])
    """
    first, second = names
    title = f"Loss of {second} less that of {first}, block by block"
    hint = _HINT.format(first=first, second=second)
    y = "difference of losses (bits/char)"
    figure = frame(title, hint, x="block of the held-out text", y=y, height=320, theme=theme)
    colours = [look(theme, places[1] if each < 0 else places[0])["color"] for each in by_block]
    figure.add_bar(
        x=np.arange(1, len(by_block) + 1),
        y=by_block,
        marker={"color": colours, "line": {"width": 0}},
        opacity=0.75,
        showlegend=False,
        customdata=[signed(each, 3) for each in by_block],
        hovertemplate="block %{x}: %{customdata} bits/char<extra></extra>",
    )
    figure.add_hrect(*interval, fillcolor=theme.text, opacity=0.15, line_width=0)
    figure.add_hline(difference, line={"color": theme.text, "width": 2})
    figure.add_hline(0.0, line={"color": theme.muted, "width": 1})
    return figure
