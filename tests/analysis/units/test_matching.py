"""Selecting and matching agree with their definitions, written out plainly, on random data."""

from __future__ import annotations

from re import escape
from typing import Any

import numpy as np
import pytest

from rnnviz.analysis.units import matching as module
from rnnviz.analysis.units.coincidence import coincidence
from rnnviz.analysis.units.following import followers
from rnnviz.analysis.units.matching import matching
from rnnviz.analysis.units.stretches import Stretch, throughout
from rnnviz.analysis.units.switching import Side, Switching, switching

PATTERNS = [(0, 0), (1, 0), (0, 1), (2, 1), (1, 1)]
T, UNITS = 41, 5


def slow(seed: int) -> Any:
    """Values that change now and then, with ties; a constant unit and one that moves once."""
    random = np.random.default_rng(seed)
    found = np.repeat(random.integers(-3, 4, (T, UNITS)), 2, axis=0)[:T]
    found = np.where(random.random((T, UNITS)) < 0.2, 3, found)
    found[:, 3] = 2
    found[:, 4] = 5
    found[seed % T, 4] = -1
    return found.astype(float)


def is_on(values: Any, side: Side, t: int, outer: float) -> bool:
    ends = [sorted(map(float, own))[:: len(own) - 1] for own in values.T]  # none is left out
    low, high = ends[side.unit]
    value, part = float(values[t, side.unit]), outer * (high - low)
    moves = high - low >= max(b - a for a, b in ends) / 50 and high > low
    return moves and (value >= high - part if side.high else value <= low + part)


def plain_throughout(on: Any, start: int, end: int, before: int, after: int) -> set[int]:
    """Which sides are on throughout a stretch and quiet around it."""
    around = [*range(max(0, start - before), start), *range(end, min(T, end + after))]
    return {
        side
        for side in range(len(on))
        if all(on[side][t] for t in range(start, end)) and not any(on[side][t] for t in around)
    }


def plain_runs(on: Any, stretch: Stretch) -> list[tuple[int, int]]:
    """Stretches of one side that cannot be made longer, as long and as quiet as another."""
    found = []
    for start in range(T):
        for end in range(start + len(stretch), T + 1):
            around = {start - 1, end} & set(range(T))
            whole = plain_throughout([on], start, end, stretch.before, stretch.after)
            if whole and not any(on[t] for t in around):
                found.append((start, end))
    return found


def plain_matching(on: Any, chosen: list[int], stretch: Stretch, least: int, most: int) -> Any:
    """All stretches that cannot be made longer, ranked; then the first of those that overlap."""

    def among(start: int, end: int) -> set[int]:
        its = plain_throughout(on, start, end, stretch.before, stretch.after)
        return its & set(chosen)

    ranked = []
    for start in range(T):
        for end in range(start + 1, T + 1):
            its = among(start, end)
            longer = [(start - 1, end)] * (start > 0) + [(start, end + 1)] * (end < T)
            overlaps = start < stretch.end and end > stretch.start
            if len(its) >= least and not overlaps and not any(its <= among(*one) for one in longer):
                others = plain_throughout(on, start, end, 0, 0) - set(chosen)
                unlike = abs(end - start - len(stretch))
                ranked.append((-len(its), len(others), unlike, start, end, its))
    long = [one for one in ranked if one[4] - one[3] >= len(stretch)]
    whole = sum(-one[0] == len(chosen) for one in long)
    places: list[Any] = []
    for _, others, _, start, end, its in sorted(ranked, key=lambda one: one[:5]):
        if len(places) < most and all(end <= a or start >= b for a, b, *_ in places):
            places.append((start, end, its, others))
    return whole, places


def all_sides(own: Switching) -> list[Side]:
    return [Side(unit, high) for high in (False, True) for unit in range(own.units)]


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16, np.int8])
@pytest.mark.parametrize("outer", [0.2, 0.3, 0.49])
def test_a_unit_is_high_and_low_in_the_outermost_parts_of_its_range(
    kind: Any, outer: float
) -> None:
    random = np.random.default_rng(5)
    values = (random.normal(size=(23, 40)) * 40).astype(kind)  # more sides than fill a word
    values[:, 3] = 7
    values[::2, 4] = 8
    values[1::2, 4] = 9
    own = switching(values, outer)
    sides = all_sides(own)
    plain = [[is_on(values, side, t, outer) for t in range(23)] for side in sides]
    assert own.columns(sides).tolist() == plain
    assert (own.over(values[5:9]) == own.rows[5:9]).all()
    assert own.sides(own.row([Side(39), Side(0, high=False)])) == [Side(0, high=False), Side(39)]


def test_what_is_rare_or_tiny_does_not_stretch_a_range() -> None:
    random = np.random.default_rng(2)
    values = random.random((200_000, 4))
    values[:, 1] *= 0.01  # less than a fiftieth of the others
    values[7::5_000, 2] = 50  # 40 of 200,000
    values[:300, 3] = 10  # 300 are more than one in 1,000
    own = switching(values, 0.3)
    looked_at = np.sort(values[::4], axis=0)
    low, high = looked_at[50], looked_at[-51]
    assert np.allclose(own.low_to[[0, 2, 3]], (low + 0.3 * (high - low))[[0, 2, 3]])
    assert np.allclose(own.high_from[[0, 2]], 0.7, atol=0.01) and own.high_from[3] > 6
    assert own.moves.tolist() == [True, False, True, True]
    assert not own.columns([Side(1), Side(1, high=False)]).any()


