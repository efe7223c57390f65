"""The lesson's minGRU is the one that is trained here, and its theory is what it measures."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.config import ModelConfig
from rnnviz.lessons.pages.vanishing.min_gru import UNITS, measured, read
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN

WORD = "remember"


@pytest.mark.parametrize("bias", [-2.0, 0.0, 5.0])
def test_the_product_of_gates_is_what_moving_a_state_measures(bias: float) -> None:
    reading = read(WORD, bias)
    np.testing.assert_allclose(measured(reading), reading.product, rtol=1e-6, atol=1e-15)
    assert reading.product[0].tolist() == [1.0] * UNITS


def test_it_is_the_cell_that_networks_here_have() -> None:
    letters, bias = sorted(set(WORD)), 0.75
    each = [read(letter, bias) for letter in letters]
    network = CharRNN(ModelConfig("mingru", hidden_size=UNITS), len(letters), dtype=torch.float64)
    kept = np.concatenate([one.kept for one in each])
    n = np.concatenate([one.candidate for one in each])
    low = np.minimum(n, 0.5)
    argument = np.where(n >= 0.5, n - 0.5, np.log(low / (1 - low)))
    columns = np.concatenate([np.log(1 / kept - 1), argument], 1)
    network.parameters["rnn.weight_ih_l0"].copy_(torch.from_numpy(columns.T))
    ids = torch.tensor([letters.index(letter) for letter in WORD])[:, None]
    (layer,) = network.unroll(ids, network.zero_state(1), Arena(network.flat)).layers
    np.testing.assert_allclose(layer.h[:, 0].numpy(), read(WORD, bias).h, rtol=1e-10, atol=1e-12)
