"""The n-gram baseline: the definition, written out slowly, and what follows from it by hand."""

from __future__ import annotations

import math
import tracemalloc
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rnnviz.records import Ids
from rnnviz.text import ngram
from rnnviz.text.ngram import (
    MAX_ORDER,
    Baseline,
    baselines_by_order,
    describe_counted,
    ngram_baseline,
    ngram_probabilities,
)
from rnnviz.text.windows import Split

VOCAB_SIZE = 5
TRAINING = st.lists(st.integers(0, VOCAB_SIZE - 1), max_size=80)
CONTEXT = st.lists(st.integers(0, VOCAB_SIZE - 1), min_size=6, max_size=6)


class Naive:
    """Witten-Bell by its definition: dictionaries of strings, one probability at a time."""

    def __init__(self, training: list[int], vocab_size: int) -> None:
        self._vocab_size = vocab_size
        self._count: Counter[tuple[int, ...]] = Counter()
        for length in range(1, MAX_ORDER + 1):
            for end in range(length, len(training) + 1):
                self._count[tuple(training[end - length : end])] += 1

    def probability(self, context: list[int], character: int, order: int) -> float:
        if order == 0:
            return 1 / self._vocab_size
        h = tuple(context[len(context) - order + 1 :])
        lower = self.probability(context, character, order - 1)
        after = [self._count[(*h, c)] for c in range(self._vocab_size)]
        if sum(after) == 0:
            return lower
        different = sum(count > 0 for count in after)
        return (after[character] + different * lower) / (sum(after) + different)


def as_ids(values: object) -> Ids:
    return np.array(values, dtype=np.uint8)


def every_next(training: list[int], context: list[int]) -> NDArray[np.float64]:
    """P(c | context) of every character (order, c)."""
    passages = as_ids([[*context, c] for c in range(VOCAB_SIZE)])
    found = ngram_probabilities(as_ids(training), passages, VOCAB_SIZE)
    return np.stack(list(found))[:, :, 0]


def random_text(characters: int, vocab_size: int, seed: int) -> Ids:
    """Characters that depend on the one before, some frequent, some rare."""
    draw = np.random.default_rng(seed)
    steps = draw.geometric(0.4, characters)
    return (np.cumsum(steps) % vocab_size).astype(np.min_scalar_type(vocab_size - 1))


@given(TRAINING, CONTEXT)
def test_probabilities_are_those_of_the_definition(training: list[int], context: list[int]) -> None:
    naive = Naive(training, VOCAB_SIZE)
    expected = [
        [naive.probability(context, c, order) for c in range(VOCAB_SIZE)]
        for order in range(1, MAX_ORDER + 1)
    ]
    np.testing.assert_allclose(every_next(training, context), expected, rtol=1e-12)


@given(TRAINING, CONTEXT)
def test_probabilities_sum_to_one(training: list[int], context: list[int]) -> None:
    found = every_next(training, context)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-12)
    assert (found > 0).all()


def test_the_losses_of_a_whole_text_are_those_of_the_definition() -> None:
    vocab_size, ids = 7, random_text(10_003, 7, seed=0)
    split = Split.of(ids)
    assert len(split.held_out) == 1000
    text, naive = ids.tolist(), Naive(split.training.tolist(), vocab_size)
    for baseline in baselines_by_order(ids, vocab_size):
        losses = [
            -math.log(naive.probability(text[place - 6 : place], text[place], baseline.order))
            for place in range(len(split.training), len(text))
        ]
        assert baseline.loss == pytest.approx(np.mean(losses), rel=1e-12)
        assert baseline.characters == len(split.training)


def test_without_training_every_character_is_as_likely() -> None:
    np.testing.assert_array_equal(every_next([], [0] * 6), np.full((MAX_ORDER, 5), 1 / 5))


def test_order_one_is_the_frequencies_mixed_with_the_uniform_distribution() -> None:
    """Three 0 and one 2: C = 3, 0, 1, 0, 0 of N = 4; T = 2 and P_0 = 1/5."""
    unigram = every_next([0, 2, 0, 0], [4, 4, 4, 4, 4, 4])[0]
    np.testing.assert_allclose(unigram, (np.array([3, 0, 1, 0, 0]) + 2 / 5) / 6)