def test_a_unit_that_is_no_number_is_neither_high_nor_low() -> None:
    values = np.arange(12.0).reshape(6, 2)
    values[2, 0] = np.nan
    values[:, 1] = [0, 1, 2, 3, 4, np.inf]
    assert not switching(values).rows.any()


@pytest.mark.parametrize(("before", "after"), PATTERNS)
def test_followers_and_their_rarity_are_as_defined(before: int, after: int) -> None:
    seen = 0
    for seed in range(12):
        values = slow(seed)
        own = switching(values)
        sides = all_sides(own)
        on = own.columns(sides)
        start = [0, 7, T - 1, 20][seed % 4]
        stretch = Stretch(start, min(T, start + 1 + seed % 3), before, after)
        expected = []
        for number in plain_throughout(on, stretch.start, stretch.end, before, after):
            runs = plain_runs(on[number], stretch)
            share = sum(b - a for a, b in runs) / T
            expected.append((share, len(runs) - 1, sides[number]))
        found = followers(own, stretch)
        assert [(one.share, one.runs, one.side) for one in found] == sorted(expected)
        elsewhere = followers(own, Stretch(0, len(stretch)), values[start : stretch.end])
        if not before and not after:
            assert [(one.side, one.runs - 1) for one in elsewhere] == [
                (one.side, one.runs) for one in found
            ]
        seen += len(found)
    assert seen > 5


@pytest.mark.parametrize(("before", "after"), PATTERNS)
@pytest.mark.parametrize("most", [50, 3])
def test_places_are_found_and_ranked_as_defined(
    before: int, after: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_EVENTS", 7)
    monkeypatch.setattr(module, "_GATHERED", 9)
    seen = 0
    for seed in range(10):
        own = switching(slow(seed))
        sides = all_sides(own)
        on = own.columns(sides)
        random = np.random.default_rng(seed)
        chosen = sorted(random.permutation([0, 1, 2, 4, 5, 6, 7, 9])[: 1 + seed % 4].tolist())
        start = [0, 11, T - 1][seed % 3]
        stretch = Stretch(start, min(T, start + 1 + seed % 4), before, after)
        least = 1 + seed % 2
        whole, places = plain_matching(on, chosen, stretch, least, most)
        found = matching(own, [sides[one] for one in chosen], stretch, least=least, most=most)
        given = [(one.start, one.end, set(one.on), one.others) for one in found.places]
        assert found.whole == whole
        assert given == [(a, b, {sides[one] for one in its}, o) for a, b, its, o in places]
        seen += len(given)
    assert seen > 10


def test_chance_keeps_what_each_unit_does_and_loses_what_they_do_together() -> None:
    random = np.random.default_rng(3)
    noise = random.random((20_000, 3)) < 0.1
    together = np.concatenate([noise, noise[:, :1]], axis=1).astype(float)
    own = switching(together)
    apart, twins = [Side(0), Side(1)], [Side(0), Side(3)]
    stretch = Stretch(0, 1)
    by_chance = coincidence(own, twins, stretch)
    assert by_chance is not None and by_chance.line < 300
    found = matching(own, twins, stretch)
    assert found.whole > 1_500 > 1_000 > by_chance.mean > 100  # 20,000 times 0.1 times 0.1 is 200
    independent = coincidence(own, apart, stretch)
    assert independent is not None
    assert abs(matching(own, apart, stretch).whole - independent.mean) < 50
    assert coincidence(own, [Side(0)], stretch) is None
    assert coincidence(own, twins, Stretch(0, 251)) is None  # a block has 1,000 characters
    longer = coincidence(own, twins, Stretch(0, 2))
    assert longer is not None and longer.line < 10 < matching(own, twins, Stretch(0, 2)).whole
    # Two that begin together are fewer.
    strict = coincidence(own, twins, Stretch(0, 1, before=1, after=1))
    assert strict is not None and strict.mean < by_chance.mean


def test_all_of_a_text_and_a_unit_that_is_always_on_are_normal_cases() -> None:
    values = np.array([[1.0, 4], [1, 5], [1, 5], [0, 5]])
    own = switching(values)
    assert [str(one.side) for one in followers(own, Stretch(1, 3))] == ["0", "1"]
    assert [(one.runs, one.share) for one in followers(own, Stretch(1, 3))] == [
        (0, 0.75),
        (0, 0.75),
    ]
    assert followers(own, Stretch(0, 4)) == []
    assert throughout(own.rows, Stretch(1, 3)).any()
    found = matching(own, [Side(1)], Stretch(0, 4))
    assert (found.whole, found.places) == (0, ())
    assert matching(own, [Side(1)], Stretch(0, 3), here=False).whole == 1


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda own: followers(own, Stretch(2, 2)), "goes from 2 to 2; select one character"),
        (lambda own: followers(own, Stretch(0, 9)), "from 0 to 9; select"),
        (lambda own: followers(own, Stretch(0, 1, -1)), "counted from 0"),
        (lambda own: matching(own, [], Stretch(0, 1)), "0 units are chosen; choose 1 to 16."),
        (lambda own: matching(own, [Side(7)], Stretch(0, 1)), "no unit 7; give 0 to 1."),
        (lambda own: matching(own, [Side(0)], Stretch(0, 5)), "from 0 to 5; select"),
        (lambda own: switching(np.zeros((0, 2))), "shape (0, 2)"),
        (lambda own: switching(np.zeros((3, 2)), 0.5), "outer is 0.5; give a share"),
    ],
)
def test_what_cannot_be_asked_is_said(ask: Any, says: str) -> None:
    with pytest.raises(ValueError, match=escape(says)):
        ask(switching(np.array([[0.0, 1], [1, 0], [1, 0], [0, 1]])))
