"""The lesson's reading of a real network against the library's own."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.trace import trace
from rnnviz.config import ModelConfig
from rnnviz.lessons.network import read
from tests.networks import CELLS, VOCAB, make_network


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
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
