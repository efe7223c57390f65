"""What holding units costs over one text: every loss as it is and with them held, and controls."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnnviz.analysis.gradients.bootstrap import BLOCK, block_draws, ends
from rnnviz.analysis.states.signals import signal as signal_of
from rnnviz.records import Array, Floats, Held, Trace
from rnnviz.showing import Record

ALIKE = 5  # times that other units are held to compare with
LEAST_BLOCKS = 10  # fewer say too little of how far the mean may be off

At = float | Literal["mean"]


@dataclass(frozen=True, slots=True)
class MeanRise:
    """By how much a mean loss rises, in nats per character.

    Attributes:
        nats: over the text; below 0 where the loss falls.
        between: where it would lie in 95 of 100 texts like this one, as blocks of 64 neighbouring
            characters drawn again say; NaN where there are fewer than ten such blocks.
    """

    nats: float
    between: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Control:
    """Other units, held in the same way.

    Attributes:
        held: the units, and their values.
        rise: of the mean loss.
    """

    held: tuple[Held, ...]
    rise: MeanRise


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HeldCost(Record):
    """A text read by one network as it is, and with units held.

    Attributes:
        text: the characters.
        held: the units, and their values.
        loss: of predicting the next character in nats (time), as it is; NaN at the end, where
            nothing follows.
        held_loss: likewise, with the units held.
        rise: of the mean loss.
        alike: as many other units each, whose variance over the text is like theirs.
    """

    text: str
    held: tuple[Held, ...]
    loss: Array
    held_loss: Array
    rise: MeanRise
    alike: tuple[Control, ...]

    @property
    def change(self) -> Array:
        """By how much each loss rises, in nats (time); NaN at the end."""
        return self.held_loss - self.loss


@dataclass(frozen=True, slots=True)
class CharacterRise:
    """What holding costs where one character comes.

    Attributes:
        character: that is to be predicted.
        places: how often it comes.
        mean: rise of its loss, in nats.
        share: what it adds to the rise of the mean loss, in nats per character of the text; those
            of all characters add up to that.
    """

    character: str
    places: int
    mean: float
    share: float


def held_at(
    trace: Trace, units: Sequence[int], at: At = "mean", layer: int = 0, signal: str = "h"
) -> tuple[Held, ...]:
    """Units of a layer at a value each: the same for all, or their own means over a text.

    Args:
        trace: over the text.
        units: of the layer.
        at: the value, or "mean".
        layer: from 0.
        signal: "h", "c" or a gate.

    Raises:
        ValueError: there is no such layer, signal or unit.

    Example:
        >>> h, pair = np.array([[[0.0, 0.5], [0.25, -0.5]]]), np.zeros(2)
        >>> trace = Trace("ab", pair, h, None, {}, pair, pair, pair)
        >>> [one.value for one in held_at(trace, [1, 0])]
        [0.0, 0.125]
        >>> held_at(trace, [1], 0.7)
        (Held(unit=1, value=0.7, layer=0, signal='h'),)
    """
    values = signal_of(trace, signal, layer)
    there = values.shape[1]
    if strange := [unit for unit in units if not 0 <= unit < there]:
        raise ValueError(
            f"unit {strange[0]} is to be held; layer {layer} has units 0 to {there - 1}."
        )
    means = values.mean(0, dtype=np.float64) if at == "mean" else np.full(there, at)
    return tuple(Held(unit, float(means[unit]), layer, signal) for unit in units)


def mean_rise(change: Floats) -> MeanRise:
    """The mean of changes of a loss, and how far it may be off.

    Blocks of 64 neighbouring characters are drawn again (Carlstein 1986): neighbours are alike.

    Args:
        change: in nats (time); NaN at the end.

    Example:
        >>> mean_rise(np.array([1.0, 2.0, np.nan]))
        MeanRise(nats=1.5, between=(nan, nan))
        >>> mean_rise(np.full(1_000, 0.5)).between
        (0.5, 0.5)
    """
    known = np.asarray(change[:-1], np.float64)
    starts = np.arange(0, len(known), BLOCK)
    if len(starts) < LEAST_BLOCKS:
        return MeanRise(float(known.mean()), (math.nan, math.nan))
    sums, sizes = np.add.reduceat(known, starts), np.diff([*starts, len(known)])
    draws = block_draws(len(starts), block=1)
    return MeanRise(float(known.mean()), ends((draws @ sums) / (draws @ sizes)))


def rise_by_character(cost: HeldCost) -> list[CharacterRise]:
    """What holding costs where each character comes, what adds most to it first.

    Example:
        >>> rise = MeanRise(0.5, (0.5, 0.5))
        >>> loss, held = np.array([0.0, 0.0, 0.0, np.nan]), np.array([2.0, 0.5, -1.0, np.nan])
        >>> for one in rise_by_character(HeldCost("abab", (), loss, held, rise, ())):
        ...     print(one)
        CharacterRise(character='b', places=2, mean=0.5, share=0.3333333333333333)
        CharacterRise(character='a', places=1, mean=0.5, share=0.16666666666666666)
    """
    changes = defaultdict(list)
    for character, change in zip(cost.text[1:], cost.change[:-1], strict=True):
        changes[character].append(float(change))
    total = len(cost.text) - 1
    found = [
        CharacterRise(character, len(each), sum(each) / len(each), sum(each) / total)
        for character, each in changes.items()
    ]
    return sorted(found, key=lambda one: -one.share)


def alike_units(
    spread: Array, units: Sequence[int], count: int, apart_from: Collection[int] = ()
) -> list[tuple[int, ...]]:
    """Other units in place of some, as many times as are asked for: of the nearest variance.

    Args:
        spread: the variance of every unit (unit).
        units: in whose place.
        count: how many times, at most; fewer where there are no more units.
        apart_from: units that are not taken either.

    Example:
        >>> alike_units(np.array([1.0, 9.0, 1.2, 8.0, 5.0]), [0], count=2)
        [(2,), (4,)]
        >>> alike_units(np.array([1.0, 9.0, 1.2, 8.0, 5.0]), [0, 1], count=9)
        [(2, 3)]
    """
    order = {unit: np.argsort(np.abs(spread - spread[unit]), kind="stable") for unit in units}
    free = set(range(len(spread))) - {*units, *apart_from}
    found: list[tuple[int, ...]] = []
    while len(found) < count and units and len(free) >= len(units):
        taken = []
        for unit in units:
            taken.append(next(int(other) for other in order[unit] if other in free))
            free.remove(taken[-1])
        found.append(tuple(taken))
    return found
