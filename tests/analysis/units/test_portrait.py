"""A unit closer: changes by character and strongest places, against plain loops."""

from __future__ import annotations

import numpy as np

from rnnviz.analysis.units.changes import OFTEN, changes_by_character
from rnnviz.analysis.units.extremes import APART, extremes

RANDOM = np.random.default_rng(5)
TEXT = "".join(RANDOM.choice(list("abcdé\n"), 900, p=[0.3, 0.3, 0.2, 0.15, 0.04, 0.01]))
IDS = np.unique(list(TEXT), return_inverse=True)[1].astype(np.uint8)
VALUES = np.cumsum(RANDOM.normal(size=900)).astype(np.float32)


def test_changes_are_those_from_before_a_character_to_after_it() -> None:
    values = VALUES.copy()
    values[[0, 400]] = np.nan  # what touches these is left out
    found = changes_by_character(TEXT, IDS, values)
    plain: dict[str, list[float]] = {}
    for place in range(1, 900):
        change = float(values[place]) - float(values[place - 1])
        if np.isfinite(change):
            plain.setdefault(TEXT[place], []).append(change)
    often = {character: own for character, own in plain.items() if len(own) >= OFTEN}
    order = sorted(often, key=lambda character: -float(np.mean(often[character])))
    assert list(found.characters) == order and found.left_out == len(plain) - len(often) > 0
    np.testing.assert_allclose(found.mean, [np.mean(often[one]) for one in order])
    np.testing.assert_allclose(found.low, [np.quantile(often[one], 0.25) for one in order])
    np.testing.assert_allclose(found.high, [np.quantile(often[one], 0.75) for one in order])
    assert found.times.tolist() == [len(often[one]) for one in order]
    assert changes_by_character("ab", IDS[:2], VALUES[:2]).characters == ()


def test_the_strongest_places_are_apart_and_none_between_them_is_stronger() -> None:
    part = slice(200, 800)
    found = extremes(VALUES, np.arange(900.0), part)
    for sign, side in ((1, found.highest), (-1, found.lowest)):
        places = [one.place for one in side]
        assert len(side) > 1 and all(part.start <= place < part.stop for place in places)
        assert [one.value for one in side] == [VALUES[place] for place in places]
        assert [one.label for one in side] == places
        for number, place in enumerate(places):
            others = range(part.start, part.stop)
            free = [at for at in others if all(abs(at - one) >= APART for one in places[:number])]
            assert sign * VALUES[place] == max(sign * VALUES[at] for at in free)
    assert extremes(np.full(5, np.nan), np.zeros(5), slice(5)).highest == ()
