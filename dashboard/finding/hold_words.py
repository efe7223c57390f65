"""What holding units costs, in sentences that carry their uncertainty and their controls."""

from __future__ import annotations

import math

import numpy as np

from rnnviz.analysis.gradients.bootstrap import BLOCK
from rnnviz.analysis.units.held_cost import At, HeldCost, MeanRise, rise_by_character
from rnnviz.notation import (
    bits,
    bits_words,
    capitalised,
    fixed,
    listed,
    loss_words,
    probability_words,
    significant,
)
from rnnviz.plots.held_cost import held_name
from rnnviz.records import Held
from rnnviz.text.marks import mark

_NAMED = 4


def cost_sentences(cost: HeldCost, at: At, layers: int) -> list[str]:
    """What it costs and where; how far that may be off; what the same costs of other units."""
    how = f"{capitalised(held_words(cost.held, at))}, {held_name(cost.held, layers)}"
    over = f"over these {len(cost.text):,} characters"
    if not cost.change[:-1].any():
        said = f"{how} changes nothing {over}: not one loss differs."
        return [said, _controls(cost, layers)]
    said = f"{how} {_changes(cost)} {over}{_most(cost)}."
    return [said, _between(cost.rise), _controls(cost, layers)]


def chances(cost: HeldCost, name: str) -> str:
    """The chance that the network gave what came, as it is and with units held.

    Args:
        cost: of holding them.
        name: what they are called.
    """
    free, bound = (
        probability_words(float(np.nanmean(loss))) for loss in (cost.loss, cost.held_loss)
    )
    return (
        f"The network gave each character that came a chance of {free} before it read it (a "
        f"geometric mean over these {len(cost.text):,} characters); with {name} held, {bound}."
    )


def held_words(held: tuple[Held, ...], at: At) -> str:
    """At what units are held.

    Example:
        >>> held_words((Held(15, 0.123),), "mean"), held_words((Held(15, 0.0),), 0.0)
        ('held at its mean of 0.12', 'held at 0')
        >>> held_words((Held(15, 0.123), Held(3, -0.5)), "mean")
        'held at their means of 0.12 and −0.50'
    """
    if at != "mean":
        return f"held at {significant(at, 6)}"
    values = [fixed(one.value) for one in held]
    if len(values) == 1:
        return f"held at its mean of {values[0]}"
    if len(values) > _NAMED:
        return "held at their means"
    return f"held at their means of {listed(values)}"


def parting(first: str, second: str) -> int:
    """At which position two texts part; the length of both where they are the same.

    Example:
        >>> parting("to be", "to see"), parting("to", "to")
        (3, 2)
    """
    both = enumerate(zip(first, second, strict=False))
    end = min(len(first), len(second))
    return next((place for place, (one, other) in both if one != other), end)


def parting_words(free: str, bound: str) -> str:
    """Where two samples part, and what that means.

    Example:
        >>> parting_words("to be", "to be")
        'With this seed both samples are the same 5 characters: no draw came out otherwise.'
        >>> print(parting_words("to be", "to see"))
        Both begin with the same 3 characters; then one writes “b” as it is, and “s” with units \
held. From there on each reads its own words: a single letter drawn otherwise leads elsewhere.
    """
    place = parting(free, bound)
    if place == len(free) == len(bound):
        return (
            f"With this seed both samples are the same {place:,} characters: no draw came out "
            "otherwise."
        )
    first, second = (
        f"“{mark(text[place])}”" if place < len(text) else "nothing" for text in (free, bound)
    )
    same = "the same character" if place == 1 else f"the same {place:,} characters"
    begin = f"Both begin with {same}; then" if place else "They part at the first character:"
    return (
        f"{begin} one writes {first} as it is, and {second} with units held. From there on each "
        "reads its own words: a single letter drawn otherwise leads elsewhere."
    )


def _changes(cost: HeldCost) -> str:
    """What it does to the mean loss, where blocks drawn again leave no doubt of that."""
    nats, (low, high) = cost.rise.nats, cost.rise.between
    s = "" if len(cost.held) > 1 else "s"
    if low <= 0 <= high:
        return f"change{s} the loss by {loss_words(nats)}, which may be nothing,"
    return f"cost{s} {loss_words(nats)}" if nats > 0 else f"save{s} {loss_words(-nats)}"


def _between(rise: MeanRise) -> str:
    """How far that may be off."""
    if math.isnan(rise.between[0]):
        return "The text is too short to say how far that may be off."
    low, high = (fixed(bits(end), 3) for end in rise.between)
    return (
        f"In 95 of 100 draws of the text’s blocks, of {BLOCK} characters each, that lies between "
        f"{low} and {high} bits/char."
    )


def _most(cost: HeldCost) -> str:
    """Where most of the cost falls, where it is one."""
    if not cost.rise.between[0] > 0:
        return ""
    most = rise_by_character(cost)[0]
    places = f"each of {most.places:,} places on average" if most.places > 1 else "a single place"
    return f", most where “{mark(most.character)}” comes: {bits_words(most.mean)} at {places}"


def _controls(cost: HeldCost, layers: int) -> str:
    """What the same costs of the costliest of the others."""
    if not cost.alike:
        return "There are no other units to compare with."
    costliest = max(cost.alike, key=lambda one: one.rise.nats)
    several = len(cost.alike) > 1
    if (together := len(cost.held)) == 1:
        others = "other units" if several else "other unit"
    else:
        others = f"other {'sets' if several else 'set'} of {together} units"
    return (
        f"Of {len(cost.alike)} {others} of like variance, held in the same way, the costliest "
        f"costs {bits_words(costliest.rise.nats)}/char: {held_name(costliest.held, layers)}."
    )
