"""Weights that train well, by cell."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from rnnviz.cells import CELLS, Function, Gate
from rnnviz.config import CHRONO, ModelConfig
from rnnviz.recurrent.char_rnn import CharRNN

# By what bounds the states.
_INPUT_BOUND: Mapping[Function, float] = {"tanh": 3.0, "sigmoid": 3.0, "relu": 1.0, "positive": 3.0}
_DECODER_BOUND: Mapping[Function, float] = {
    "tanh": 1.0,
    "sigmoid": 1.0,
    "relu": 0.5,
    "positive": 0.5,
}


def initialize(network: CharRNN, generator: torch.Generator) -> None:
    """Draw the initial weights, those that are usual where the configuration says no other.

    Two networks that differ in `recurrent_init`, `recurrent_gain` or `forget_bias` alone begin with
    all other weights alike, given the same seed. What is usual:

    * Recurrent weights are orthogonal, block by block for gates (Saxe et al. 2014): all singular
      values are 1, so that in the linear regime a state neither dies nor blows up.
    * relu RNN: half the identity plus half an orthogonal matrix in layer 0, orthogonal above it.
      Nothing bounds a relu, so no singular value may exceed 1. The whole identity (IRNN; Le,
      Jaitly & Hinton 2015) adds up all it reads: the first loss rises with every window, and with
      2, 3 and 4 layers it began at 80, 1,300 and 17,000 nats. On Shakespeare, 128 units, 700
      iterations at rates of 2e-3, 4e-3, 8e-3: 1.90, 1.83, 1.79 nats (identity: 1.92, 1.84, 1.81);
      2 layers: 1.82, 1.74, 1.72 (1.93, 1.87, 1.82); 3: 1.82, 1.74, 1.72 (diverged, 2.12, 2.03).
    * sigmoid RNN: orthogonal times 4, because the slope of the sigmoid is at most 1/4: the
      product of the two is what the gradient is multiplied by at every timestep.
    * LSTM: forget bias 1 (Gers et al. 2000; Jozefowicz et al. 2015); a forget gate that starts
      at 0.73 rather than 0.5 keeps a trace for several characters before anything is learned.
    * Input weights: a one-hot input meets one column alone, so its spread is that of the gates'
      arguments themselves: uniform in +-3 for layer 0 (a standard deviation of 1.7), with the
      variance of an average of units above it. At +-1/2 the loss after 600 iterations on
      Shakespeare was 1.84 nats, at +-1.7 it was 1.73, at +-3 1.68; at +-5 it was worse
      again. A relu is not squashed: it starts at +-1, and at +-2 would end no lower.
    * The decoder starts small, so that the first loss is near log(vocab_size); smaller by half for
      a relu and a minGRU, whose states are the largest.
    """
    config, units = network.config, network.config.hidden_size
    h_is = network.cell.facts.h_is or config.nonlinearity
    for name, weight in network.parameters.items():
        if "weight_hh" in name:
            for block in weight.split(units):
                block.copy_(_recurrent(config, name.endswith("_l0"), weight.dtype, generator))
        elif name == "rnn.weight_ih_l0":
            weight.copy_(_uniform(weight, _INPUT_BOUND[h_is], generator))
        elif "weight_ih" in name:
            weight.copy_(_uniform(weight, math.sqrt(3 / units), generator))
        elif name == "decoder.weight":
            bound = _DECODER_BOUND[h_is] / math.sqrt(units)
            weight.copy_(_uniform(weight, bound, generator))
    for name, bias in network.parameters.items():  # last: chrono draws, and changes nothing else
        if "bias_ih" in name:
            _set_biases(network, bias, generator)


def _uniform(weight: Tensor, bound: float, generator: torch.Generator) -> Tensor:
    """Drawn on the CPU, so that a seed means the same on every device."""
    drawn = torch.rand(weight.shape, generator=generator, dtype=torch.float64)
    return (2 * drawn - 1) * bound


def _recurrent(
    config: ModelConfig, lowest: bool, dtype: torch.dtype, generator: torch.Generator
) -> Tensor:
    """One block of W_hh (unit, unit); as much is drawn for any."""
    units = config.hidden_size
    gaussian = torch.randn(units, units, generator=generator, dtype=torch.float64)
    identity = torch.eye(units, dtype=dtype)
    match config.recurrent_init:
        case "identity":
            matrix = identity
        case "normal":
            matrix = gaussian / math.sqrt(units)
        case "orthogonal":
            matrix = _orthogonal(gaussian)
        case None:
            matrix = _orthogonal(gaussian)
            if config.nonlinearity == "relu" and lowest:
                matrix = (matrix.to(dtype) + identity) / 2
    gain = config.usual_gain if config.recurrent_gain is None else config.recurrent_gain
    return matrix * gain


def _orthogonal(gaussian: Tensor) -> Tensor:
    q, r = torch.linalg.qr(gaussian)
    orthogonal: Tensor = q * torch.sign(torch.diagonal(r))
    return orthogonal


def _set_biases(network: CharRNN, bias: Tensor, generator: torch.Generator) -> None:
    """The biases of a layer's gates (gates * unit)."""
    config, facts = network.config, network.cell.facts
    spread = _chrono(config, generator) if config.forget_bias == CHRONO else None
    for gate, rows in zip(facts.gates, bias.split(config.hidden_size), strict=False):
        rows.copy_(gate.keeps * spread) if spread is not None else rows.fill_(_bias(gate, config))


def _bias(gate: Gate, config: ModelConfig) -> float:
    """Where its arguments begin: `forget_bias` is of the gate that keeps, and towards keeping."""
    keeping = CELLS[config.cell].keeping
    if gate is keeping and isinstance(config.forget_bias, int | float):
        return gate.keeps * config.forget_bias
    return gate.bias


def _chrono(config: ModelConfig, generator: torch.Generator) -> Tensor:
    """log(U(1, T - 1)) for every unit, T being the longest memory."""
    assert config.chrono_memory is not None
    drawn = torch.rand(config.hidden_size, generator=generator, dtype=torch.float64)
    return torch.log(1 + drawn * (config.chrono_memory - 2))
