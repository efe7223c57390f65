"""Initial weights have the properties that their docstring gives as reasons."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from rnnviz.config import ModelConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.initialization import initialize
from rnnviz.recurrent.softmax import next_character_loss
from tests.networks import CELLS, READING, VOCAB


def make(cell: tuple[str, str]) -> CharRNN:
    network = CharRNN(ModelConfig(cell[0], cell[1], 11, 2), VOCAB, dtype=torch.float64)  # type: ignore[arg-type]
    initialize(network, torch.Generator().manual_seed(1))
    return network


BOUNDED = [cell for cell in READING if cell[1] != "relu"]


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
    for cell in ("gru", "mingru"):
        assert make((cell, "tanh")).parameters["rnn.bias_ih_l0"].abs().sum() == 0


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


def drawn(units: int = 11, cell: tuple[str, str] = ("lstm", "tanh"), **beginning: Any) -> CharRNN:
    config = ModelConfig(cell[0], cell[1], units, 2, **beginning)  # type: ignore[arg-type]
    network = CharRNN(config, VOCAB, dtype=torch.float64)
    initialize(network, torch.Generator().manual_seed(1))
    return network


@pytest.mark.parametrize("how", ["orthogonal", "identity"])
@pytest.mark.parametrize("cell", READING)
def test_the_gain_is_every_singular_value_and_the_spectral_radius(
    cell: tuple[str, str], how: str
) -> None:
    network = drawn(cell=cell, recurrent_init=how, recurrent_gain=0.2)
    for layer in range(2):
        for block in network.parameters[f"rnn.weight_hh_l{layer}"].split(11):
            values = torch.linalg.svdvals(block)
            torch.testing.assert_close(values, torch.full_like(values, 0.2))
            assert float(torch.linalg.eigvals(block).abs().max()) == pytest.approx(0.2)
            assert (how == "identity") == torch.equal(block, 0.2 * torch.eye(11).double())


def test_a_normal_matrix_obeys_the_circular_law() -> None:
    weight = drawn(300, ("rnn", "tanh"), recurrent_init="normal", recurrent_gain=3)
    block = weight.parameters["rnn.weight_hh_l0"]
    radii = torch.linalg.eigvals(block).abs() / 3
    assert float(radii.max()) == pytest.approx(1, rel=0.1)
    assert float((radii < 0.5).double().mean()) == pytest.approx(0.25, abs=0.05)  # an even disk
    assert float(torch.linalg.matrix_norm(block, 2)) == pytest.approx(6, rel=0.05)


def test_chrono_spreads_memories_evenly_up_to_the_longest() -> None:
    for cell, keeps, lets_in in (("lstm", 1, 0), ("gru", 1, None), ("mingru", None, 0)):
        gates = drawn(400, (cell, "tanh"), forget_bias="chrono", chrono_memory=100)
        bias = gates.parameters["rnn.bias_ih_l1"].view(-1, 400)
        towards = -bias[0] if keeps is None else bias[keeps]
        memory = 1 / (1 - torch.sigmoid(towards))
        assert 2 <= memory.min() < 6 and 95 < memory.max() <= 100
        assert float(memory.mean()) == pytest.approx(51, abs=3)
        others = [row for row in range(len(bias)) if row not in (keeps, lets_in)]
        assert bias[others].abs().sum() == 0
        if lets_in is not None:
            assert torch.equal(bias[lets_in], -towards)


def test_a_forget_bias_is_that_of_the_gate_that_keeps() -> None:
    for cell, sums in (("lstm", [0, 33, 0, 0]), ("gru", [0, 33, 0]), ("mingru", [-33, 0])):
        bias = drawn(cell=(cell, "tanh"), forget_bias=3).parameters["rnn.bias_ih_l0"]
        assert bias.view(-1, 11).sum(1).tolist() == sums


@pytest.mark.parametrize(
    ("beginning", "touched"),
    [
        ({"recurrent_init": "identity", "recurrent_gain": 3.0}, "weight_hh"),
        ({"recurrent_init": "normal"}, "weight_hh"),
        ({"forget_bias": "chrono", "chrono_memory": 9}, "bias_ih"),
        ({"recurrent_init": "orthogonal", "recurrent_gain": 1, "forget_bias": 1}, "nothing"),
    ],
)
def test_a_dial_changes_what_it_is_for_and_no_other_weight(
    beginning: dict[str, Any], touched: str
) -> None:
    before, after = drawn().parameters, drawn(**beginning).parameters
    differ = {name for name, weight in before.items() if not torch.equal(weight, after[name])}
    assert differ == {name for name in before if touched in name}
