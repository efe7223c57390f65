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
from tests.networks import CELLS, VOCAB


def make(cell: tuple[str, str]) -> CharRNN:
    network = CharRNN(ModelConfig(cell[0], cell[1], 11, 2), VOCAB, dtype=torch.float64)  # type: ignore[arg-type]
    initialize(network, torch.Generator().manual_seed(1))
    return network


BOUNDED = [cell for cell in CELLS if cell[1] != "relu"]


@pytest.mark.parametrize("cell", BOUNDED)
def test_every_recurrent_block_has_equal_singular_values(cell: tuple[str, str]) -> None:
    for layer in range(2):
        for block in make(cell).parameters[f"rnn.weight_hh_l{layer}"].split(11):
            values = torch.linalg.svdvals(block)
            size = 4 if cell[1] == "sigmoid" else 1
            torch.testing.assert_close(values, torch.full_like(values, size))


def test_no_singular_value_of_a_relu_is_above_one() -> None:
    lowest, above = (make(("rnn", "relu")).parameters[f"rnn.weight_hh_l{n}"] for n in range(2))
    orthogonal = 2 * lowest - torch.eye(11, dtype=torch.float64)
    for weight in (orthogonal, above):
        values = torch.linalg.svdvals(weight)
        torch.testing.assert_close(values, torch.ones_like(values))
    assert torch.linalg.svdvals(lowest).max() <= 1


def test_only_the_forget_gate_of_an_lstm_has_a_bias() -> None:
    bias = make(("lstm", "tanh")).parameters["rnn.bias_ih_l0"].view(4, 11)
    assert bias.sum(1).tolist() == [0, 11, 0, 0]
    assert make(("gru", "tanh")).parameters["rnn.bias_ih_l0"].abs().sum() == 0


@pytest.mark.parametrize("layers", [1, 2, 3, 4])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("units", "vocab"), [(24, 40), (100, 65), (64, 900)])
def test_an_untrained_network_loses_as_much_as_guessing(
    cell: tuple[str, str], layers: int, units: int, vocab: int
) -> None:
    config = ModelConfig(cell[0], cell[1], units, layers)  # type: ignore[arg-type]
    network, generator = CharRNN(config, vocab), torch.Generator().manual_seed(3)
    initialize(network, generator)
    frequencies = 1 / torch.arange(1.0, vocab + 1)
    state, arena = network.zero_state(4), Arena(network.flat)
    for _ in range(4):  # windows, the state carried from one to the next
        drawn = torch.multinomial(frequencies, 4 * 65, replacement=True, generator=generator)
        ids = drawn.view(65, 4)
        arena.reset()
        unroll = network.unroll(ids[:-1], state, arena)
        state = unroll.state
        loss = float(next_character_loss(network.logits(unroll.output), ids[1:]).mean())
        assert loss == pytest.approx(math.log(vocab), rel=0.05)


def test_a_seed_fixes_all_weights() -> None:
    assert torch.equal(make(CELLS[4]).flat, make(CELLS[4]).flat)
