"""Weights that train well, by cell."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rnnviz.cells import LARGEST_SLOPE, Nonlinearity
from rnnviz.recurrent.char_rnn import CharRNN

_INPUT_BOUND = {"tanh": 3.0, "sigmoid": 3.0, "relu": 1.0}
_DECODER_BOUND = {"tanh": 1.0, "sigmoid": 1.0, "relu": 0.5}


def initialize(network: CharRNN, generator: torch.Generator) -> None:
    """Draw the initial weights.

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
      a relu, whose states are the largest.
    """
    config, units = network.config, network.config.hidden_size
    for name, weight in network.parameters.items():
        if "weight_hh" in name:
            for block in weight.split(units):
                block.copy_(_orthogonal(config.nonlinearity, units, generator))
            if config.nonlinearity == "relu" and name.endswith("_l0"):
                weight.add_(torch.eye(units, device=weight.device)).div_(2)
        elif name == "rnn.weight_ih_l0":
            weight.copy_(_uniform(weight, _INPUT_BOUND[config.nonlinearity], generator))
        elif "weight_ih" in name:
            weight.copy_(_uniform(weight, math.sqrt(3 / units), generator))
        elif name == "decoder.weight":
            bound = _DECODER_BOUND[config.nonlinearity] / math.sqrt(units)
            weight.copy_(_uniform(weight, bound, generator))
        elif "bias_ih" in name:
            for gate, rows in zip(network.cell.facts.gates, weight.split(units), strict=False):
                rows.fill_(gate.bias)


def _uniform(weight: Tensor, bound: float, generator: torch.Generator) -> Tensor:
    """Drawn on the CPU, so that a seed means the same on every device."""
    drawn = torch.rand(weight.shape, generator=generator, dtype=torch.float64)
    return (2 * drawn - 1) * bound


def _orthogonal(nonlinearity: Nonlinearity, units: int, generator: torch.Generator) -> Tensor:
    gaussian = torch.randn(units, units, generator=generator, dtype=torch.float64)
    q, r = torch.linalg.qr(gaussian)
    orthogonal: Tensor = q * torch.sign(torch.diagonal(r))
    return orthogonal / LARGEST_SLOPE[nonlinearity]
