"""What a set of units does throughout a selection, and where else, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.analysis.units.chance import BLOCKS
from rnnviz.analysis.units.coincidence import Coincidence
from rnnviz.analysis.units.matching import Matching, Place
from rnnviz.analysis.units.switching import Side
from rnnviz.notation import are, capitalised, listed, numbered, share_words
from rnnviz.text.marks import marked

_QUOTED, _AROUND = 40, 24


def threshold_words(outer: float) -> str:
    """When a unit is high or low.

    Example:
        >>> print(threshold_words(0.35).partition(", ")[0])
        A unit is high in the highest 35 % of the range of its values over the text read
    """
    part = share_words(outer)
    return (
        f"A unit is high in the highest {part} of the range of its values over the text read, one "
        f"in 1,000 left out at either end, and low in the lowest {part}."
    )


def did_words(sides: Sequence[Side]) -> str:
    """What units are: high or low.

    Example:
        >>> did_words([Side(4), Side(17, high=False), Side(80)]), did_words([Side(3)])
        ('units 4 and 80 are high and unit 17 is low', 'unit 3 is high')
    """
    high = [side.unit for side in sides if side.high]
    low = [side.unit for side in sides if not side.high]
    ways = (high, "high"), (low, "low")
    return listed(
        f"{numbered('unit', units)} {are(len(units))} {way}" for units, way in ways if units
    )


def quoted(text: str) -> str:
    r"""A stretch of text in a sentence; of a long one, its beginning and its end.

    Example:
        >>> quoted("to be\n"), quoted("a" * 30 + "b" * 30)
        ('“to be↵”', '“aaaaaaaaaaaaaaaaaaaa…bbbbbbbbbbbbbbbbbbbb”')
    """
    if len(text) > _QUOTED:
        half = _QUOTED // 2
        return f"“{marked(text[:half])}…{marked(text[-half:])}”"
    return f"“{marked(text)}”"


def in_context(text: str, start: int, end: int) -> str:
    r"""A stretch between two arrows, among the characters around it.

    Example:
        >>> in_context("to be or\nnot", 3, 5)
        'to ▸be◂ or↵not'
    """
    before, behind = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return f"{marked(before)}▸{quoted(text[start:end])[1:-1]}◂{marked(behind)}"


def sentence(found: Matching, of: tuple[str, int], selected: str, text: str, start: int = 0) -> str:
    """What a set does throughout a selection, and where else.

    Args:
        found: of the set.
        of: which signal of which layer.
        selected: the characters selected.
        text: that was searched.
        start: where in the whole text it begins.
    """
    again = "It is so" if len(found.sides) == 1 else "They are so together"
    return (
        f"{capitalised(did_words(found.sides))} throughout {quoted(selected)} ({of[0]}, layer "
        f"{of[1]}). {again}, for as long or longer, at {_places(found.whole)} in "
        f"{len(text):,} characters{_likest(found, text, start)}."
    )


def place_words(place: Place, sides: Sequence[Side], text: str, start: int = 0) -> str:
    """What a set does at one of the places found.

    Args:
        place: of the text.
        sides: of the whole set.
        text: that was searched.
        start: where in the whole text it begins.

    Example:
        >>> sides = Side(4), Side(17, high=False)
        >>> print(place_words(Place(3, 5, sides, others=1), sides, "to be or"))
        From position 3 on, in “to ▸be◂ or”, unit 4 is high and unit 17 is low as in what you \
selected, which is all of the set; 1 other unit is high or low throughout it too.
    """
    part = "all" if len(place.on) == len(sides) else f"{len(place.on)} of {len(sides)} units"
    others = "1 other unit is" if place.others == 1 else f"{place.others:,} other units are"
    return (
        f"From position {start + place.start:,} on, in “{in_context(text, place.start, place.end)}"
        f"”, {did_words(place.on)} as in what you selected, which is {part} of the set; {others} "
        "high or low throughout it too."
    )


def chance_words(found: Matching, chance: Coincidence | None) -> str:
    """What chance would do, beside what a set does.

    Args:
        found: of the set.
        chance: of the same.
    """
    if len(found.sides) == 1:
        return (
            "What chance would give is not computed for a single unit: the trials for it put out "
            "of step what several units do at once. That this unit is often so may be all there is."
        )
    if chance is None:
        return "The selection is too long for this text to say what chance would give."
    compared = "gives fewer" if found.whole > chance.line else "may give as many"
    return (
        f"Chance {compared}: {chance.mean:,.1f} such places on average, and at most "
        f"{chance.line:,.0f} in 95 of 100 trials. In each trial what every unit does was cut into "
        f"{BLOCKS} blocks and put in another order, so that only what they do together is lost."
    )


def _likest(found: Matching, text: str, start: int) -> str:
    if not found.places:
        return ""
    first = found.places[0]
    part = f", with {len(first.on)} of them so" * (len(first.on) < len(found.sides))
    there = quoted(text[first.start : first.end])
    return f"; most like it is {there} from position {start + first.start:,}{part}"


def _places(count: int) -> str:
    return {0: "no other place", 1: "1 other place"}.get(count, f"{count:,} other places")
