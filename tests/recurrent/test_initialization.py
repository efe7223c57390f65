"""Initial weights have the properties that their docstring gives as reasons."""

from __future__ import annotations

import math

import pytest
import torch

from rnnviz.config import ModelConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.initialization import initialize
from rnnviz.recurrent.softmax import next_character_loss
from tests.networks import CELLS, VOCAB, make_ids


def make(cell: tuple[str, str]) -> CharRNN:
    network = CharRNN(ModelConfig(cell[0], cell[1], 11, 2), VOCAB, dtype=torch.float64)  # type: ignore[arg-type]
    initialize(network, torch.Generator().manual_seed(1))
    return network


@pytest.mark.parametrize(("cell", "size"), [*zip(CELLS, [1, 1, 4, 1, 1], strict=True)])
def test_every_recurrent_block_has_equal_singular_values(cell: tuple[str, str], size: int) -> None:
    for layer in range(2):
        for block in make(cell).parameters[f"rnn.weight_hh_l{layer}"].split(11):
            values = torch.linalg.svdvals(block)
            torch.testing.assert_close(values, torch.full_like(values, size))


def test_relu_starts_as_the_identity() -> None:
    weight = make(("rnn", "relu")).parameters["rnn.weight_hh_l1"]
    assert torch.equal(weight, torch.eye(11, dtype=torch.float64))


def test_only_the_forget_gate_of_an_lstm_has_a_bias() -> None:
    bias = make(("lstm", "tanh")).parameters["rnn.bias_ih_l0"].view(4, 11)
    assert bias.sum(1).tolist() == [0, 11, 0, 0]
    assert make(("gru", "tanh")).parameters["rnn.bias_ih_l0"].abs().sum() == 0


@pytest.mark.parametrize("cell", CELLS)
def test_the_first_loss_is_near_that_of_guessing(cell: tuple[str, str]) -> None:
    network, (inputs, targets) = make(cell), make_ids(13, 5)
    unroll = network.unroll(inputs, network.zero_state(13), Arena(network.flat))
    loss = next_character_loss(network.logits(unroll.output), targets).mean()
    assert math.log(VOCAB) - 0.2 < loss < math.log(VOCAB) + 2.0


def test_a_seed_fixes_all_weights() -> None:
    assert torch.equal(make(CELLS[4]).flat, make(CELLS[4]).flat)
