"""A unit that counts is found, judged on text it was not chosen on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.analysis.states.trace import trace
from rnnviz.analysis.units.chance import BLOCKS
from rnnviz.analysis.units.counting import counting_unit
from rnnviz.analysis.units.hypotheses.characters import Characters
from rnnviz.analysis.units.hypotheses.places import since_newline
from rnnviz.config import ModelConfig
from rnnviz.records import Trace
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary
from tests.analysis.units.texts import slow

RANDOM = np.random.default_rng(5)
TEXT = "".join("ab"[n % 2] * int(n) + "\n" for n in RANDOM.integers(3, 19, 300))
POSITION = np.nan_to_num(since_newline(Characters(TEXT)))
FIRST, PLANTED, UNITS = TEXT.index("\n"), 4, 7


@pytest.fixture(scope="module")
def states() -> Trace:
    """A trace of the text, its states slow and unrelated to it."""
    vocabulary = Vocabulary.of(TEXT)
    network = CharRNN(ModelConfig(cell="rnn", hidden_size=UNITS), len(vocabulary))
    return replace(trace(network, vocabulary, TEXT), h=slow(UNITS, 1, len(TEXT))[np.newaxis])


@pytest.mark.parametrize("sign", [1, -1])
def test_a_planted_unit_is_found_with_its_sign(sign: int, states: Trace) -> None:
    h = states.h.copy()
    h[0, :, PLANTED] = sign * np.tanh(POSITION / 9)
    found = counting_unit(replace(states, h=h), states)
    assert found.unit == PLANTED
    assert found.score == pytest.approx(sign)
    assert found.untrained < 0.3
    assert found.characters == pytest.approx((len(TEXT) - FIRST) / 2, abs=1)


def test_the_control_is_the_best_unit_of_the_other_network(states: Trace) -> None:
    h = states.h.copy()
    h[0, :, 2] = -POSITION
    assert counting_unit(states, replace(states, h=h)).untrained == pytest.approx(1)


def test_what_counts_on_the_first_half_alone_is_no_finding(states: Trace) -> None:
    h = states.h.copy()
    half = FIRST + (len(TEXT) - FIRST) // 2
    h[0, :half, PLANTED] = POSITION[:half]
    found = counting_unit(replace(states, h=h), states)
    assert found.unit == PLANTED
    assert abs(found.score) < 0.3


def test_too_little_text_is_refused(states: Trace) -> None:
    vocabulary = Vocabulary.of(TEXT)
    network = CharRNN(ModelConfig(cell="rnn", hidden_size=UNITS), len(vocabulary))
    short = trace(network, vocabulary, TEXT[: FIRST + BLOCKS])
    for other in (short, states):
        with pytest.raises(ValueError, match="two traces of one text of many lines"):
            counting_unit(short, other)
