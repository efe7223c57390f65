"""What units follow, as bars: each score beside what would explain it without the unit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from rnnviz.analysis.units.finding import Explanation, Finding, Place
from rnnviz.analysis.units.finding_words import score_words
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.theme import LIGHT, Theme, mix
from rnnviz.text.marks import marked

TITLE = "The best unit of every property"
SUBTITLE = (
    "Bar: how well the unit follows the property, on another part of the text than the unit was "
    "chosen on. Filled marks on the same axis: what is reached without it; the unit is "
    "clearly better where its bar ends a twentieth of the axis or more to the right of them all."
)
_VERDICTS = (
    " At the right where the property is: in one unit, clearly; in several units, which together "
    "hold it while none does alone; else what reaches as much, or nearly, without the unit, so "
    "that nothing shows that training put the property there, however long the bar. Ring: all "
    "units of the network before training together, which several units of the trained one have to "
    "be beyond."
)
_ROW, _AROUND = 44, 150
_RIGHT = 1.42  # room for where the property is
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_CLEAR, _FAINT = 0.65, 0.25  # how much of its colour a bar keeps

_WITHOUT: dict[Explanation | None, str] = {
    "chance": "chance",
    "current character": "the character<br>alone",
    "two characters": "the last two<br>characters",
    "untrained": "as much<br>before",
    "all untrained units": "as much<br>before, all",
    "mixtures of units": "any mixture<br>of units",
}


def _all_untrained(one: Finding) -> float:
    return math.nan if one.examined is None else one.examined.probe_untrained


# Each control: its name, its mark, and the score it has.
_CONTROLS: tuple[tuple[str, str, Callable[[Finding], float]], ...] = (
    ("best unit before training", "circle", lambda one: one.untrained),
    ("current character alone", "square", lambda one: one.current_character),
    ("current and one before", "diamond", lambda one: one.two_characters),
    ("chance, best of all units and properties", "line-ns", lambda one: one.chance_95_table),
    ("all units before training together", "circle-open", _all_untrained),
)


def findings(found: Sequence[Finding], *, layers: int = 1, theme: Theme = LIGHT) -> go.Figure:
    """A bar for the best unit of each hypothesis, and marks for its controls, on one axis.

    All are shown without their sign. The axis is that of scores, from 0 (AUC 0.5, rho 0) to 1; the
    bar is paler where the property is not in one unit.

    Args:
        found: the findings, the first on top.
        layers: of the network; layers are named where there are several.
        theme: the colours.
    """
    if not found:
        return empty(TITLE, "No property occurs often enough in this text.", theme)
    said = SUBTITLE + _VERDICTS * any(one.verdict is not None for one in found)
    figure = frame(TITLE, said, height=_AROUND + _ROW * len(found), theme=theme)
    names = [_row_name(one, layers) for one in found]
    _add_bars(figure, found, names, theme)
    for place, (name, symbol, score) in enumerate(_CONTROLS):
        colours = theme.series[place + 1], theme.background
        _add_marks(figure, found, names, (name, symbol, score), colours)
    _add_verdicts(figure, found, names, theme)
    figure.update_xaxes(
        range=[0, _RIGHT],
        tickvals=_TICKS,
        ticktext=[_tick(tick) for tick in _TICKS],
        tickangle=0,
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, ticks="")
    figure.update_layout(bargap=0.45)
    return figure


def unit_name(place: Place, layers: int) -> str:
    """A unit with its signal, and its layer where there are several.

    Example:
        >>> unit_name(Place("c", 1, 42), layers=2), unit_name(Place("h", 0, 3), layers=1)
        ('unit 42 (c, layer 1)', 'unit 3 (h)')
    """
    layer = f", layer {place.layer}" * (layers > 1)
    return f"unit {place.unit} ({place.signal}{layer})"


def _row_name(one: Finding, layers: int) -> str:
    score = score_words(one, one.score)
    return f"{escape(marked(one.followed))}<br>{unit_name(one.place, layers)}: {score} "


def _add_bars(
    figure: go.Figure, found: Sequence[Finding], names: Sequence[str], theme: Theme
) -> None:
    clear, faint = (mix(theme.background, theme.accent, share) for share in (_CLEAR, _FAINT))
    figure.add_bar(
        x=[abs(one.score) for one in found],
        y=names,
        orientation="h",
        name="this unit",
        marker={
            "color": [clear if one.verdict == "one unit" else faint for one in found],
            "line": {"width": 1, "color": theme.accent},
        },
        hovertemplate="%{y}<extra></extra>",
    )


def _add_marks(
    figure: go.Figure,
    found: Sequence[Finding],
    names: Sequence[str],
    control: tuple[str, str, Callable[[Finding], float]],
    colours: tuple[str, str],
) -> None:
    """A mark in every row, outlined so that it stands out from a bar; a line is all outline."""
    name, symbol, score = control
    reached = [abs(score(one)) for one in found]
    if np.isnan(reached).all():
        return
    is_line = symbol.startswith("line") or symbol.endswith("open")
    figure.add_scatter(
        x=reached,
        y=names,
        mode="markers",
        name=name,
        marker={
            "symbol": symbol,
            "size": 11,
            "color": colours[0],
            "line": {"width": 3 if is_line else 1, "color": colours[not is_line]},
        },
        customdata=[score_words(one, score(one)) for one in found],
        hovertemplate=f"{name}: %{{customdata}}<extra></extra>",
    )


def _add_verdicts(
    figure: go.Figure, found: Sequence[Finding], names: Sequence[str], theme: Theme
) -> None:
    """At the right, where the property is."""
    figure.add_scatter(
        x=[1.05] * len(found),
        y=names,
        mode="text",
        text=[_short(one) for one in found],
        textposition="middle right",
        textfont={"color": theme.text},
        hoverinfo="skip",
        showlegend=False,
    )


def _tick(score: float) -> str:
    """Every other is named: in a narrow window there is no room for more."""
    return f"rho {score:g}<br>AUC {(1 + score) / 2:g}" if score % 0.5 == 0 else ""


def _short(one: Finding) -> str:
    """Where the property is, in two lines at most."""
    if one.verdict == "absent":
        return _WITHOUT[one.explained_by]
    return {"one unit": "in one unit", "spread": "in several<br>units"}.get(one.verdict or "", "")
