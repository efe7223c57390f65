"""A unit that counts is found, judged on text it was not chosen on, beside what chance reaches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.analysis.states.trace import trace
from rnnviz.analysis.units.counting import (
    BLOCKS,
    chance,
    columns,
    counting_unit,
    rank_correlation,
)
from rnnviz.config import ModelConfig
from rnnviz.records import Array, Trace
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary

RANDOM = np.random.default_rng(5)
TEXT = "".join("ab"[n % 2] * int(n) + "\n" for n in RANDOM.integers(3, 19, 300))
FIRST, PLANTED, UNITS = TEXT.index("\n"), 4, 7


def slow(units: int, seed: int) -> Array:
    """Signals that change as slowly as states do, of nothing in the text (time, unit)."""
    steps = np.random.default_rng(seed).normal(size=(len(TEXT), units))
    kept = np.empty_like(steps)
    kept[0] = steps[0]
    for t in range(1, len(steps)):
        kept[t] = 0.9 * kept[t - 1] + steps[t]
    return kept


@pytest.fixture(scope="module")
def states() -> Trace:
    """A trace of the text, its states slow and unrelated to it."""
    vocabulary = Vocabulary.of(TEXT)
    network = CharRNN(ModelConfig(cell="rnn", hidden_size=UNITS), len(vocabulary))
    return replace(trace(network, vocabulary, TEXT), h=slow(UNITS, seed=1)[np.newaxis])


def test_the_position_is_counted_from_the_newline() -> None:
    since = 0
    for character, column in zip(TEXT, columns(TEXT).tolist(), strict=True):
        since = 0 if character == "\n" else since + 1
        assert column == since


@pytest.mark.parametrize("sign", [1, -1])
def test_a_planted_unit_is_found_with_its_sign(sign: int, states: Trace) -> None:
    h = states.h.copy()
    h[0, :, PLANTED] = sign * np.tanh(columns(TEXT) / 9)
    found = counting_unit(replace(states, h=h), states)
    assert found.unit == PLANTED
    assert found.score == pytest.approx(sign)
    assert found.untrained < 0.3 and found.chance < 0.3
    assert found.characters == pytest.approx((len(TEXT) - FIRST) / 2, abs=1)


def test_the_control_is_the_best_unit_of_the_other_network(states: Trace) -> None:
    h = states.h.copy()
    h[0, :, 2] = -columns(TEXT)
    assert counting_unit(states, replace(states, h=h)).untrained == pytest.approx(1)


def test_what_counts_on_the_first_half_alone_is_no_finding(states: Trace) -> None:
    h = states.h.copy()
    half = FIRST + (len(TEXT) - FIRST) // 2
    h[0, :half, PLANTED] = columns(TEXT)[:half]
    found = counting_unit(replace(states, h=h), states)
    assert found.unit == PLANTED
    assert abs(found.score) < found.chance


def test_unrelated_units_pass_the_line_of_chance_about_as_often_as_it_says() -> None:
    counts = columns(TEXT)
    over = []
    for seed in range(40):
        values = slow(UNITS, seed)
        over.append(np.abs(rank_correlation(values, counts)).max() > chance(values, counts))
    assert sum(over) <= 6  # 2 expected; more than 6 has a chance of 0.3 %


def test_ranks_are_those_of_the_plain_definition() -> None:
    values = np.array([3.0, 1.0, 1.0, 7.0, 3.0, 3.0])
    counts = np.array([2, 0, 1, 1, 5, 5])

    def ranked(numbers: Array) -> Array:
        return np.array([(numbers < x).sum() + ((numbers == x).sum() + 1) / 2 for x in numbers])

    expected = np.corrcoef(ranked(values), ranked(counts))[0, 1]
    found = rank_correlation(np.stack([values, np.ones(6)], 1), counts)
    np.testing.assert_allclose(found, [expected, 0.0])


def test_too_little_text_is_refused(states: Trace) -> None:
    vocabulary = Vocabulary.of(TEXT)
    network = CharRNN(ModelConfig(cell="rnn", hidden_size=UNITS), len(vocabulary))
    short = trace(network, vocabulary, TEXT[: FIRST + BLOCKS])
    for other in (short, states):
        with pytest.raises(ValueError, match="two traces of one text of many lines"):
            counting_unit(short, other)
