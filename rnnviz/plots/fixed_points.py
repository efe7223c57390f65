"""States over a text, and where those lie that a repeated character leaves as they are."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from rnnviz.analysis.gradients.stillness import FixedPoints
from rnnviz.notation import percent, significant
from rnnviz.plots.frame import frame
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.plots.unit_circle import UNDER
from rnnviz.records import Array
from rnnviz.text.marks import mark

_TITLE = "States over the text, and fixed points"
_MOST_STATES = 2000


def fixed_points(found: FixedPoints, *, theme: Theme = LIGHT) -> go.Figure:
    """The plane of the first two principal components: states, those after the character, points.

    Args:
        found: what was found so far.
        theme: the colours.
    """
    shown = escape(mark(found.character), quote=False)
    hint = (
        "A dot for the state after each character of the text, along the two directions in which "
        "these states vary most (principal components, with their share of the variance). Fixed "
        f"points are states that one more “{shown}” leaves as they are; they need not lie in this "
        "plane."
    )
    first, second = (percent(float(share)) for share in found.plane.shares)
    figure = frame(
        _TITLE,
        hint,
        x=f"first principal component, {first}",
        y=f"second, {second}",
        height=420,
        theme=theme,
    )
    figure.update_layout(margin_b=UNDER)
    step = max(1, len(found.states) // _MOST_STATES)
    states, after = found.states[::step], found.after[::step]
    _add_states(figure, states[~after], "states over the text", 4, theme.muted)
    _add_states(figure, states[after], f"right after “{shown}”", 7, theme.accent)
    for stable, name, symbol in (
        (True, "stable fixed points", "diamond"),
        (False, "unstable fixed points", "x"),
    ):
        _add_points(figure, found, stable, name, symbol, theme)
    return figure


def _add_states(figure: go.Figure, places: Array, name: str, size: int, colour: str) -> None:
    figure.add_scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        name=name,
        marker={"size": size, "color": colour, "opacity": 0.6},
        hoverinfo="skip",
    )


def _add_points(
    figure: go.Figure, found: FixedPoints, stable: bool, name: str, symbol: str, theme: Theme
) -> None:
    chosen = [place for place, point in enumerate(found.found) if point.stable == stable]
    if not chosen:
        return
    places, points = found.places[chosen], [found.found[place] for place in chosen]
    figure.add_scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        name=name,
        marker={
            "size": 13,
            "symbol": symbol,
            "color": theme.series[1],
            "line": {"color": theme.background, "width": 1.5},
        },
        customdata=[
            (significant(point.radius, 4), point.reached, significant(point.away))
            for point in points
        ],
        hovertemplate="spectral radius %{customdata[0]}<br>%{customdata[1]} starts led here<br>"
        "nearest state %{customdata[2]} times as far away as states are from their mean"
        "<extra></extra>",
    )
