"""The lesson's reading of a real network against the library's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.analysis.states.trace import trace
from rnnviz.config import ModelConfig
from rnnviz.lessons.by_hand.readout import next_character_losses
from rnnviz.lessons.by_hand.unrolled_network import read
from tests.networks import READING, TORCH_CELLS, VOCAB, make_network, make_torch


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", READING)
def test_states_and_likeliest_characters_are_those_of_the_trace(
    cell: tuple[str, str], layers: int
) -> None:
    network = make_network(cell, layers)
    text = "abcdefa"
    recorded = trace(network, "abcdef"[:VOCAB], text)
    weights = {name: weight.numpy() for name, weight in network.parameters.items()}
    assert isinstance(network.config, ModelConfig)
    reading = read(network.config, weights, recorded.ids)
    h = np.array([step.h for step in reading.steps])
    np.testing.assert_allclose(h, recorded.h[0], atol=1e-6)
    best = recorded.likeliest[:, 0]
    assert (reading.probability.argmax(1) == best).all()
    shares = reading.probability[np.arange(len(text)), best]
    np.testing.assert_allclose(shares, recorded.likeliest_probability[:, 0], atol=1e-5)
    for name, values in recorded.gates.items():
        gate = np.array([step.gates[name].value for step in reading.steps])
        np.testing.assert_allclose(gate, values[0], atol=1e-6)


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", TORCH_CELLS)
def test_top_states_logits_and_losses_are_those_of_torch(
    cell: tuple[str, str], layers: int
) -> None:
    network = make_network(cell, layers)
    weights = {name: weight.numpy() for name, weight in network.parameters.items()}
    ids, targets = np.array([3, 0, 5, 5, 1]), np.array([0, 5, 5, 1, 2])
    modules, x = make_torch(network), nn.functional.one_hot(torch.tensor(ids), VOCAB).double()
    # All timesteps one after the other; without memory, each as a batch of its own.
    for memory, given in ((True, x[:, None]), (False, x[None])):
        made = read(network.config, weights, ids, memory=memory)
        h = modules["rnn"](given)[0].reshape(len(ids), -1)
        logits = modules["decoder"](h)
        loss = nn.functional.cross_entropy(logits, torch.tensor(targets), reduction="none")
        np.testing.assert_allclose(made.h, h.detach(), atol=1e-12)
        np.testing.assert_allclose(made.logits, logits.detach(), atol=1e-12)
        np.testing.assert_allclose(
            next_character_losses(made.logits, targets), loss.detach(), atol=1e-12
        )
        np.testing.assert_allclose(made.probability, logits.softmax(1).detach(), atol=1e-12)


@pytest.mark.parametrize("cell", READING)
def test_without_memory_every_character_is_read_as_if_it_were_the_first(
    cell: tuple[str, str],
) -> None:
    network = make_network(cell, 2)
    weights = {name: weight.numpy() for name, weight in network.parameters.items()}
    without = read(network.config, weights, np.array([4, 1, 4, 4]), memory=False)
    alone = read(network.config, weights, np.array([4]))
    for t in (0, 2, 3):
        np.testing.assert_allclose(without.logits[t], alone.logits[0], atol=1e-12)
    carried = read(network.config, weights, np.array([4, 1, 4, 4]))
    np.testing.assert_allclose(carried.logits[0], alone.logits[0], atol=1e-12)
    assert np.abs(carried.logits[2] - alone.logits[0]).max() > 1e-3
    for timestep in without.steps:
        assert not timestep.h_before.any()
        assert timestep.c_before is None or not timestep.c_before.any()


def test_a_loss_too_large_for_its_probability_stays_a_number() -> None:
    weights = {"rnn.weight_ih_l0": np.zeros((1, 2)), "rnn.weight_hh_l0": np.zeros((1, 1))}
    weights |= {"rnn.bias_ih_l0": np.zeros(1), "rnn.bias_hh_l0": np.zeros(1)}
    weights |= {"decoder.weight": np.zeros((2, 1)), "decoder.bias": np.array([1000.0, 0.0])}
    made = read(ModelConfig("rnn", hidden_size=1), weights, np.array([0]))
    assert made.probability[0, 1] == 0
    np.testing.assert_allclose(next_character_losses(made.logits, np.array([1])), [1000.0])
