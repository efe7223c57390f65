"""The cells of the lessons against torch.nn, and against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from rnnviz.cells import CELLS, Cell
from rnnviz.lessons.by_hand.cell import TAUGHT, CellWeights, step, unroll
from rnnviz.lessons.by_hand.readout import read_out, softmax
from rnnviz.lessons.pages.cell import review

INPUTS, UNITS, TIMESTEPS = 5, 7, 6
MODULES = {"rnn": nn.RNNCell, "gru": nn.GRUCell, "lstm": nn.LSTMCell}


def of_torch(module: nn.RNNCellBase, cell: Cell) -> CellWeights:
    values = {name: weight.detach().numpy() for name, weight in module.named_parameters()}
    return CellWeights(cell, **values)


def review_cell(cell: Cell) -> CellWeights:
    return review.cell_weights(cell, {gate: review.rows(cell, gate) for gate in CELLS[cell].blocks})


@pytest.mark.parametrize("cell", TAUGHT)
def test_every_state_is_that_of_torch(cell: Cell) -> None:
    torch.manual_seed(3)
    module = MODULES[cell](INPUTS, UNITS, dtype=torch.float64)
    inputs = torch.randn(TIMESTEPS, INPUTS, dtype=torch.float64)
    state = (torch.zeros(UNITS, dtype=torch.float64),) * 2
    for x, made in zip(inputs, unroll(of_torch(module, cell), inputs.numpy()), strict=True):
        if cell == "lstm":
            state = module(x, state)
            np.testing.assert_allclose(made.c, state[1].detach(), atol=1e-14)
        else:
            state = (module(x, state[0]), state[1])
        np.testing.assert_allclose(made.h, state[0].detach(), atol=1e-14)


@pytest.mark.parametrize("nonlinearity", ["relu", "tanh"])
def test_the_plain_cell_has_the_nonlinearity_it_is_given(nonlinearity: str) -> None:
    torch.manual_seed(5)
    module = nn.RNNCell(INPUTS, UNITS, nonlinearity=nonlinearity, dtype=torch.float64)
    values = {name: weight.detach().numpy() for name, weight in module.named_parameters()}
    weights = CellWeights("rnn", **values, nonlinearity=nonlinearity)
    x, h = torch.randn(INPUTS, dtype=torch.float64), torch.randn(UNITS, dtype=torch.float64)
    found = step(weights, x.numpy(), h.numpy()).h
    np.testing.assert_allclose(found, module(x, h).detach(), atol=1e-14)


def test_the_review_worked_out_by_hand() -> None:
    first, second = unroll(review_cell("rnn"), review.sequence())[:2]
    assert first.gates["h"].z[0] == pytest.approx(-1.5 * 0.8)
    assert first.h[0] == pytest.approx(math.tanh(-1.2))
    assert second.gates["h"].z[0] == pytest.approx(0.15 - 0.15 + 0.9 * math.tanh(-1.2))


def test_gates_forget_at_a_turn_what_the_plain_cell_cannot() -> None:
    turn = review.WORDS.index("but")
    verdict = {
        cell: [made.h[0] for made in unroll(review_cell(cell), review.sequence())]
        for cell in TAUGHT
    }
    assert verdict["rnn"][turn] < -0.4
    assert abs(verdict["gru"][turn]) < 0.2
    assert abs(verdict["lstm"][turn]) < 0.1
    assert all(values[-1] > 0.3 for values in verdict.values())


numbers = st.floats(-review.LIMIT, review.LIMIT)


@given(st.sampled_from(TAUGHT), st.lists(numbers, min_size=18, max_size=18))
def test_nothing_a_person_can_set_breaks_a_number(cell: Cell, given_numbers: list[float]) -> None:
    rows = np.array(given_numbers[:12]).reshape(2, 6)
    weights = review.cell_weights(cell, dict.fromkeys(CELLS[cell].blocks, rows))
    inputs = np.resize(given_numbers[12:], (5, 3))
    for made in unroll(weights, inputs):
        assert np.isfinite(made.h).all() and (np.abs(made.h) <= 1).all()
        for gate in made.gates.values():
            assert np.isfinite(gate.z).all() and np.isfinite(gate.value).all()
        for classes in (review.BINARY, review.CLASSES):
            table = np.resize(given_numbers, (len(classes), 3))
            output = read_out(table[:, :2], table[:, 2], made.h)
            assert ((output.probability >= 0) & (output.probability <= 1)).all()


def test_softmax_is_that_of_torch() -> None:
    logits = np.array([[0.3, -2.0, 1.0], [1e4, 0.0, -1e4]])
    np.testing.assert_allclose(softmax(logits), torch.tensor(logits).softmax(-1), atol=1e-15)


def test_weights_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="6 rows"):
        CellWeights("gru", np.zeros((2, 3)), np.zeros((2, 2)), np.zeros(2), np.zeros(2))
