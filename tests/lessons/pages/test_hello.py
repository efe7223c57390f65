"""The word's network: its calculus against autograd, its promises from five seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.lessons.by_hand import small_rnn
from rnnviz.lessons.pages.hello import word as hello
from rnnviz.lessons.pages.hello.learner import MOST_ITERATIONS, RATE, begin, learn, learn_until
from rnnviz.lessons.pages.hello.word import Word, loss_without_memory, right_without_memory

SEEDS = range(5)
HELLO = Word.of("hello")


def test_the_first_update_is_that_of_autograd_and_adam() -> None:
    word = Word.of("mississippi")
    learner = begin(word, 5, seed=3)
    tensors = {
        n: torch.tensor(getattr(learner.network, n), requires_grad=True) for n in small_rnn.WEIGHTS
    }
    h, loss = torch.zeros(5, dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    for read, target in zip(word.inputs.tolist(), word.targets.tolist(), strict=True):
        h = (tensors["w_xh"][:, read] + tensors["w_hh"] @ h + tensors["b_h"]).tanh()
        logits = tensors["w_hy"] @ h + tensors["b_y"]
        loss = loss - logits.log_softmax(0)[target] / len(word.inputs)
    loss.backward()
    torch.optim.Adam(tensors.values(), RATE).step()
    assert learner.losses == pytest.approx([loss.item()])
    after = learn(learner, 1).network
    for name, tensor in tensors.items():
        np.testing.assert_allclose(getattr(after, name), tensor.detach(), atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_hello_is_learned_within_sixty_iterations_from_any_seed(seed: int) -> None:
    learner = learn_until(begin(HELLO, 3, seed), 60)
    assert learner.learned
    assert len(learner.losses) == learner.iteration + 1


@pytest.mark.parametrize("seed", SEEDS)
def test_once_it_is_sure_it_writes_hello_by_itself(seed: int) -> None:
    learner = learn(learn_until(begin(HELLO, 3, seed)), 100)
    written = hello.write(learner.network, first=0, length=4)
    assert "".join(HELLO.vocabulary[i] for i in written.ids) == "hello"
    assert (written.probability > 0.5).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_without_memory_never_more_than_three_of_four(seed: int) -> None:
    assert right_without_memory(HELLO) == 3
    learner = begin(HELLO, 3, seed, memory=False)
    for _ in range(20):
        learner = learn(learner, 20)
        assert learner.now.right.sum() <= 3
        assert learner.losses[-1] > math.log(2) / 2 - 1e-9
    assert not learner.network.w_hh.any()
    assert learner.losses[-1] < math.log(2) / 2 + 0.05  # as near to its floor as training takes it
    np.testing.assert_allclose(learner.now.p[2], learner.now.p[3])


def test_the_floor_without_memory_by_hand() -> None:
    assert loss_without_memory(HELLO) == pytest.approx(2 / 4 * math.log(2))
    assert loss_without_memory(Word.of("abab")) == 0
    assert loss_without_memory(Word.of("aab")) == pytest.approx(math.log(2))


def test_one_iteration_at_a_time_is_the_same_as_ten_at_once() -> None:
    slow = begin(HELLO, 3, seed=1)
    for _ in range(10):
        slow = learn(slow, 1)
    assert slow.losses == learn(begin(HELLO, 3, seed=1), 10).losses


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=2, max_size=20), st.integers(1, 12), st.booleans())
def test_any_word_works(text: str, units: int, memory: bool) -> None:
    word = Word.of(text)
    learner = learn(begin(word, units, seed=0, memory=memory), 30)
    made = learner.now
    for values in (made.h, made.logits, made.p, made.loss, learner.losses):
        assert np.isfinite(values).all()
    np.testing.assert_allclose(made.p.sum(1), 1)
    written = hello.write(learner.network, 0, 25)
    assert written.ids.max() < len(word.vocabulary)
    assert 0 <= loss_without_memory(word) <= math.log(20)


@pytest.mark.parametrize("text", ["", "a", "a" * 21])
def test_a_word_of_another_length_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=rf"{len(text)} characters?; type 2 to 20"):
        Word.of(text)


@pytest.mark.parametrize("text", ["aaaaaaaaaaaaaaaaaaab", "mississippi"])
def test_training_ends(text: str) -> None:
    learner = learn_until(begin(Word.of(text), 3, seed=0), 200)
    assert learner.learned or learner.iteration == 200
    assert MOST_ITERATIONS >= 200


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*3 * [st.integers(0, 30)]), min_size=1, max_size=19), st.integers(1, 12))
def test_rows_hold_what_every_timestep_drawn_needs_and_no_more(
    needs: list[tuple[int, int, int]], most: int
) -> None:
    count, rows = hello.rows_that_fit(np.array(needs), most)
    assert set(rows.tolist()) == {each for need in needs[:count] for each in need}
    assert (np.diff(rows) > 0).all()
    assert count == 1 or len(rows) <= most
    assert count == len(needs) or len(set(rows.tolist()) | set(needs[count])) > most
