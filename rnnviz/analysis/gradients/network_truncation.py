"""What truncation costs a network of any cell, in the gradient of each of its weight matrices.

Training reads a text in windows: the state goes on from one to the next, the gradient stops at the
window's first timestep. Cut so, a gradient is what is left of that of the whole text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnnviz.analysis.gradients.cut_text import CutText
from rnnviz.analysis.gradients.truncation import TruncationCost, cost
from rnnviz.records import Array, Ids
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.softmax import decoder_backward


@dataclass(frozen=True, slots=True, eq=False)
class Truncation:
    """Truncated gradients of the summed loss of a text beside the full one.

    Attributes:
        timesteps: of the text: so many losses are summed.
        windows: the lengths k that were tried, in rising order (window).
        parameters: the weight matrices, by PyTorch's names (parameter).
        costs: of each matrix by itself (window, parameter).
        recurrent: of the matrices of `recurrent_names` as one vector (window).
    """

    timesteps: int
    windows: tuple[int, ...]
    parameters: tuple[str, ...]
    costs: tuple[tuple[TruncationCost, ...], ...]
    recurrent: tuple[TruncationCost, ...]

    @property
    def cosine(self) -> Array:
        """Of the angle between the two (window, parameter); NaN where one is zero."""
        return np.array([[each.cosine for each in row] for row in self.costs])

    @property
    def norm_ratio(self) -> Array:
        """|truncated| / |full| (window, parameter); 1 where the full one is zero."""
        return np.array([[each.norm_ratio for each in row] for row in self.costs])

    @property
    def recurrent_names(self) -> tuple[str, ...]:
        """W_hh of every layer, W_ih of a cell that has none: those that truncation takes from."""
        return _recurrent_names(self.parameters)


def truncation(network: CharRNN, ids: Ids, lengths: Sequence[int]) -> Truncation:
    """What each window leaves of the gradient by each weight matrix: nothing is estimated.

    Args:
        network: the network.
        ids: the text (time + 1), read from the zero state; the last is only predicted.
        lengths: the windows k to try.

    Raises:
        ValueError: there is no loss, or a window is shorter than one timestep.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig("rnn", "relu", hidden_size=1), 2, dtype=torch.float64)
        >>> network.parameters["rnn.weight_hh_l0"].fill_(0.5)  # a linear recurrence, w = 1/2
        tensor([[0.5000]], dtype=torch.float64)
        >>> _ = network.parameters["rnn.bias_ih_l0"].fill_(1.0)
        >>> network.parameters["decoder.weight"][0] = 1.0
        >>> found = truncation(network, np.array([0, 0, 1]), [1, 2])
        >>> found.parameters, found.cosine.round(3).tolist()
        (('weight_ih_l0', 'weight_hh_l0', 'decoder.weight'), [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
        >>> found.norm_ratio.round(2).tolist()
        [[0.57, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    text, asked = CutText(network, ids), tuple(sorted(set(lengths)))
    full = _gradients(text, text.timesteps)
    found = [_gradients(text, length) for length in asked]
    pairs = list(zip(asked, found, strict=True))
    return Truncation(
        text.timesteps,
        asked,
        tuple(name.removeprefix("rnn.") for name in full),
        tuple(tuple(cost(k, one[name], full[name]) for name in full) for k, one in pairs),
        tuple(cost(k, _recurrent(one), _recurrent(full)) for k, one in pairs),
    )


def network_costs(network: CharRNN, ids: Ids, lengths: Sequence[int]) -> list[TruncationCost]:
    """What each window costs a network, whatever its cell, in the gradient of all its W_hh.

    Of a cell that has none it is that of all its W_ih, by which its gates decide what is kept.

    Args:
        network: the network.
        ids: the text (time + 1), read from the zero state.
        lengths: the windows k to try.
    """
    text = CutText(network, ids)
    full = _recurrent(_gradients(text, text.timesteps))
    return [cost(k, _recurrent(_gradients(text, k)), full) for k in lengths]


@torch.inference_mode()
def _gradients(text: CutText, sequence_length: int) -> dict[str, Array]:
    """The gradient of the summed loss by every weight matrix, cut at windows, in float64."""
    network, total = text.network, dict[str, Tensor]()
    for windows in text.windows(sequence_length):
        gradients = network.parameters.zeros_like()
        _, d_output = decoder_backward(
            network, windows.unroll, windows.targets, None, gradients, windows.arena, 1
        )
        network.backward(windows.unroll, d_output, windows.arena, gradients=gradients)
        for name in gradients:
            if "weight" in name:
                total[name] = total.get(name, 0) + gradients[name].double()
    return {name: found.cpu().numpy() for name, found in total.items()}


def _recurrent(gradients: Mapping[str, Array]) -> Array:
    """Those of every layer's W_hh as one vector, of W_ih where there is none."""
    return np.concatenate([gradients[name].ravel() for name in _recurrent_names(gradients)])


def _recurrent_names(names: Iterable[str]) -> tuple[str, ...]:
    every = list(names)
    found = [name for name in every if "weight_hh" in name]
    return tuple(found or [name for name in every if "weight_ih" in name])
