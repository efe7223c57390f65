"""What truncation costs a network of any cell."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from rnnviz.analysis.gradients.truncation import TruncationCost, cost, windows
from rnnviz.records import Array, Ids
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.parameters import Parameters
from rnnviz.recurrent.softmax import decoder_backward


def network_costs(network: CharRNN, ids: Ids, lengths: Sequence[int]) -> list[TruncationCost]:
    """What each window costs a network, whatever its cell, in the gradient of all its W_hh.

    Of a cell that has none it is that of all its W_ih, by which its gates decide what is kept.

    Args:
        network: the network.
        ids: the text (time + 1), read from the zero state.
        lengths: the windows k to try.
    """
    full = _gradient(network, ids, len(ids) - 1)
    found = [(length, _gradient(network, ids, length)) for length in lengths]
    return [cost(length, one, full) for length, one in found]


@torch.inference_mode()
def _gradient(network: CharRNN, ids: Ids, sequence_length: int) -> Array:
    """The gradient of the summed loss by these, state carried and gradient cut at windows."""
    arena, state, weights = Arena(network.flat), network.zero_state(1), network.ready()
    gradients = network.parameters.zeros_like()
    total = torch.zeros_like(_recurrent(gradients))
    every = torch.from_numpy(ids).to(network.flat.device)
    for window in windows(len(ids) - 1, sequence_length):
        arena.reset()
        read, targets = every[window.start : window.stop], every[window.start + 1 : window.stop + 1]
        unroll = network.unroll(read[:, None], state, arena, weights=weights)
        _, d_output = decoder_backward(
            network, unroll, targets[:, None], None, gradients, arena, len(targets)
        )
        network.backward(unroll, d_output, arena, gradients=gradients)
        state = unroll.state
        total += _recurrent(gradients) * len(window)  # it was that of the mean over the window
    found: Array = total.cpu().numpy()
    return found


def _recurrent(gradients: Parameters) -> Tensor:
    """The gradients of every layer's W_hh, or W_ih where it has none, as one vector, in float64."""
    kind = "weight_hh" if "rnn.weight_hh_l0" in gradients else "weight_ih"
    own = [gradients[name].flatten() for name in gradients if kind in name]
    return torch.cat(own).double()
