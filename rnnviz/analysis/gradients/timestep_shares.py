"""What each timestep adds to the gradient of a weight matrix: all that is shared, summed up.

The gradient of a weight that is used at every timestep is a sum over them. The term of timestep t
is an outer product: of W_hh, what reaches the sum before the nonlinearity, times h_{t-1}; of W_xh,
times what is read; of W_hy, the error of the prediction times h_t.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from rnnviz.analysis.gradients.cut_text import CutText, Windows
from rnnviz.analysis.gradients.flow import loss_by_logits
from rnnviz.records import Array, Ids
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.showing import Record


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one weight matrix: that of timestep t is left[t] right[t]^T.

    Attributes:
        left: (time, row).
        right: (time, column).
    """

    left: Tensor
    right: Tensor

    @property
    def total(self) -> Tensor:
        """Their sum, the gradient (row, column)."""
        return self.left.t() @ self.right


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TimestepShares(Record):
    """How much each timestep adds to the gradient of the summed loss by each weight matrix.

    Attributes:
        parameters: the weight matrices, by PyTorch's names (parameter).
        sequence_length: the window at whose first timestep gradients are cut.
        norm: the size of each term (parameter, time).
        share: how much of the gradient's own length it adds along the gradient (parameter, time):
            below zero where it points against it. The shares of a matrix sum to 1; they are 0
            where the gradient is zero, and NaN where it is not finite.
    """

    parameters: tuple[str, ...]
    sequence_length: int
    norm: Array
    share: Array


def timestep_shares(network: CharRNN, ids: Ids, sequence_length: int) -> TimestepShares:
    """The shares of every timestep, gradients cut at windows of some length.

    Args:
        network: the network.
        ids: the text (time + 1), read from the zero state; the last is only predicted.
        sequence_length: the window; as many as there are losses cuts nothing.

    Raises:
        ValueError: there is no loss, or the window is shorter than one timestep.

    Example:
        >>> import numpy as np
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig("rnn", hidden_size=2), 2, dtype=torch.float64)
        >>> network.parameters["rnn.bias_ih_l0"].fill_(1.0)
        tensor([1., 1.], dtype=torch.float64)
        >>> found = timestep_shares(network, np.array([0, 1, 1]), 2)
        >>> found.parameters[-1], found.share[-1].round(3).tolist()  # twice the same is predicted
        ('decoder.weight', [0.5, 0.5])
    """
    terms = gradient_terms(network, ids, sequence_length)
    norms = [each.left.norm(dim=1) * each.right.norm(dim=1) for each in terms.values()]
    return TimestepShares(
        tuple(name.removeprefix("rnn.") for name in terms),
        sequence_length,
        torch.stack(norms).double().cpu().numpy(),
        torch.stack([_shares(each) for each in terms.values()]).double().cpu().numpy(),
    )


@torch.inference_mode()
def gradient_terms(network: CharRNN, ids: Ids, sequence_length: int) -> dict[str, Terms]:
    """The terms of every weight matrix by its name, gradients over ids (time) cut at windows."""
    text = CutText(network, ids)
    parts = [_terms(network, windows) for windows in text.windows(sequence_length)]
    return {
        name: Terms(
            torch.cat([part[name].left for part in parts]),
            torch.cat([part[name].right for part in parts]),
        )
        for name in parts[0]
    }


def _terms(network: CharRNN, windows: Windows) -> dict[str, Terms]:
    """Of windows of one length."""
    unroll, output = windows.unroll, windows.unroll.output
    error = loss_by_logits(network, output, windows.targets)
    d_output = windows.arena.empty(len(output) + 1, *output.shape[1:])
    d_output[0] = 0
    d_output[1:] = error @ network.parameters["decoder.weight"]
    found = network.backward(unroll, d_output, windows.arena)
    read = one_hot(unroll.inputs, network.vocab_size).to(output.dtype)
    terms = {}
    for layer, (swept, states) in enumerate(zip(found, unroll.layers, strict=True)):
        terms[f"rnn.weight_ih_l{layer}"] = _ordered(swept.from_input, read)
        if swept.from_state is not None:
            terms[f"rnn.weight_hh_l{layer}"] = _ordered(swept.from_state, states.h[:-1])
        read = states.h[1:]
    return {**terms, "decoder.weight": _ordered(error, output)}


def _ordered(left: Tensor, right: Tensor) -> Terms:
    """In the order of the text, from (time, window, ...)."""
    return Terms(left.transpose(0, 1).flatten(0, 1), right.transpose(0, 1).flatten(0, 1))


def _shares(terms: Terms) -> Tensor:
    """<term, gradient> / |gradient|^2 of each timestep."""
    total = terms.total
    square = total.square().sum()
    along = ((terms.left @ total) * terms.right).sum(1)
    return torch.zeros_like(along) if square == 0 else along / square
