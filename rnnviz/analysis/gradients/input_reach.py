"""Which characters mattered: how a loss depends on each character that was read before it.

A character is read as x, which is one at its own place and zero at all others. Its derivative has
an entry for every character; only differences of two of them mean anything: one says what leading
x from one character to another does to the loss. What all entries have in common does not: it is
another one as soon as a number is added to the input weights of all characters and taken from the
bias, which changes nothing that the network does. So it is left out: the norm is that of the
derivative along all directions in which the entries of x still add up to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.analysis.gradients.flow import loss_by_output, network_and_ids, swept_back
from rnnviz.models.torch_modules import TorchModule
from rnnviz.records import Floats, Ids
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.showing import Record
from rnnviz.text.vocabulary import Vocabulary

_NUMBERS = 8_000_000  # before the nonlinearity, of what is unrolled at once


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class InputReach(Record):
    """How each loss of a text depends on each character read up to it, from the zero state.

    Attributes:
        text: the characters; the loss at timestep t is that of predicting text[t + 1].
        norm: |d l_t / d x_k|, which is |d log p(text[t + 1]) / d x_k| (t, k); zero for k > t.
    """

    text: str
    norm: Floats


@torch.inference_mode()
def input_reach(
    module: CharRNN | TorchModule, vocabulary: Vocabulary | Sequence[str], text: str
) -> InputReach:
    """The dependence of every loss on every character before it (t, k), over one text.

    It is asked of a network, an alphabet and a text as `analysis.gradients.flow.gradient_flow` is,
    which says what they may be and what is raised.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=1), 2)
        >>> network.parameters["rnn.weight_hh_l0"].fill_(0.5)  # a linear recurrence, w = 1/2
        tensor([[0.5000]])
        >>> network.parameters["rnn.weight_ih_l0"].copy_(torch.tensor([[1.0, 2.0]]))
        tensor([[1., 2.]])
        >>> network.parameters["decoder.weight"][0] = 1.0
        >>> norm = input_reach(network, "ab", "aaab").norm
        >>> (norm[2] / norm[2, 2]).round(3)
        array([0.25, 0.5 , 1.  ], dtype=float32)
    """
    network, ids = network_and_ids(module, vocabulary, text)
    weights, timesteps = _differences(network), len(ids) - 1
    norm = network.flat.new_zeros(timesteps, timesteps)
    for block in swept_back(network, ids):
        norm[block.losses, : len(block.x)] = _norms(block.x, weights).t()
    return InputReach(text, norm.cpu().numpy())


@torch.inference_mode()
def reach_by_distance(
    network: CharRNN, ids: Ids, places: NDArray[np.int64], distance: int
) -> Floats:
    """|d l / d x| of predicting some characters by those before them (place, distance).

    Index 0 is the character right before; all are read from the zero state, as many before each
    place as are asked for.

    Args:
        network: the network.
        ids: of a text (time).
        places: of the characters to predict; before each there must be as many as are read.
        distance: how many are read before each.

    Raises:
        ValueError: before a place there are fewer characters.
    """
    if places.min() < distance or places.max() >= len(ids):
        raise ValueError(
            f"the places go from {places.min():,} to {places.max():,}; before each there must be "
            f"{distance:,} characters, and the text has {len(ids):,}."
        )
    text, weights = torch.from_numpy(ids.astype(np.int64)), _differences(network)
    each = len(weights) * network.config.num_layers * distance
    parts = np.array_split(places, min(len(places), -(-len(places) * each // _NUMBERS)))
    found = [_of_places(network, text, torch.from_numpy(own), distance, weights) for own in parts]
    return torch.cat(found).cpu().numpy()


def _of_places(
    network: CharRNN, text: Tensor, places: Tensor, distance: int, weights: Tensor
) -> Tensor:
    """The same of some places together: one loss each, at the end of what it reads."""
    device, arena = network.flat.device, Arena(network.flat)
    inputs = text[places + torch.arange(-distance, 0)[:, None]].to(device)
    unroll = network.unroll(inputs, network.zero_state(len(places)), arena)
    cotangents = arena.empty(distance + 1, *unroll.output.shape[1:]).zero_()
    cotangents[-1:] = loss_by_output(network, unroll.output[-1:], text[places][None].to(device))
    lowest = network.backward(unroll, cotangents, arena)[0]
    return _norms(lowest.from_input, weights).flip(0).t()


def _differences(network: CharRNN) -> Tensor:
    """The input weights less what all characters have in common (gates * unit, vocab)."""
    weights = network.parameters["rnn.weight_ih_l0"]
    return weights - weights.mean(1, keepdim=True)


def _norms(by_sum: Tensor, weights: Tensor) -> Tensor:
    """Over characters, of derivatives by W_ih x + b (..., gates * unit)."""
    norms: Tensor = torch.linalg.vector_norm(by_sum @ weights, dim=-1)
    return norms
