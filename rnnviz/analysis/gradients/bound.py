"""How much a timestep can stretch a gradient at most."""

from __future__ import annotations

import torch

from rnnviz.cells import LARGEST_SLOPE
from rnnviz.records import Floats
from rnnviz.recurrent.char_rnn import CharRNN


def step_bound(network: CharRNN) -> Floats | None:
    """The largest singular value of W_hh times the largest slope of phi (layer).

    |d h_t / d h_{t-1}| of a layer of the plain RNN is at most this, so |d h_t / d h_{t-lag}| is at
    most its lag-th power (Pascanu, Mikolov & Bengio 2013). Gated cells have other ways back: None.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig("rnn", "sigmoid", hidden_size=2), vocab_size=3)
        >>> network.parameters["rnn.weight_hh_l0"].fill_diagonal_(2.0)
        tensor([[2., 0.],
                [0., 2.]])
        >>> step_bound(network)
        array([0.5], dtype=float32)
    """
    config = network.config
    if network.cell.facts.gates:
        return None
    names = [f"rnn.weight_hh_l{layer}" for layer in range(config.num_layers)]
    largest = [torch.linalg.matrix_norm(network.parameters[name], 2) for name in names]
    return torch.stack(largest).cpu().numpy() * LARGEST_SLOPE[config.nonlinearity]
