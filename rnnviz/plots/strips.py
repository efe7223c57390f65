"""What a few units do over a text, as curves one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.plots.definitions import DASHES
from rnnviz.plots.frame import empty, panels
from rnnviz.plots.hidden import choose
from rnnviz.plots.pooling import extremes
from rnnviz.plots.theme import LIGHT, Theme, path_colours
from rnnviz.plots.time_axis import FIRST, hover, time_axis
from rnnviz.records import Floats, Scale, Trace

MAX_STRIPS = 24


def hidden_strips(
    trace: Trace,
    units: Sequence[int],
    *,
    signal: str = "h",
    layer: int = -1,
    scale: Scale | None = None,
    theme: Theme = LIGHT,
) -> go.Figure:
    """A few units as curves over the text, one above the other, all on one vertical scale.

    The scale reaches at least to the limits of `scale`, and as far as any value shown: nothing is
    clipped. A curve of h or c has the colour that h and c have in every chart. Texts of over 2,000
    characters show the smallest and the largest of each few neighbours.

    Args:
        trace: the recorded states (layer, time, unit).
        units: up to 24 of them, in the order shown.
        signal: a name of `rnnviz.analysis.states.signals.signal_names`.
        layer: which; -1 is the top layer.
        scale: as for `hidden_heatmap`.
        theme: the colours.

    Raises:
        ValueError: there is no such signal, layer or unit, or too many units are asked for.

    Example:
        >>> h, loss, none = np.array([[[0.5, -1.0], [0.0, 1.0]]]), np.zeros(2), np.zeros((2, 0))
        >>> trace = Trace("ab", np.arange(2), h, None, {}, loss, none, none, {"h": (-1.0, 1.0)})
        >>> hidden_strips(trace, [1]).data[0].y.tolist()
        [-1.0, 1.0]
    """
    values, scale, title = choose(trace, signal, layer, scale)
    if not values.size or not len(units):
        return empty(title, "Choose a unit and a text.", theme)
    _check_units(units, values.shape[1])
    shown = values[:, list(units)]
    hint = f"One scale for all: {scale.name}."
    size = max(1, -(-len(shown) // 1000)) if len(shown) > 2000 else 1
    hint += f" Smallest and largest of every {size} timesteps." * (size > 1)
    figure = _panels(title, hint, len(units), theme)
    for row, unit in enumerate(units, start=1):
        curve = extremes(values[:, unit], size)
        _add_strip(figure, row, unit, curve, hover(trace.text), _colour(signal, theme))
    figure.update_yaxes(_value_axis(shown, scale, float(scale.limit[list(units)].max()), theme))
    along = time_axis(trace.text)
    title_of_axis = along.pop("title")["text"]
    figure.update_xaxes(along)
    figure.update_xaxes(title_text=title_of_axis, row=len(units), col=1)
    return figure


def _value_axis(shown: Floats, scale: Scale, limit: float, theme: Theme) -> dict[str, Any]:
    """From the centre of the scale as far as its limit, or any value shown, on either side."""
    largest = max(limit, float(np.nanmax(np.abs(shown - scale.centre), initial=0.0)))
    return {
        "range": [scale.centre - 1.05 * largest, scale.centre + 1.05 * largest],
        "tickvals": [scale.centre - largest, scale.centre, scale.centre + largest],
        "tickformat": ".3~g",
        "zeroline": True,
        "zerolinecolor": theme.muted,
        "zerolinewidth": 1,
        "showgrid": False,
    }


def _check_units(units: Sequence[int], known: int) -> None:
    if len(units) > MAX_STRIPS:
        raise ValueError(f"{len(units)} units are asked for; at most {MAX_STRIPS} fit.")
    wrong = [unit for unit in units if not 0 <= unit < known]
    if wrong:
        raise ValueError(f"the unit is {wrong[0]}; this layer has units 0 to {known - 1}.")


def _panels(title: str, hint: str, rows: int, theme: Theme) -> go.Figure:
    height, space = 150 + 64 * rows, 0.3 / rows
    figure = panels(title, hint, height=height, theme=theme, rows=rows, vertical_spacing=space)
    figure.update_xaxes(showgrid=False)
    return figure


def _colour(signal: str, theme: Theme) -> str:
    return path_colours(theme, signal)[0] if signal in DASHES else theme.accent


def _add_strip(
    figure: go.Figure, row: int, unit: int, curve: tuple[Any, Floats], where: str, colour: str
) -> None:
    at, values = curve
    figure.add_scatter(
        x=FIRST + at,
        y=values.astype(np.float32),
        mode="lines",
        line={"color": colour, "width": 1.5, "shape": "hvh"},
        name=f"unit {unit}",
        showlegend=False,
        hovertemplate=f"unit {unit}<br>{where}<br>value %{{y:.4f}}<extra></extra>",
        row=row,
        col=1,
    )
    figure.update_yaxes(title_text=f"unit {unit}", row=row, col=1)