def test_an_unseen_context_leaves_the_lower_orders_word() -> None:
    """4 is never read in training, so no context that ends in it says anything."""
    found = every_next([0, 2, 0, 0], [0, 2, 0, 0, 2, 4])
    np.testing.assert_array_equal(found, np.broadcast_to(found[0], found.shape))


@pytest.mark.parametrize("period", [2, 3])
def test_a_periodic_text_has_a_closed_form(period: int) -> None:
    """A context seen m times has one continuation: 1 - P_n = (1 - P_{n-1}) / (m + 1)."""
    characters, training = 10_000 * period, 9_000 * period
    ids = as_ids(np.arange(characters) % period)
    missing = np.full(period, 1 - 1 / period)  # 1 - P, by the last character of the context
    for order, baseline in enumerate(baselines_by_order(ids, period), start=1):
        if order > 1:
            seen = np.bincount(np.arange(order - 2, training - 1) % period)
            missing = missing / (seen + 1)
        assert baseline.loss == pytest.approx(-np.log1p(-missing).mean(), rel=1e-9, abs=1e-15)


def test_the_best_order_of_a_chain_is_that_of_the_chain() -> None:
    """Each character depends on the one before only: pairs say all that can be known."""
    ids = random_text(40_000, 9, seed=1)
    best = ngram_baseline(ids, 9)
    assert best is not None
    steps = np.diff(ids.astype(int)) % 9
    share = np.bincount(steps, minlength=9) / len(steps)
    assert best.order == 2
    assert best.loss == pytest.approx(-(share * np.log(share)).sum(), rel=0.02)


def test_random_characters_are_best_left_to_their_frequencies() -> None:
    ids = as_ids(np.random.default_rng(2).integers(0, 4, 20_000))
    best = ngram_baseline(ids, 4)
    assert best is not None
    assert (best.order, best.loss) == (1, pytest.approx(math.log(4), rel=1e-3))


@pytest.mark.parametrize("characters", [2, 9_999])
def test_without_a_held_out_part_there_is_none(characters: int) -> None:
    assert ngram_baseline(np.zeros(characters, np.uint8), 1) is None


def test_a_single_character_is_certain() -> None:
    best = ngram_baseline(np.zeros(10_000, np.uint8), 1)
    assert best == Baseline(order=1, loss=0.0, characters=9_000)


def test_strings_of_many_characters_never_overflow() -> None:
    """4,000 ** 7 strings are possible: far more than numbers of 64 bits."""
    ids = np.random.default_rng(3).permutation(np.arange(12_000) % 4_000).astype(np.uint16)
    losses = [baseline.loss for baseline in baselines_by_order(ids, 4_000)]
    assert losses[0] == pytest.approx(math.log(4_000), rel=0.1)
    assert np.isfinite(losses).all()


def test_of_a_long_text_the_end_of_the_training_part_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = random_text(20_000, 6, seed=4)
    training = Split.of(ids).training
    monkeypatch.setattr(ngram, "MOST_CHARACTERS", 5_000)
    long = ngram_baseline(ids, 6)
    assert long is not None
    assert long.characters == 5_000
    assert describe_counted(len(training)) is not None
    assert describe_counted(5_000) is None
    other = np.concatenate([random_text(13_000, 6, seed=5), ids[13_000:]])
    assert ngram_baseline(other, 6) == long


def test_of_a_long_held_out_part_characters_spread_evenly_are_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """64 stretches of 4 in 6,400 characters: all others may be anything but their context."""
    monkeypatch.setattr(ngram, "FINAL_VALIDATION_CHARACTERS", 256)
    ids = random_text(64_000, 6, seed=6)
    other = random_text(64_000, 6, seed=7)
    places = np.arange(64_000)
    read = (places < 57_600) | ((places - 57_600) % 100 < 4) | ((places - 57_600) % 100 >= 94)
    found = ngram_baseline(ids, 6)
    assert found is not None
    assert ngram_baseline(np.where(read, ids, other), 6) == found
    assert ngram_baseline(np.where(places % 100 < 4, other, ids), 6) != found


def test_memory_is_a_few_numbers_a_character() -> None:
    ids = random_text(200_000, 90, seed=8)
    tracemalloc.start()
    best = ngram_baseline(ids, 90)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert best is not None
    assert peak < 200 * len(ids)
