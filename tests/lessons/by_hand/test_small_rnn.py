"""The small network's calculus: by hand, against autograd, against central differences."""

from __future__ import annotations

import math
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.lessons.by_hand.gradient_check import Check, check_gradients, numeric_gradient
from rnnviz.lessons.by_hand.small_rnn import (
    MISTAKES,
    WEIGHTS,
    Mistake,
    SmallRNN,
    backward,
    forward,
    random_network,
)

IDS = np.array([0, 3, 1, 1, 2, 0])


def test_one_unit_by_hand() -> None:
    w_xh, w_hy = np.array([[1.0, 0.0]]), np.array([[1.0], [0.0]])
    network = SmallRNN(w_xh, np.array([[0.5]]), w_hy, np.zeros(1), np.zeros(2))
    ran = forward(network, np.array([0, 1, 1]))
    h_1 = math.tanh(1.0)
    h_2 = math.tanh(h_1 / 2)
    assert ran.h[:, 0] == pytest.approx([0.0, h_1, h_2])
    p_1, p_2 = (1 / (1 + math.exp(-h)) for h in (h_1, h_2))
    assert ran.loss == pytest.approx([-math.log(1 - p_1), -math.log(1 - p_2)])
    found = backward(network, ran)
    delta_2 = (1 - h_2**2) * p_2
    assert found.from_next[:, 0] == pytest.approx([delta_2 / 2, 0.0])
    assert found.terms["w_hh"][:, 0, 0] == pytest.approx([0.0, delta_2 * h_1])


@pytest.mark.parametrize("which", [(0, 1, 2, 3, 4), (2,), (0, 4)])
def test_the_terms_sum_to_the_gradient_of_autograd(which: tuple[int, ...]) -> None:
    counted = np.isin(np.arange(5), which).astype(float)
    network = random_network(hidden_size=3, vocab_size=4, seed=2)
    weights = {
        field.name: torch.tensor(getattr(network, field.name), requires_grad=True)
        for field in fields(network)
    }
    h, losses = torch.zeros(3, dtype=torch.float64), []
    for x, target in pairwise(IDS):
        h = torch.tanh(weights["w_xh"][:, x] + weights["w_hh"] @ h + weights["b_h"])
        logits = weights["w_hy"] @ h + weights["b_y"]
        losses.append(-torch.log_softmax(logits, 0)[target])
    torch.stack([losses[t] for t in which]).sum().backward()
    found = backward(network, forward(network, IDS), counted)
    for name in WEIGHTS:
        np.testing.assert_allclose(found.terms[name].sum(0), weights[name].grad, atol=1e-12)


@settings(deadline=None, max_examples=25)
@given(
    st.integers(1, 4),
    st.integers(0, 999),
    st.lists(st.integers(0, 4), min_size=2, max_size=8),
)
def test_every_network_of_the_page_passes_its_check(units: int, seed: int, ids: list[int]) -> None:
    network = random_network(units, 5, seed)
    ran = forward(network, np.array(ids))
    found = backward(network, ran)
    assert np.allclose(found.dh, found.from_loss + found.from_next)
    assert not found.from_next[-1].any()
    checks = check_gradients(network, np.array(ids), found)
    assert all(check.passed for check in checks.values())


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        ("none", set()),
        ("slope", {"w_xh", "w_hh", "b_h"}),
        ("previous", {"w_hh"}),
        ("carried", {"w_xh", "w_hh", "b_h"}),
    ],
)
def test_every_mistake_is_caught_where_it_is(mistake: Mistake, wrong: set[str]) -> None:
    network = random_network(hidden_size=3, vocab_size=4, seed=1)
    found = backward(network, forward(network, IDS), mistake=mistake)
    checks = check_gradients(network, IDS, found)
    assert {name for name, check in checks.items() if not check.passed} == wrong


@pytest.mark.parametrize("power", range(-12, 0))
def test_every_step_of_the_page_gives_a_finite_error(power: int) -> None:
    network = random_network(hidden_size=2, vocab_size=4, seed=1)
    found = backward(network, forward(network, IDS))
    for check in check_gradients(network, IDS, found, step=10.0**power).values():
        assert 0 <= check.relative_error <= 1


def test_the_error_of_differences_falls_with_the_square_of_the_step() -> None:
    network = random_network(hidden_size=2, vocab_size=4, seed=1)
    exact = backward(network, forward(network, IDS)).terms["w_hh"].sum(0)
    coarse, fine = (
        np.abs(numeric_gradient(network, IDS, "w_hh", step=step) - exact).max()
        for step in (1e-2, 1e-3)
    )
    assert coarse / fine == pytest.approx(100, rel=0.05)


def test_zero_gradients_agree() -> None:
    assert Check(np.zeros(2), np.zeros(2)).relative_error == 0.0


def test_what_cannot_be_is_refused() -> None:
    network = random_network(2, 3, 0)
    with pytest.raises(ValueError, match="at least 2"):
        forward(network, np.array([1]))
    with pytest.raises(ValueError, match=", ".join(MISTAKES)):
        backward(network, forward(network, np.array([0, 1])), mistake="typo")  # type: ignore[arg-type]
