"""The Jacobian of a timestep, J_t = d s_t / d s_{t-1}, and what products of many do to vectors.

On its way back over d timesteps a gradient meets J_t J_{t-1} ... J_{t-d+1} = d s_t / d s_{t-d}.
The state s is h; of the LSTM it is h and c together, for each is made from both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnnviz.models.torch_modules import TorchModule, as_char_rnn
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State, Unroll
from rnnviz.recurrent.layer import LayerUnroll
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False)
class StepJacobians:
    """J_t of one layer at every timestep of a text, in the parts that it is made of.

    W_hh mixes units in what each gate adds up; from there on every unit goes its own way:

        J_t[a i, b j] = [b = h] sum over gates g of by_sum[t, i, a, g] W_g[i, j]
                        + [i = j] own[a, b][t, i],    a and b among the states h (and c).

    Attributes:
        weight_hh: W_hh of every gate (unit, gate, unit).
        by_sum: d s_t / d (what each gate adds up) (time, unit, state, gate).
        own: d s_t / d s_{t-1} of the same unit, apart from W_hh (time, unit), by the numbers of
            the states after and before; those that are zero are left out.
    """

    weight_hh: Tensor
    by_sum: Tensor
    own: Mapping[tuple[int, int], Tensor]

    def __len__(self) -> int:
        return len(self.by_sum)

    @property
    def units(self) -> int:
        """Units of the layer."""
        return self.by_sum.shape[1]

    @property
    def size(self) -> int:
        """Numbers in a state: as many as units, of the LSTM twice as many."""
        return self.units * self.by_sum.shape[2]

    @property
    def finite(self) -> bool:
        """Whether all of them are finite numbers."""
        return all(bool(part.isfinite().all()) for part in (self.by_sum, *self.own.values()))

    def times(self, t: int, vectors: Tensor) -> Tensor:
        """J_t @ vectors, of vectors (state * unit, any): what small changes become.

        Each vector's numbers lie side by side in the result, and best do so in what is given.
        """
        before = vectors.T.unflatten(1, (-1, self.units))  # (any, state, unit)
        found = torch.empty_like(before, memory_format=torch.contiguous_format)
        mixed = torch.bmm(self.by_sum[t], self.weight_hh)  # (unit, state, unit)
        for a in range(before.shape[1]):
            torch.mm(before[:, 0], mixed[:, a].t(), out=found[:, a])
        for (a, b), own in self.own.items():
            found[:, a].addcmul_(before[:, b], own[t])
        return found.flatten(1).T

    def of(self, t: int) -> Tensor:
        """J_t as a matrix (state * unit, state * unit)."""
        return self.times(t, torch.eye(self.size, dtype=self.by_sum.dtype))

    def mean(self) -> Tensor:
        """The mean of J_t over all timesteps (state * unit, state * unit)."""
        own = {pair: each.mean(0, keepdim=True) for pair, each in self.own.items()}
        return StepJacobians(self.weight_hh, self.by_sum.mean(0, keepdim=True), own).of(0)


@torch.inference_mode()
def step_jacobians(
    module: CharRNN | TorchModule,
    vocabulary: Vocabulary | Sequence[str],
    text: str,
    layer: int = -1,
) -> StepJacobians:
    """J_t of a layer at every character of a text, in float64, from the zero state.

    The layer reads what lies below it as it was recorded: layers below are no part of s. Where a
    state is no finite number, neither is J_t.

    Args:
        module: as in `rnnviz.analysis.states.trace.trace`.
        vocabulary: the characters in the order of the module's ids; a string will do.
        text: at least one character, all in the vocabulary.
        layer: from 0, the lowest; -1 is the top one.

    Raises:
        TextError: the text is empty, or has a character the vocabulary lacks.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=2), 2)
        >>> network.parameters["rnn.weight_hh_l0"].copy_(torch.tensor([[0.5, 2.0], [0.0, 1.0]]))
        tensor([[0.5000, 2.0000],
                [0.0000, 1.0000]])
        >>> network.parameters["rnn.bias_ih_l0"][0] = 1.0  # the other unit stays at zero: phi' = 0
        >>> step_jacobians(network, "ab", "ab").of(1)
        tensor([[0.5000, 2.0000],
                [0.0000, 0.0000]], dtype=torch.float64)
    """
    vocabulary = Vocabulary.from_any(vocabulary)
    network = in_float64(as_char_rnn(module, len(vocabulary)))
    if not text:
        raise TextError("the text is empty; give at least one character.")
    layer %= network.config.num_layers
    ids = torch.from_numpy(vocabulary.encode(text).astype(np.int64))
    beside = _beside_each_other(network, ids)
    return local_derivatives(beside.layers[layer], network.recurrent(layer)[0])


def in_float64(network: CharRNN) -> CharRNN:
    """The same network with all weights in float64, on the CPU."""
    found = CharRNN(network.config, network.vocab_size, dtype=torch.float64)
    found.flat.copy_(network.flat)
    return found


def _beside_each_other(network: CharRNN, ids: Tensor) -> Unroll:
    """One timestep of as many sequences as there are characters, each from its recorded state."""
    read = network.unroll(ids[:, None], network.zero_state(1), Arena(network.flat))
    h = torch.stack([layer.h[:-1, 0] for layer in read.layers])
    c = [layer.c[:-1, 0] for layer in read.layers if layer.c is not None]
    before = State(h, torch.stack(c) if c else None)
    return network.unroll(ids[None, :], before, Arena(network.flat))


def local_derivatives(layer: LayerUnroll, weight_hh: Tensor) -> StepJacobians:
    """J_t of every sequence of a layer that was unrolled over one timestep.

    A cotangent of ones gives them all, by the sweep back that training uses: what a gate adds up
    goes into its own unit alone.

    Args:
        layer: over one timestep, of any number of sequences.
        weight_hh: W_hh as in torch.nn (gate * unit, unit), without rows where there is none.
    """
    units, layer = weight_hh.shape[1], layer.unmixed()
    gates = len(weight_hh) // units
    by_sum: list[Tensor] = []
    own: dict[tuple[int, int], Tensor] = {}
    nothing = 0 * layer.h[1]  # zero, but NaN where a state is no finite number
    for a in range(1 if layer.c is None else 2):
        dh = torch.zeros_like(layer.h)
        dh[1] = a == 0
        dc = None if layer.c is None else torch.full_like(dh[1], a == 1)
        found = layer.backward(dh, dc, Arena(dh))
        reached = dh.new_empty(dh.shape[1], 0) if found.from_state is None else found.from_state[0]
        by_sum.append(reached.unflatten(-1, (gates, units)))
        own[a, 0] = found.h[0] + nothing
        if found.c is not None:
            own[a, 1] = found.c[0]
    by_gate = weight_hh.unflatten(0, (gates, units)).transpose(0, 1).contiguous()
    local = torch.stack(by_sum, 1).permute(0, 3, 1, 2).contiguous()
    return StepJacobians(by_gate, local, {pair: each for pair, each in own.items() if each.any()})
