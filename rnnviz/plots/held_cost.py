"""What holding units costs: beside other units of like variance, and where in a text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from rnnviz.analysis.gradients.bootstrap import BLOCK
from rnnviz.analysis.units.finding import Place
from rnnviz.analysis.units.held_cost import CharacterRise, HeldCost, MeanRise
from rnnviz.notation import bits, bits_words, fixed, numbered
from rnnviz.plots.findings import unit_name
from rnnviz.plots.frame import frame
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Held
from rnnviz.text.marks import mark

_NAMED = 4  # units; where there are more, all but the first three are counted
_SHOWN = 9  # characters; the others are added up
_HEIGHT = 340


def held_name(held: Sequence[Held], layers: int = 1) -> str:
    """What units of one layer that are held together are called.

    Example:
        >>> held_name([Held(15, 0.0)]), held_name([Held(15, 0.0, 1), Held(3, 0.0, 1)], layers=2)
        ('unit 15 (h)', 'units 15 and 3 (h, layer 1)')
        >>> held_name([Held(unit, 0.0, signal="c") for unit in range(9)])
        'units 0, 1, 2 and 6 more (c)'
    """
    name = unit_name(Place(held[0].signal, held[0].layer, held[0].unit), layers)
    if len(held) == 1:
        return name
    return f"{numbered('unit', [one.unit for one in held], _NAMED)} {name[name.index('(') :]}"


def held_costs(cost: HeldCost, *, layers: int = 1, theme: Theme = LIGHT) -> go.Figure:
    """By how much holding units raises the mean loss, beside others that are held in the same way.

    Args:
        cost: of holding them.
        layers: of the network; they are named where there are several.
        theme: the colours.

    Example:
        >>> from numpy import array, log
        >>> rise, before, after = MeanRise(log(2), (0.5, 0.9)), array([1.0]), array([1.0 + log(2)])
        >>> cost = HeldCost("ab", (Held(15, 0.0),), before, after, rise, ())
        >>> held_costs(cost).data[0].x
        (1.0,)
    """
    hint = (
        "Bits that holding adds to the mean loss of a character, and of other units whose variance "
        f"over the text is like that of the held ones, held in the same way. {_certainty(cost)}"
    )
    figure = frame(
        "Beside units of like variance",
        hint,
        x="rise of the mean loss, bits per character",
        height=_HEIGHT,
        theme=theme,
    )
    rows = [(cost.held, cost.rise), *((one.held, one.rise) for one in cost.alike)]
    names = [held_name(held, layers) for held, _ in rows]
    for place, (name, (_, rise)) in enumerate(zip(names, rows, strict=True)):
        _add_rise(figure, place, name, rise, theme.muted if place else theme.accent)
    _finish(figure, names, theme)
    return figure


def held_by_character(
    found: Sequence[CharacterRise], *, places: int, theme: Theme = LIGHT
) -> go.Figure:
    """What each character that comes adds to the rise of the mean loss.

    Args:
        found: of every character that comes, what adds most first.
        places: how many characters of the text are predicted.
        theme: the colours.

    Example:
        >>> rises = [CharacterRise("e", 3, math.log(4), math.log(2))]
        >>> held_by_character(rises, places=6).data[0].x
        (1.0,)
    """
    hint = (
        "What the places where a character comes add to the rise of the mean loss over all "
        f"{places:,} predicted characters; all of them add up to it. Amber: holding makes it less "
        "expected, teal: more."
    )
    figure = frame(
        "Where it costs, by the character that comes",
        hint,
        x="part of the rise, bits per character of the text",
        height=_HEIGHT,
        theme=theme,
    )
    rows = _character_rows(found)
    figure.add_bar(
        x=[bits(share) for _, share, _ in rows],
        y=list(range(len(rows))),
        orientation="h",
        marker={
            "color": [theme.surprise if share > 0 else theme.relief for _, share, _ in rows],
            "line": {"width": 0},
        },
        customdata=[escape(f"{name}: {words}") for name, _, words in rows],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )
    figure.update_layout(bargap=0.35)
    _finish(figure, [escape(name) for name, _, _ in rows], theme)
    return figure


def _certainty(cost: HeldCost) -> str:
    if math.isnan(cost.rise.between[0]):
        return "The text is too short to say how far the mean may be off."
    return (
        "Bars: between which bounds the mean lies in 95 of 100 draws of blocks of "
        f"{BLOCK} neighbouring characters."
    )


def _add_rise(figure: go.Figure, place: int, name: str, rise: MeanRise, colour: str) -> None:
    low, high = rise.between
    known = not math.isnan(low)
    between = f" ({fixed(bits(low), 3)} to {fixed(bits(high), 3)})" * known
    figure.add_scatter(
        x=[bits(rise.nats)],
        y=[place],
        mode="markers",
        name=name,
        showlegend=False,
        marker={"size": 10, "color": colour},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [bits(high - rise.nats)],
            "arrayminus": [bits(rise.nats - low)],
            "thickness": 2,
            "width": 5,
            "visible": known,
        },
        hovertemplate=f"{name}: {bits_words(rise.nats)}{between}<extra></extra>",
    )


def _character_rows(found: Sequence[CharacterRise]) -> list[tuple[str, float, str]]:
    """What stands in each row: its name, its share in nats, and what is said of it."""
    largest = sorted(found, key=lambda one: -abs(one.share))[:_SHOWN]
    rows = [
        (mark(one.character), one.share, _character_words(one)) for one in found if one in largest
    ]
    if rest := [one.share for one in found if one not in largest]:
        rows.append((f"{len(rest)} others", sum(rest), f"together {_signed(sum(rest))} bits"))
    return rows


def _character_words(one: CharacterRise) -> str:
    places = f"{one.places:,} places" if one.places > 1 else "1 place"
    return f"{_signed(one.mean)} bits on average at {places}, {_signed(one.share)} of the mean"


def _signed(nats: float) -> str:
    return ("+" if nats > 0 else "") + fixed(bits(nats), 3)


def _finish(figure: go.Figure, names: Sequence[str], theme: Theme) -> None:
    """A row for each name, the first on top, and a line at zero."""
    figure.update_yaxes(
        range=[len(names) - 0.5, -0.5],
        tickvals=list(range(len(names))),
        ticktext=list(names),
        showgrid=False,
        ticks="",
    )
    figure.update_xaxes(zeroline=True, zerolinecolor=theme.muted, zerolinewidth=1)
