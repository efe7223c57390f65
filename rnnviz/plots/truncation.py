"""What truncation leaves of a network's gradient, matrix by matrix, and what each timestep adds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.analysis.gradients.weight_names import layer_of, weight_name
from rnnviz.plots.frame import empty, panels
from rnnviz.plots.log_axis import finite, whole_ticks
from rnnviz.plots.share_axis import share_axis, signed_percent
from rnnviz.plots.theme import LIGHT, LINES, Theme, part_colour
from rnnviz.plots.time_axis import hover, time_axis, timesteps

if TYPE_CHECKING:
    from rnnviz.analysis.gradients.network_truncation import Truncation
    from rnnviz.analysis.gradients.timestep_shares import TimestepShares
    from rnnviz.analysis.gradients.truncation import TruncationCost

_TITLE = "The truncated gradient beside the full one"
_HINT = (
    "Above: the cosine of the angle between the two; 1: the same direction, 0: at right angles. "
    "Below: the length of the truncated one over that of the full one. Both of the loss summed "
    "over the text: the full gradient goes back to its beginning, the truncated one stops at the "
    "first timestep of its window."
)
_SHARES = "What each timestep adds, windows of {}"
_SHARES_HINT = (
    "The gradient of a weight matrix is a sum with a term for every timestep. Bars: the part of "
    "each term along that sum, as a share of its length. All bars of a matrix add up to 100 %; one "
    "below zero points against what the others add up to."
)


def truncation(found: Truncation, chosen: int | None = None, *, theme: Theme = LIGHT) -> go.Figure:
    """Cosine and norm ratio of the truncated and the full gradient, by window.

    Args:
        found: of each weight matrix.
        chosen: the window that training takes, marked where it lies within.
        theme: the colours.

    Example:
        >>> from rnnviz.analysis.gradients.network_truncation import Truncation
        >>> from rnnviz.analysis.gradients.truncation import TruncationCost
        >>> costs = tuple(TruncationCost(k, cosine, 0.1, 0.5) for k, cosine in ((1, 0.5), (5, 1.0)))
        >>> found = Truncation(20, (1, 5), ("weight_hh_l0",), tuple((one,) for one in costs), costs)
        >>> figure = truncation(found)
        >>> figure.data[0].name, figure.data[0].x, figure.data[0].y.tolist()
        ('W<sub>hh</sub>', (1, 5), [0.5, 1.0])
    """
    if not found.windows:
        return empty(_TITLE, "The text is too short to be cut.", theme)
    figure = panels(_TITLE, _HINT, height=520, theme=theme, rows=2, vertical_spacing=0.08)
    layers = 1 + max(layer_of(name) or 0 for name in found.parameters)
    for parameter, costs in zip(found.parameters, zip(*found.costs, strict=True), strict=True):
        name = weight_name(parameter, layers, markup=True)
        _add(figure, found, costs, name, _line(parameter, theme))
    if len(found.recurrent_names) > 1:
        name = f"all {weight_name(found.recurrent_names[0], markup=True)} together"
        _add(figure, found, found.recurrent, name, {"color": theme.text, "width": 3})
    ticks = whole_ticks(1, found.windows[-1])
    first, last = (math.log10(found.windows[end]) for end in (0, -1))
    pad = 0.03 * max(last - first, 0.3)
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{k:,}" for k in ticks])
    figure.update_xaxes(range=[first - pad, last + pad])
    figure.update_xaxes(title_text="window k (timesteps)", row=2)
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(title_text="cosine", row=1)
    figure.update_yaxes(title_text="length ratio", row=2)
    if chosen is not None and found.windows[0] <= chosen <= found.windows[-1]:
        _mark(figure, chosen, theme)
    return figure


def timestep_shares(
    found: TimestepShares, text: str, layer: int = 0, *, theme: Theme = LIGHT
) -> go.Figure:
    """What each timestep adds to dW_xh and dW_hh of a layer and to dW_hy, along their sums.

    Args:
        found: of every weight matrix.
        text: the characters read; with up to 120 they stand along the axis.
        layer: which.
        theme: the colours.

    Example:
        >>> from rnnviz.analysis.gradients.timestep_shares import TimestepShares
        >>> share = np.array([[0.25, 1.0, -0.25]])
        >>> found = TimestepShares(("weight_hh_l0",), 2, np.abs(share), share)
        >>> timestep_shares(found, "abc").data[0].customdata
        ('25.0 %', '100.0 %', '−25.0 %')
    """
    shown = [
        place for place, name in enumerate(found.parameters) if layer_of(name) in (layer, None)
    ]
    count = found.share.shape[1]
    title = _SHARES.format(f"{found.sequence_length:,}")
    figure = panels(title, _SHARES_HINT, height=150 * len(shown) + 60, theme=theme, rows=len(shown))
    for row, place in enumerate(shown, 1):
        name = weight_name(found.parameters[place], markup=True)
        share = found.share[place]
        figure.add_bar(
            x=timesteps(count),
            y=share,
            marker={"color": _line(found.parameters[place], theme)["color"], "line_width": 0},
            customdata=[signed_percent(each) for each in share],
            hovertemplate=f"{hover(text[:count])}<br>%{{customdata}} of d{name}<extra></extra>",
            showlegend=False,
            row=row,
            col=1,
        )
        figure.update_yaxes(share_axis(share), title_text=f"d{name}", row=row)
    figure.update_xaxes(time_axis(text[:count], "timestep"), row=len(shown))
    figure.update_xaxes(showgrid=False)
    figure.update_layout(bargap=0.1)
    return figure


def _line(parameter: str, theme: Theme) -> dict[str, Any]:
    """The colour of a matrix, that of what it leads from, and by its layer the dashes.

    W_xh is wider: what lies over it does not hide it.
    """
    part = {"weight_ih": "x", "weight_hh": "h"}.get(parameter.rpartition("_l")[0], "y")
    dash = LINES[(layer_of(parameter) or 0) % len(LINES)]
    return {"color": part_colour(theme, part), "dash": dash, "width": 5 if part == "x" else 2}


def _add(
    figure: go.Figure,
    found: Truncation,
    costs: Sequence[TruncationCost],
    name: str,
    line: dict[str, Any],
) -> None:
    """The curves of one gradient: cosines above, length ratios below."""
    cosines, ratios = ([getattr(one, of) for one in costs] for of in ("cosine", "norm_ratio"))
    for row, (values, what) in enumerate(((cosines, "cosine"), (ratios, "length ratio")), 1):
        figure.add_scatter(
            x=list(found.windows),
            y=finite(np.array(values)),
            mode="lines+markers",
            line=line,
            marker={"size": 5},
            name=name,
            legendgroup=name,
            showlegend=row == 1,
            hovertemplate=f"window %{{x}}<br>{what} %{{y:.4f}}<extra>{name}</extra>",
            row=row,
            col=1,
        )


def _mark(figure: go.Figure, window: int, theme: Theme) -> None:
    """A line through both panels; on a logarithmic axis words stand at the logarithm."""
    for row in (1, 2):
        figure.add_vline(
            x=window, line={"dash": "dot", "width": 1.5, "color": theme.muted}, row=row, col=1
        )
    figure.add_annotation(
        text=f"trained with {window:,} ",
        x=math.log10(window),
        y=0,
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"size": 12, "color": theme.muted},
        row=1,
        col=1,
    )
