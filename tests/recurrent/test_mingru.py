"""The minGRU: a gate that does not see the state makes its Jacobian a product of gates, exactly."""

from __future__ import annotations

import pytest
import torch

from rnnviz.config import ModelConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.recurrent.parameters import Parameters
from tests.networks import BATCH, TIMESTEPS, VOCAB, make_ids, make_network, make_state

CELL = ("mingru", "tanh")


def test_every_jacobian_is_the_product_of_what_was_kept() -> None:
    """d h_t / d h_{t-d} of each layer, by the sweep back of one cotangent a unit."""
    network, (inputs, _) = make_network(CELL, 2), make_ids(1)
    unroll = network.unroll(inputs, make_state(network, 1), Arena(network.flat))
    for layer in unroll.layers:
        units = layer.h.shape[-1]
        cotangents = torch.zeros(TIMESTEPS + 1, units, units, dtype=torch.float64)
        cotangents[-1] = torch.eye(units)
        found = layer.backward(cotangents, None, Arena(network.flat)).h
        kept = 1 - layer.gates["z"][:, 0]
        for lag in range(TIMESTEPS + 1):
            expected = torch.diag(kept[TIMESTEPS - lag :].prod(0))
            torch.testing.assert_close(found[TIMESTEPS - lag], expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("steps", ["fused", "torch"])
def test_a_candidate_is_the_papers_on_both_sides_of_zero(steps: str) -> None:
    """g(a) = a + 1/2 from 0 on, sigma(a) below; no a is lost however small or large it is."""
    network = CharRNN(ModelConfig("mingru", hidden_size=16), VOCAB)
    network.ways = type(network.ways)(steps=steps)  # type: ignore[arg-type]
    arguments = torch.tensor([-80.0, -9.0, -0.5, -1e-9, 0.0, 1e-9, 0.25, 70.0])
    network.parameters["rnn.bias_ih_l0"][16:] = arguments.repeat(2)
    ids, _ = make_ids()
    unroll = network.unroll(ids, network.zero_state(BATCH), Arena(network.flat))
    expected = torch.where(arguments >= 0, arguments + 0.5, arguments.sigmoid()).repeat(2)
    torch.testing.assert_close(
        unroll.layers[0].gates["n"], expected.expand(TIMESTEPS, BATCH, 16), rtol=1e-6, atol=0
    )


def test_a_closed_gate_keeps_the_state_and_an_open_one_takes_the_candidate() -> None:
    network, (inputs, _) = make_network(CELL), make_ids()
    bias = network.parameters["rnn.bias_ih_l0"]
    state = make_state(network)
    for value, weight in ((-60.0, 0.0), (60.0, 1.0)):
        bias[: len(bias) // 2] = value
        (layer,) = network.unroll(inputs, state, Arena(network.flat)).layers
        expected = torch.lerp(state.h[0].expand_as(layer.h[1:]), layer.gates["n"], weight)
        torch.testing.assert_close(layer.h[1:], expected, rtol=1e-12, atol=1e-12)


def test_it_has_no_weights_that_read_the_state() -> None:
    network = make_network(CELL, 2)
    assert list(network.parameters) == [
        *("rnn.weight_ih_l0", "rnn.weight_ih_l1", "decoder.weight"),
        *("rnn.bias_ih_l0", "rnn.bias_ih_l1", "decoder.bias"),
    ]
    assert isinstance(network.parameters, Parameters)
    assert isinstance(network.zero_state(1), State)
