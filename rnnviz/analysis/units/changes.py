"""By how much a unit changes when a character is read, by which character that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.records import Array, Floats, Ids
from rnnviz.showing import Record

OFTEN = 20  # so many characters make a mean and its spread


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Changes(Record):
    """What the reading of each character does to a unit, by falling mean.

    Attributes:
        characters: the distinct ones that are frequent enough.
        mean: change of the unit from before such a character to after it (character).
        low: a quarter of these changes is smaller (character).
        high: a quarter of them is larger.
        times: how often each occurs.
        left_out: how many distinct characters are too rare.
    """

    characters: tuple[str, ...]
    mean: Array
    low: Array
    high: Array
    times: Array
    left_out: int


def changes_by_character(text: str, ids: Ids, values: Floats) -> Changes:
    """A unit's value after each character less that before it, by the character.

    Characters that occur fewer than 20 times are left out, and changes that are no finite number.

    Args:
        text: the characters.
        ids: one number for each kind of character (time).
        values: of the unit (time).

    Example:
        >>> ids = np.tile([0, 1], 30)
        >>> found = changes_by_character("ab" * 30, ids, np.tile([0.0, 2.0], 30))
        >>> found.characters, found.mean.tolist(), found.times.tolist()
        (('b', 'a'), [2.0, -2.0], [30, 29])
    """
    changes = np.diff(values.astype(np.float64))
    sound = np.isfinite(changes)
    changes, read, places = changes[sound], ids[1:][sound], np.flatnonzero(sound) + 1
    order = np.argsort(read, kind="stable")
    _, first, often = np.unique(read[order], return_index=True, return_counts=True)
    groups = np.split(changes[order], first[1:])
    found = [
        (text[places[order[begin]]], own.mean(), *np.quantile(own, (0.25, 0.75)), len(own))
        for begin, own in zip(first, groups, strict=True)
        if len(own) >= OFTEN
    ]
    found.sort(key=lambda one: -one[1])
    characters, *numbers = zip(*found, strict=True) if found else ((), (), (), (), ())
    mean, low, high, times = map(np.asarray, numbers)
    return Changes(characters, mean, low, high, times, int(np.count_nonzero(often < OFTEN)))
