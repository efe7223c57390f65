"""Scores are AUC and Spearman's rho, ties and all; chance is what re-paired blocks reach."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.units.chance import (
    BLOCKS,
    DRAWS,
    line,
    line_of_all,
    p_value,
    paired,
    re_pairings,
)
from rnnviz.analysis.units.ranks import block_ranks, levels, ranks
from rnnviz.analysis.units.scores import Question, scores
from rnnviz.records import Array, Floats
from tests.analysis.units.texts import slow

TIME, UNITS = 431, 7
RANDOM = np.random.default_rng(3)


def midranks(values: Array) -> Array:
    """By the plain definition."""
    return np.array([(values < x).sum() + ((values == x).sum() + 1) / 2 for x in values])


def states(seed: int = 0, time: int = TIME) -> Floats:
    """Units of every kind: smooth, in three values, mostly zero, constant (time, unit)."""
    random = np.random.default_rng(seed)
    values = (np.rint(500 * np.tanh(random.normal(size=(time, UNITS)))) / 500).astype(np.float32)
    values[:, 1] = random.integers(0, 3, time)
    values[:, 2] = np.rint(90 * np.maximum(random.normal(size=time) - 1, 0))
    values[:, 3] = 0.25
    return values


def asked(time: int = TIME) -> list[Question]:
    gaps = np.where(RANDOM.random(time) < 0.3, np.nan, RANDOM.integers(0, 9, time))
    return [
        Question("", True, (RANDOM.random(time) < 0.2).astype(float)),
        Question("", False, RANDOM.integers(0, 5, time).astype(float)),
        Question("", False, gaps),
    ]


def plain_score(values: Array, question: Question) -> float:
    known = ~np.isnan(question.values)
    values, labels = values[known], question.values[known]
    if question.binary:
        pairs = values[labels == 1][:, None] - values[labels == 0]
        return float(np.sign(pairs).mean())
    ranked, other = midranks(values), midranks(labels)
    return float(np.corrcoef(ranked, other)[0, 1]) if np.ptp(values) > 0 else 0.0


def test_ranks_are_those_of_the_plain_definition() -> None:
    values = states()
    for row, own in zip(ranks(levels(values)), values.T, strict=True):
        expected = (midranks(own) - (TIME + 1) / 2) / TIME
        np.testing.assert_allclose(row, expected, atol=1e-6)


def test_a_unit_that_hardly_moves_is_taken_to_stand_still() -> None:
    values = np.array([[0.0, 0.0], [1e-36, 1e-30], [5e-37, 5e-31]], np.float32)
    assert levels(values).tolist() == [[0, 0, 0], [0, 65535, 32768]]


def test_ranks_within_blocks_are_those_of_each_block_alone() -> None:
    values, length = states(), TIME // 4
    found = block_ranks(levels(values), 4)
    for unit in range(UNITS):
        for block in range(4):
            own = values[block * length : (block + 1) * length, unit]
            expected = (midranks(own) - (length + 1) / 2) / length
            np.testing.assert_allclose(found[unit, block], expected, atol=1e-6)


def test_scores_are_auc_and_spearman() -> None:
    values, questions = states(), asked()
    found = scores(levels(values), questions)
    expected = [[plain_score(own, question) for own in values.T] for question in questions]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_values_closer_than_a_level_may_be_taken_for_equal() -> None:
    values = np.tanh(np.random.default_rng(2).normal(size=(TIME, 3)))
    questions = asked()
    expected = [[plain_score(own, question) for own in values.T] for question in questions]
    np.testing.assert_allclose(scores(levels(values), questions), expected, atol=1e-3)


def test_what_is_no_number_or_does_not_vary_has_no_score() -> None:
    values = states()
    values[5, 0], values[6, 4] = np.nan, np.inf
    constant = Question("", True, np.ones(TIME))
    silent = Question("", False, np.full(TIME, np.nan))
    found = scores(levels(values), [*asked(), constant, silent])
    assert (found[:, [0, 3, 4]] == 0).all()
    assert (found[3:] == 0).all()
    chance = paired(levels(values), [constant, silent])
    assert (chance.within == 0).all() and (chance.largest == 0).all()


def test_no_block_stays_in_its_place() -> None:
    orders = re_pairings(seed=4)
    assert orders.shape == (DRAWS, BLOCKS)
    assert (np.sort(orders, axis=1) == np.arange(BLOCKS)).all()
    assert (orders != np.arange(BLOCKS)).all()
    assert (orders != re_pairings(seed=5)).any()


def test_chance_is_that_of_the_plain_definition() -> None:
    values, questions = states(time=BLOCKS * 11), asked(BLOCKS * 11)[:2]
    found = paired(levels(values), questions, seed=2)
    cut = values.T.reshape(UNITS, BLOCKS, 11)
    for row, question in enumerate(questions):
        labels = question.values.reshape(BLOCKS, 11)
        orders = [np.arange(BLOCKS), *re_pairings(seed=2)[:3]]
        plain = [
            [_stratified(own, labels[order], question.binary) for own in cut] for order in orders
        ]
        np.testing.assert_allclose(found.within[row], plain[0], atol=1e-5)
        np.testing.assert_allclose(found.largest[row, :3], np.abs(plain[1:]).max(1), atol=1e-5)


def _stratified(own: Array, labels: Array, binary: bool) -> float:
    """Covariances of ranks within blocks, added up and divided by the most they can be."""
    ranked = np.array([midranks(block) for block in own])
    other = np.array([block if binary else midranks(block) for block in labels])
    ranked -= ranked.mean(1, keepdims=True)
    other = other - other.mean(1, keepdims=True)
    if binary:
        return float(2 * (ranked * other).sum() / ((other**2).sum() * own.shape[1]))
    size = np.sqrt((ranked**2).sum() * (other**2).sum())
    return float((ranked * other).sum() / size) if size > 0 else 0.0


def test_labels_of_another_text_pass_the_line_about_as_often_as_it_says() -> None:
    over = 0
    for seed in range(20):
        label = slow(1, seed + 1_000, 2_000)[:, 0]
        questions = [Question("", True, (label > 0.3).astype(float)), Question("", False, label)]
        found = paired(levels(slow(5, seed, 2_000)), questions)
        over += sum(
            p_value(float(np.abs(own).max()), largest) < 0.05
            for own, largest in zip(found.within, found.largest, strict=True)
        )
    assert over <= 6  # of 40, where 2 are expected: more has a chance of 0.3 %


def test_what_is_there_is_above_the_line() -> None:
    label = slow(1, 9, 2_000)[:, 0]
    values = slow(5, 8, 2_000)
    values[:, 3] -= label
    found = paired(levels(values), [Question("", False, label)])
    assert found.within[0, 3] < -line(found.largest[0])
    assert p_value(float(found.within[0, 3]), found.largest[0]) == 1 / (1 + DRAWS)


def test_a_table_of_more_hypotheses_has_a_higher_line() -> None:
    draws = list(RANDOM.random((6, 999)))
    assert line_of_all(draws[:1]) == pytest.approx(1)
    factor = line_of_all(draws)
    passed = np.mean([(one > line(one) * factor) for one in draws], axis=1)
    over = np.any([one > line(one) * factor for one in draws], axis=0).mean()
    assert over == pytest.approx(0.05, abs=0.002)
    assert passed.max() < 0.05
    assert line_of_all([np.zeros(9)]) == 1
