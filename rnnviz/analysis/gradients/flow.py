"""How far gradients travel back through time: |d l_t / d h_k| for all t >= k."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnnviz.analysis.gradients.bound import step_bound
from rnnviz.analysis.gradients.decay import mean_by_lag
from rnnviz.models.torch_modules import TorchModule, as_char_rnn
from rnnviz.notation import counted
from rnnviz.records import GradientFlow, GradientPath
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, Unroll
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary

# Numbers held at once for the cotangents of a block of losses: 64 MB of float32, unless a single
# loss needs more.
_NUMBERS = 16_000_000

# Losses swept back together: a block ends its sweep at its own last timestep, so that blocks of
# 32 spare two fifths of the work of one block of 128.
_LOSSES = 32

# The matrix of norms grows with the square of it: 16 MB a layer and path.
MAX_CHARACTERS = 2049


@dataclass(frozen=True, slots=True)
class LossBlock:
    """d l_t / d state_k of some losses, as vectors.

    Attributes:
        losses: which timesteps t these losses belong to.
        h: for each layer (k + 1, t, unit), k up to the last t; index 0 is the initial state.
        c: likewise through the cell states, or None.
        x: d l_t / d (W_ih x_k + b_ih) of the lowest layer (k, t, gates * unit).
    """

    losses: slice
    h: tuple[Tensor, ...]
    c: tuple[Tensor, ...] | None
    x: Tensor


def itemised_gradients(network: CharRNN, unroll: Unroll, targets: Tensor) -> Iterator[LossBlock]:
    """Every d l_t / d state_k of one sequence: many cotangents in one sweep back.

    The losses are taken in blocks, so that memory stays bounded. Summed over t, the vectors are
    the gradient of the summed loss.

    Args:
        network: the network.
        unroll: its forward run over one sequence (time, 1).
        targets: ids (time).
    """
    timesteps = len(targets)
    d_output = loss_by_output(network, unroll.output[:, 0], targets)
    units = network.config.hidden_size
    each = timesteps * units * (len(network.cell.facts.blocks) + 2) * network.config.num_layers
    size = max(1, min(timesteps, _LOSSES, _NUMBERS // each))
    arena = Arena(network.flat)
    for start in range(0, timesteps, size):
        arena.reset()
        stop = min(start + size, timesteps)
        cotangents = arena.empty(stop + 1, stop - start, units).zero_()
        own = torch.arange(stop - start, device=cotangents.device)
        cotangents[own + start + 1, own] = d_output[start:stop]
        found = network.backward(unroll, cotangents, arena)
        h, c = (tuple(getattr(layer, path) for layer in found) for path in "hc")
        kept = c if network.cell.facts.has_cell_state else None
        yield LossBlock(slice(start, stop), h, kept, found[0].from_input)


@torch.inference_mode()
def gradient_flow(
    module: CharRNN | TorchModule, vocabulary: Vocabulary | Sequence[str], text: str
) -> GradientFlow:
    """All gradient norms over one text, from the zero state.

    l_t is the loss in nats of predicting text[t + 1] after reading text[t]; h_k the state after
    reading text[k]. A text of n + 1 characters has n of each.

    Args:
        module: as in `rnnviz.analysis.states.trace.trace`.
        vocabulary: the characters in the order of the module's ids; a string will do.
        text: 2 to 2,049 characters, all in the vocabulary.

    Raises:
        TextError: the text is too short, too long, or has a character the vocabulary lacks.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=1), 2)
        >>> network.parameters["rnn.weight_hh_l0"].fill_(0.5)  # a linear recurrence, w = 1/2
        tensor([[0.5000]])
        >>> network.parameters["rnn.bias_ih_l0"].fill_(1.0)
        tensor([1.])
        >>> network.parameters["decoder.weight"][0] = 1.0
        >>> flow = gradient_flow(network, Vocabulary.of("ab"), "bbbb")
        >>> (flow.h.last_loss[0] / flow.h.last_loss[0, -1]).round(3)
        array([0.25, 0.5 , 1.  ], dtype=float32)
    """
    network, ids = network_and_ids(module, vocabulary, text)
    norms = [_Norms(network, len(ids) - 1), _Norms(network, len(ids) - 1)]
    for block in swept_back(network, ids):
        norms[0].add(block.losses, block.h)
        if block.c is not None:
            norms[1].add(block.losses, block.c)
    c = norms[1].path() if network.cell.facts.has_cell_state else None
    return GradientFlow(text, norms[0].path(), c, step_bound(network))


def network_and_ids(
    module: CharRNN | TorchModule, vocabulary: Vocabulary | Sequence[str], text: str
) -> tuple[CharRNN, Tensor]:
    """The network, and the ids (time + 1) of a text whose gradients it can be asked for.

    Raises:
        TextError: the text is too short, too long, or has a character the vocabulary lacks.
    """
    vocabulary = Vocabulary.from_any(vocabulary)
    network = as_char_rnn(module, len(vocabulary))
    if not 2 <= len(text) <= MAX_CHARACTERS:
        raise TextError(
            f"the text has {counted(len(text), 'character')}; gradient flow takes 2 to "
            f"{MAX_CHARACTERS:,}. Choose {'a longer one' if len(text) < 2 else 'a part of it'}."
        )
    ids = torch.from_numpy(vocabulary.encode(text).astype(np.int64))
    return network, ids.to(network.flat.device)


def swept_back(network: CharRNN, ids: Tensor) -> Iterator[LossBlock]:
    """Every loss of a text (time + 1) swept back, the text being read from the zero state."""
    unroll = network.unroll(ids[:-1, None], network.zero_state(1), Arena(network.flat))
    return itemised_gradients(network, unroll, ids[1:])


def loss_by_logits(network: CharRNN, output: Tensor, targets: Tensor) -> Tensor:
    """d l_t / d logits_t (time, ..., vocab), for outputs (time, ..., unit) and ids (time, ...)."""
    error = network.logits(output).softmax(-1)
    index = targets.unsqueeze(-1)
    return error.scatter_add_(-1, index, error.new_full((), -1.0).expand(index.shape))


def loss_by_output(network: CharRNN, output: Tensor, targets: Tensor) -> Tensor:
    """d l_t / d output_t (time, ..., unit), for outputs of that shape and ids (time, ...)."""
    return loss_by_logits(network, output, targets) @ network.parameters["decoder.weight"]


class _Norms:
    """Collects norms and the vector sum over losses, block by block."""

    def __init__(self, network: CharRNN, timesteps: int) -> None:
        layers, units = network.config.num_layers, network.config.hidden_size
        self._matrix = network.flat.new_zeros(layers, timesteps, timesteps)
        self._sum = network.flat.new_zeros(layers, timesteps, units)

    def add(self, losses: slice, vectors: tuple[Tensor, ...]) -> None:
        for layer, found in enumerate(vectors):
            by_loss = found[1:].transpose(0, 1)  # (t, k, unit)
            reach = by_loss.shape[1]
            self._matrix[layer, losses, :reach] = torch.linalg.vector_norm(by_loss, dim=2)
            self._sum[layer, :reach] += by_loss.sum(0)

    def path(self) -> GradientPath:
        matrix = self._matrix.cpu().numpy()
        window = torch.linalg.vector_norm(self._sum, dim=2).cpu().numpy()
        return GradientPath(matrix, mean_by_lag(matrix), matrix[:, -1], window)
