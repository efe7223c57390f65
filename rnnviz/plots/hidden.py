"""What the units of a layer do over a text, as a heatmap."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.analysis.states import signals
from rnnviz.analysis.units.order import unit_order
from rnnviz.notation import are, counted
from rnnviz.plots.frame import colour_bar, empty, frame
from rnnviz.plots.pooling import furthest
from rnnviz.plots.theme import LIGHT, Theme, diverging, upper_half
from rnnviz.plots.time_axis import hover, pools, time_axis
from rnnviz.records import Floats, Scale, Trace

MAX_MARKS = 2000

Chosen = tuple[Floats, Scale, str]


def hidden_heatmap(
    trace: Trace,
    *,
    signal: str = "h",
    layer: int = -1,
    order: str = "index",
    scale: Scale | None = None,
    theme: Theme = LIGHT,
) -> go.Figure:
    """One signal of one layer: units down, text to the right, blue below the centre, red above.

    Units are counted from 0, timesteps from 1. Colours are those of `theme.blend`. Values beyond
    the scale are clipped: counted in the subtitle, and marked with a dot while there are up to
    2,000. Texts of over 1,000 characters are pooled: of each few neighbours the value furthest from
    the centre is shown, and the subtitle says so. With a scale of its own for each unit, colours
    show shares of it; hover shows values.

    Args:
        trace: the recorded states (layer, time, unit).
        signal: a name of `rnnviz.analysis.states.signals.signal_names`.
        layer: which; -1 is the top layer.
        order: of the units, one of `rnnviz.analysis.units.order.ORDERS`.
        scale: by default the first that `rnnviz.analysis.states.signals.scales` offers.
        theme: the colours.

    Raises:
        ValueError: there is no such signal, layer or order.

    Example:
        >>> h, loss, none = np.array([[[0.5, -1.0], [0.0, 1.0]]]), np.zeros(2), np.zeros((2, 0))
        >>> trace = Trace("ab", np.arange(2), h, None, {}, loss, none, none, {"h": (-1.0, 1.0)})
        >>> hidden_heatmap(trace).data[0].z.tolist()  # unit x time
        [[0.5, 0.0], [-1.0, 1.0]]
    """
    values, scale, title = choose(trace, signal, layer, scale)
    if not values.size:
        return empty(title, "The text has no characters.", theme)
    units = unit_order(values, order)
    pooled, size = furthest(values, scale.centre)
    shown, limit = pooled[:, units].T, scale.limit[units, None]
    clipped = np.argwhere(np.abs(shown - scale.centre) > limit)
    hint = _heatmap_hint(values, scale, shown, len(clipped), size, order)
    figure = frame(title, hint, y="unit", height=_height(len(units)), theme=theme)
    _add_heatmap(figure, shown, scale, (trace.text, units, size), theme)
    if 0 < len(clipped) <= MAX_MARKS:
        _mark_clipped(figure, clipped, units, size, theme)
    figure.update_layout(plot_bgcolor=theme.grid)
    figure.update_xaxes(time_axis(trace.text))
    figure.update_yaxes(type="category", range=[len(units) - 0.5, -0.5], showgrid=False)
    return figure


def choose(trace: Trace, name: str, layer: int, scale: Scale | None) -> Chosen:
    """The values (time, unit), their scale, and the title."""
    layers = len(trace.h)
    values = signals.signal(trace, name, layer + layers if layer < 0 else layer)
    of = f" of layer {layer % layers}" if layers > 1 else ""
    title = {"h": "Hidden states", "c": "Cell states", "change of h": "Change of hidden states"}
    said = title.get(name, f"Gate {escape(name)}") + of
    if scale is None and values.size:
        scale = signals.scales(values, signals.bounds(trace, name))[0]
    return values, scale or Scale("", 0.0, np.ones(values.shape[1])), said


def _heatmap_hint(
    values: Floats, scale: Scale, shown: Floats, clipped: int, size: int, order: str
) -> str:
    hint = f"{counted(values.shape[1], 'unit')} over {counted(values.shape[0], 'timestep')}"
    hint += f", ordered by {order}." * (order != "index") or "."
    if size > 1:
        hint += f" Of every {size} timesteps, the value furthest from {scale.centre:g}."
    if clipped:
        hint += f" {clipped:,} of {shown.size:,} cells {are(clipped)} clipped."
        hint += " Dots mark them." * (clipped <= MAX_MARKS)
    missing = int(np.isnan(shown).sum())
    return hint + f" Grey: {counted(missing, 'cell')} without a number." * (missing > 0)


def _add_heatmap(
    figure: go.Figure, shown: Floats, scale: Scale, axes: tuple[str, Any, int], theme: Theme
) -> None:
    """Shares of the limits where units have their own, else the values themselves.

    The axes are the text, the units, and how many timesteps a column stands for.
    """
    text, units, size = axes
    limit = scale.limit[units, None]
    shared = bool(np.all(limit == limit[0]))
    z = shown if shared else (shown - scale.centre) / limit
    reach, centre = (float(limit[0, 0]), scale.centre) if shared else (1.0, 0.0)
    # A legend that goes below zero would be of values that there cannot be.
    half = shared and scale.name.startswith("fixed: 0 ") and not (shown < 0).any() and not centre
    (first, apart), where = pools(size), hover(text, size)
    figure.add_heatmap(
        z=z.astype(np.float32),
        customdata=None if shared else shown.astype(np.float32),
        y=[str(unit) for unit in units],
        x0=first,
        dx=apart,
        zmin=0.0 if half else centre - reach,
        zmax=centre + reach,
        colorscale=upper_half(theme) if half else diverging(theme),
        colorbar=colour_bar(escape(scale.name), theme, nticks=7),
        hoverongaps=False,
        hovertemplate=f"unit %{{y}}<br>{where}<br>value %{{{'z' if shared else 'customdata'}:.4f}}"
        "<extra></extra>",
    )


def _mark_clipped(figure: go.Figure, cells: Any, units: Any, size: int, theme: Theme) -> None:
    first, apart = pools(size)
    figure.add_scatter(
        x=first + cells[:, 1] * apart,
        y=[str(units[row]) for row in cells[:, 0]],
        mode="markers",
        marker={"size": 3, "color": theme.text, "symbol": "circle"},
        name="clipped",
        hoverinfo="skip",
        showlegend=False,
    )


def _height(units: int) -> int:
    """A row is 14 pixels high; where there are many, as few as 2, however high the figure gets."""
    around = 150
    return int(max(260, min(640, around + 14 * units), around + 2 * units))
