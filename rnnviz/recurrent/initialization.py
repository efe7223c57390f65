"""Weights that train well, by cell."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from rnnviz.recurrent.char_rnn import CharRNN

INPUT_BOUND = 3.0


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
      Shakespeare was 1.84 nats, at +-1.7 it was 1.73, at +-3 1.68, at +-5 no better.
    * The decoder starts small, so that the first loss is near log(vocab_size).
    """
    config, parameters = network.config, network.parameters
    units = config.hidden_size
    for name, weight in parameters.items():
        if "weight_hh" in name:
            for block in weight.split(units):
                block.copy_(_recurrent(config.nonlinearity, block, generator))
        elif "weight_ih" in name:
            bound = math.sqrt(3 / units) if not name.endswith("l0") else INPUT_BOUND
            weight.uniform_(-bound, bound, generator=generator)
        elif name == "decoder.weight":
            bound = 1 / math.sqrt(units)
            weight.uniform_(-bound, bound, generator=generator)
        elif "bias_ih" in name and config.cell == "lstm":
            weight[units : 2 * units] = 1.0


def _recurrent(nonlinearity: str, block: Tensor, generator: torch.Generator) -> Tensor:
    if nonlinearity == "relu":
        return torch.eye(len(block), dtype=block.dtype, device=block.device)
    gaussian = torch.randn(block.shape, generator=generator, dtype=torch.float64)
    q, r = torch.linalg.qr(gaussian)
    orthogonal: Tensor = q * torch.sign(torch.diagonal(r))
    return orthogonal * (4 if nonlinearity == "sigmoid" else 1)
