"""Weights that train well, by cell."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rnnviz.cells import LARGEST_SLOPE, Nonlinearity
from rnnviz.recurrent.char_rnn import CharRNN

_INPUT_BOUND = {"tanh": 3.0, "sigmoid": 3.0, "relu": 1.0}


def initialize(network: CharRNN, generator: torch.Generator) -> None:
    """Draw the initial weights.

    * Recurrent weights are orthogonal, block by block for gates (Saxe et al. 2014): all singular
      values are 1, so that in the linear regime a state neither dies nor blows up.
    * relu RNN: the identity (IRNN; Le, Jaitly & Hinton 2015). A relu's slope is exactly 1 where
      it is open, so that an orthogonal matrix with negative entries would close half the units.
    * sigmoid RNN: orthogonal times 4, because the slope of the sigmoid is at most 1/4: the
      product of the two is what the gradient is multiplied by at every timestep.
    * LSTM: forget bias 1 (Gers et al. 2000; Jozefowicz et al. 2015); a forget gate that starts
      at 0.73 rather than 0.5 keeps a trace for several characters before anything is learned.
    * Input weights: a one-hot input meets one column alone, so its spread is that of the gates'
      arguments themselves: uniform in +-3 for layer 0 (a standard deviation of 1.7), with the
      variance of an average of units above it. At +-1/2 the loss after 600 iterations on
      Shakespeare was 1.84 nats, at +-1.7 it was 1.73, at +-3 1.68; at +-5 it was worse
      again. A relu adds up what it reads: +-1 serves it better (1.81 nats, against 1.90).
    * The decoder starts small, so that the first loss is near log(vocab_size).
    """
    config, units = network.config, network.config.hidden_size
    for name, weight in network.parameters.items():
        if "weight_hh" in name:
            for block in weight.split(units):
                block.copy_(_recurrent(config.nonlinearity, units, generator))
        elif name == "rnn.weight_ih_l0":
            weight.copy_(_uniform(weight, _INPUT_BOUND[config.nonlinearity], generator))
        elif "weight_ih" in name:
            weight.copy_(_uniform(weight, math.sqrt(3 / units), generator))
        elif name == "decoder.weight":
            weight.copy_(_uniform(weight, 1 / math.sqrt(units), generator))
        elif "bias_ih" in name:
            for gate, rows in zip(network.cell.facts.gates, weight.split(units), strict=False):
                rows.fill_(gate.bias)


def _uniform(weight: Tensor, bound: float, generator: torch.Generator) -> Tensor:
    """Drawn on the CPU, so that a seed means the same on every device."""
    drawn = torch.rand(weight.shape, generator=generator, dtype=torch.float64)
    return (2 * drawn - 1) * bound


def _recurrent(nonlinearity: Nonlinearity, units: int, generator: torch.Generator) -> Tensor:
    if nonlinearity == "relu":
        return torch.eye(units)
    gaussian = torch.randn(units, units, generator=generator, dtype=torch.float64)
    q, r = torch.linalg.qr(gaussian)
    orthogonal: Tensor = q * torch.sign(torch.diagonal(r))
    return orthogonal / LARGEST_SLOPE[nonlinearity]
