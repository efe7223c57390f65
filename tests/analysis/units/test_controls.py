"""Controls say what the characters alone explain, and how many units a property takes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnviz.analysis.units.controls import by_character, within_character
from rnnviz.analysis.units.parts import autocorrelation_time, parts_of
from rnnviz.analysis.units.probes import Asked, Probe, Split, random_by_character, rotated
from rnnviz.analysis.units.scores import Question

RANDOM = np.random.default_rng(7)
TIME, UNITS, DISTINCT = 1_200, 9, 6
IDS = RANDOM.integers(0, DISTINCT, TIME)
HALF = slice(TIME // 2), slice(TIME // 2, None)


def test_what_the_character_decides_is_explained_by_it() -> None:
    vowel = Question("", True, (IDS < 2).astype(float))
    assert by_character(IDS[HALF[0]], vowel.part(HALF[0]), IDS[HALF[1]], vowel.part(HALF[1])) == (
        1,
        1,
    )


def test_what_the_one_before_decides_takes_two() -> None:
    after = Question("", False, np.concatenate([[np.nan], 2.0 * IDS[:-1]]))
    parts = [after.part(half) for half in HALF]
    one, two = by_character(IDS[HALF[0]], parts[0], IDS[HALF[1]], parts[1])
    assert abs(one) < 0.15
    assert two > 0.97


def test_a_pair_that_was_never_seen_leans_on_its_character() -> None:
    ids, later = np.array([0, 1, 0, 1, 0, 1]), np.array([1, 1, 0, 0])
    fit = Question("", True, np.array([0.0, 1, 0, 1, 0, 1]))
    assert by_character(ids, fit, later, Question("", True, np.array([1.0, 1, 0, 0]))) == (1, 1)


@pytest.mark.parametrize("binary", [True, False])
def test_within_a_character_is_over_pairs_of_equal_characters(binary: bool) -> None:
    values = RANDOM.integers(0, 9, TIME).astype(float)
    labels = (RANDOM.random(TIME) < 0.3).astype(float) if binary else RANDOM.normal(size=TIME)
    labels[::7] = np.nan
    found = within_character(values, IDS, Question("", binary, labels))
    known = ~np.isnan(labels)
    assert found == pytest.approx(_plain(values[known], IDS[known], labels[known], binary))


def _plain(values: np.ndarray, ids: np.ndarray, labels: np.ndarray, binary: bool) -> float:
    if binary:
        pairs = [
            np.sign(values[i] - values[j])
            for i in np.flatnonzero(labels == 1)
            for j in np.flatnonzero((labels == 0) & (ids == ids[i]))
        ]
        return float(np.mean(pairs))

    def rho(x: np.ndarray, y: np.ndarray) -> float:
        ranked = [[(z < v).sum() + (z == v).sum() / 2 for v in z] for z in (x, y)]
        return float(np.corrcoef(*ranked)[0, 1])

    each = [(ids == one) for one in range(DISTINCT)]
    return sum(rho(values[o], labels[o]) * o.sum() for o in each) / len(ids)


def test_what_the_character_decides_leaves_nothing_open_within_it() -> None:
    vowel = Question("", True, (IDS < 2).astype(float))
    assert math.isnan(within_character(RANDOM.normal(size=TIME), IDS, vowel))


def both(values: np.ndarray) -> Split:
    return Split(values[HALF[0]], values[HALF[1]])


def asked(labels: np.ndarray, binary: bool = False) -> Asked:
    question = Question("", binary, labels)
    return Asked(question.part(HALF[0]), question.part(HALF[1]))


def test_a_property_of_three_units_takes_a_probe_of_three() -> None:
    states = RANDOM.normal(size=(TIME, UNITS))
    label = states[:, 1] - states[:, 4] + states[:, 8]
    label[:50] = np.nan
    found = Probe(both(states)).scores(asked(label))
    assert found["1"] < found["2"] < 0.9 < 0.98 < found["4"]
    assert list(found) == ["1", "2", "4", "8", "all"]
    assert list(Probe(both(states[:, :2])).scores(asked(label))) == ["1", "all"]


def test_a_probe_of_what_nothing_holds_scores_nothing_where_it_is_judged() -> None:
    states = RANDOM.normal(size=(TIME, UNITS))
    found = Probe(both(states)).scores(asked((RANDOM.random(TIME) < 0.4).astype(float), True))
    assert abs(found["all"]) < 0.15
    constant = Probe(both(np.ones((TIME, 3)))).scores(asked(RANDOM.normal(size=TIME)))
    assert constant == {"1": 0.0, "2": 0.0, "all": 0.0}


@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_the_control_task_labels_kinds_of_characters(share: float) -> None:
    question = Question("", True, (RANDOM.random(TIME) < share).astype(float))
    drawn = random_by_character(IDS, question, seed=3).values
    assert set(drawn) == {0.0, 1.0}
    assert all(len(set(drawn[one == IDS])) == 1 for one in range(DISTINCT))
    numbers = random_by_character(IDS, Question("", False, RANDOM.normal(size=TIME)))
    assert len(set(numbers.values)) == DISTINCT


def test_a_unit_is_special_where_directions_at_random_are_not() -> None:
    states = RANDOM.normal(size=(TIME, 40))
    of_a_unit, of_all = asked(states[:, 5]), asked(states.sum(1))
    found = rotated(both(states), [of_a_unit, of_all])
    assert found[0] < 0.75
    assert found[1] < 0.75


def test_parts_lie_apart_by_five_autocorrelation_times() -> None:
    kept = RANDOM.normal(size=(20_000, 4))
    for t in range(1, len(kept)):
        kept[t] += np.array([0.0, 0.5, 0.9, 0.95]) * kept[t - 1]
    assert autocorrelation_time(kept[:, :1]) == 1
    assert autocorrelation_time(kept) == 32  # 1/e after 19.5 characters
    parts = parts_of(20_000, [kept])
    assert parts.apart
    assert parts.confirmation.start - parts.discovery.stop == parts.gap == 160
    assert parts.cause.start - parts.confirmation.stop == parts.gap
    assert not parts_of(2_000, [np.cumsum(kept, axis=0)]).apart
    assert parts_of(3_000, [np.zeros((3_000, 2))]).gap == 5
    with pytest.raises(ValueError, match="the text has 1,999 characters; to choose"):
        parts_of(1_999, [kept])
