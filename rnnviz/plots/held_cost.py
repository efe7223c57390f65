"""What holding units costs: beside other units of like variance, and where in a text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from rnnviz.analysis.units.finding import Place
from rnnviz.analysis.units.held_cost import CharacterRise, HeldCost, MeanRise
from rnnviz.notation import bits, bits_words, fixed
from rnnviz.plots.characters import mark
from rnnviz.plots.findings import unit_name
from rnnviz.plots.frame import frame
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Held

_NAMED = 4  # units; more are counted
_SHOWN = 12  # characters; the others are added up
_ROW, _AROUND = 26, 110


def held_name(held: Sequence[Held], layers: int = 1) -> str:
    """What units that are held together are called.

    Example:
        >>> held_name([Held(15, 0.0)]), held_name([Held(15, 0.0, 1), Held(3, 0.0, 1)], layers=2)
        ('unit 15 (h)', 'units 15 and 3 (h, layer 1)')
        >>> held_name([Held(unit, 0.0, signal="c") for unit in range(9)])
        '9 units (c)'
    """
    numbers = [str(one.unit) for one in held]
    name = unit_name(Place(held[0].signal, held[0].layer, held[0].unit), layers)
    if len(held) == 1:
        return name
    where = name[name.index("(") :]
    if len(held) > _NAMED:
        return f"{len(held)} units {where}"
    return f"units {', '.join(numbers[:-1])} and {numbers[-1]} {where}"


def held_costs(cost: HeldCost, *, layers: int = 1, theme: Theme = LIGHT) -> go.Figure:
    """By how much holding units raises the mean loss, beside others that are held in the same way.

    Args:
        cost: of holding them.
        layers: of the network; they are named where there are several.
        theme: the colours.
    """
    sure = not math.isnan(cost.rise.between[0])
    hint = (
        "Bits that holding adds to the mean loss of a character, and of other units whose variance "
        "over the text is like that of the held ones, held in the same way."
        + (
            " Bars: within which bounds the mean lies in 95 of 100 draws of blocks of 64 "
            "neighbouring characters."
            if sure
            else " The text is too short to say how far the mean may be off."
        )
    )
    rows = [(cost.held, cost.rise), *((one.held, one.rise) for one in cost.alike)]
    figure = frame(
        "Beside units of like variance",
        hint,
        x="rise of the mean loss, bits per character",
        height=_AROUND + _ROW * (1 + len(cost.alike)),
        theme=theme,
    )
    for place, (held, rise) in enumerate(rows):
        name = held_name(held, layers)
        figure.add_scatter(
            x=[bits(rise.nats)],
            y=[name],
            mode="markers",
            name=name,
            showlegend=False,
            marker={"size": 10, "color": theme.muted if place else theme.accent},
            error_x=_bounds(rise) if sure else None,
            hovertemplate=f"{name}: {_rise_words(rise)}<extra></extra>",
        )
    figure.update_yaxes(autorange="reversed", showgrid=False, ticks="")
    _mark_zero(figure, theme)
    return figure


def held_by_character(
    found: Sequence[CharacterRise], *, places: int, theme: Theme = LIGHT
) -> go.Figure:
    """What each character that comes adds to the rise of the mean loss.

    Args:
        found: of every character that comes, what adds most first.
        places: how many characters of the text are predicted.
        theme: the colours.
    """
    hint = (
        f"What the places where a character comes add to the rise of the mean loss over all "
        f"{places:,} predicted characters; all of them add up to it. Amber: holding makes it less "
        "expected, teal: more."
    )
    largest = sorted(found, key=lambda one: -abs(one.share))[:_SHOWN]
    shown = [one for one in found if one in largest]
    rest = [one for one in found if one not in largest]
    rows = [(mark(one.character), one.share, _character_words(one)) for one in shown]
    if rest:
        share = sum(one.share for one in rest)
        rows.append((f"{len(rest)} others", share, f"together {_signed(share)} bits"))
    figure = frame(
        "Where it costs, by the character that comes",
        hint,
        x="part of the rise, bits per character of the text",
        height=_AROUND + _ROW * len(rows),
        theme=theme,
    )
    figure.add_bar(
        x=[bits(share) for _, share, _ in rows],
        y=[escape(name) for name, _, _ in rows],
        orientation="h",
        marker={
            "color": [theme.surprise if share > 0 else theme.relief for _, share, _ in rows],
            "line": {"width": 0},
        },
        customdata=[escape(words) for _, _, words in rows],
        hovertemplate="%{y}: %{customdata}<extra></extra>",
        showlegend=False,
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, ticks="", type="category")
    figure.update_layout(bargap=0.35)
    _mark_zero(figure, theme)
    return figure


def _bounds(rise: MeanRise) -> dict[str, Any]:
    low, high = rise.between
    return {
        "type": "data",
        "symmetric": False,
        "array": [bits(high - rise.nats)],
        "arrayminus": [bits(rise.nats - low)],
        "thickness": 2,
        "width": 5,
    }


def _rise_words(rise: MeanRise) -> str:
    low, high = (fixed(bits(end), 3) for end in rise.between)
    between = "" if math.isnan(rise.between[0]) else f" ({low} to {high})"
    return f"{bits_words(rise.nats)}{between}"


def _character_words(one: CharacterRise) -> str:
    often = f"{one.places:,} places" if one.places > 1 else "1 place"
    return (
        f"{_signed(one.mean)} bits at each of {often} on average, {_signed(one.share)} of the mean"
    )


def _signed(nats: float) -> str:
    return ("+" if nats > 0 else "") + fixed(bits(nats), 3)


def _mark_zero(figure: go.Figure, theme: Theme) -> None:
    figure.update_xaxes(zeroline=True, zerolinecolor=theme.muted, zerolinewidth=1)
