"""What each BPTT window costs: the truncated gradient beside the full one."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from rnnviz.plots.frame import frame
from rnnviz.plots.log_axis import whole_ticks
from rnnviz.plots.theme import LIGHT, Theme


def truncation_cost(
    lengths: Sequence[int],
    values: Sequence[float],
    name: str,
    hint: str,
    chosen: int,
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """What the truncated gradient has in common with the full one, by window.

    Args:
        lengths: windows k.
        values: one for each, such as the relative error |truncated - full| / |full|.
        name: of the values.
        hint: what they mean.
        chosen: the window to mark.
        theme: the colours.

    Example:
        >>> figure = truncation_cost([1, 7], [0.7, 0.2], "relative error", "0: the same", 7)
        >>> figure.data[0].y
        (0.7, 0.2)
    """
    figure = frame(
        name.capitalize(), hint, x="window k (timesteps)", y=name, height=320, theme=theme
    )
    colours = [theme.series[1] if k == chosen else theme.series[0] for k in lengths]
    figure.add_scatter(
        x=list(lengths),
        y=list(values),
        mode="lines+markers",
        line={"color": theme.series[0], "width": 2},
        marker={"color": colours, "size": [12 if k == chosen else 6 for k in lengths]},
        hovertemplate=f"window %{{x}}<br>{name} %{{y:.4f}}<extra></extra>",
    )
    ticks = whole_ticks(1, max(lengths))
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[str(k) for k in ticks])
    figure.update_yaxes(rangemode="tozero")
    return figure
