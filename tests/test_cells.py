"""What is said of the cells without running them, beside what they do."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch

from rnnviz.cells import BOUNDS, CELLS, LARGEST_SLOPE, Cell, Function, Nonlinearity
from rnnviz.config import ModelConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import unroll_of
from rnnviz.recurrent.product import Ways

PHI = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "positive": lambda a: torch.where(a >= 0, a + 0.5, torch.sigmoid(a)),
}


def test_every_name_has_its_facts() -> None:
    assert tuple(CELLS) == get_args(Cell)
    assert set(LARGEST_SLOPE) == set(get_args(Nonlinearity)) < set(get_args(Function))
    assert set(BOUNDS) == set(get_args(Function)) == set(PHI)


@pytest.mark.parametrize("name", PHI)
def test_slopes_and_bounds_are_those_of_the_functions(name: Function) -> None:
    z = torch.linspace(-40, 40, 8001, dtype=torch.float64).requires_grad_()
    value = PHI[name](z)
    value.sum().backward()
    assert z.grad is not None
    if name in LARGEST_SLOPE:
        assert float(z.grad.max()) == pytest.approx(LARGEST_SLOPE[name], abs=1e-12)
    low, high = BOUNDS[name] or (0.0, float(value.detach()[-1]))
    assert (float(value.detach().min()), float(value.detach().max())) == pytest.approx(
        (low, high), abs=1e-12
    )


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_has_its_file_and_runs_with_what_it_lets_choose(cell: Cell) -> None:
    for nonlinearity in CELLS[cell].learning_rates:
        unroll = unroll_of(ModelConfig(cell=cell, nonlinearity=nonlinearity))
        assert unroll.facts is CELLS[cell]
        assert unroll.nonlinearity == nonlinearity


def test_every_gate_says_what_its_values_mean() -> None:
    gates = [gate for cell in CELLS.values() for gate in cell.gates]
    assert len({gate.does for gate in gates} - {""}) == len(gates)


def test_only_arguments_of_tanh_are_doubled() -> None:
    weights = torch.ones(12, 1)
    given = Ways(), Arena(weights), weights, weights, weights[:, 0], weights[:, 0]
    lstm = unroll_of(ModelConfig(cell="lstm")).ready(*given)
    np.testing.assert_array_equal(lstm.weight_ih[:, 0], [1] * 6 + [2] * 3 + [1] * 3)
    sigmoid = unroll_of(ModelConfig(cell="rnn", nonlinearity="sigmoid"))
    kept = sigmoid.ready(*given)
    np.testing.assert_array_equal(kept.weight_ih, weights)
