"""What losses depend on: truncated gradients, characters read before, and resets, beside torch.nn.

truncation  the cosine between the gradient of a text's losses by each weight matrix and the same
            cut at windows, seven of them.
   loop     nn.RNN, nn.GRU, nn.LSTM or MinGRU over one window after the other, each from the state
            carried into it and detached; torch.autograd.grad of each, for every length.
input       |d l_t / d x_k| of one sequence, all t >= k.
   loop     for every t torch.autograd.grad(l_t, x, retain_graph=True) through the same layer.
   batched  nn.RNNCell, nn.GRUCell, nn.LSTMCell or MinGRUCell in a Python loop, and all losses in
            one call: torch.autograd.grad(is_grads_batched=True).
resets      losses at 512 places with only so many characters read before each, nine distances.
   loop     for each distance the layer over all places in one batch, from the zero state.

All have the same weights and read one-hot characters; they must agree to 1e-3 of the largest entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy

from rnnviz.analysis.gradients.input_reach import input_reach
from rnnviz.analysis.gradients.network_truncation import truncation
from rnnviz.analysis.states.resetting import DISTANCES, reset_losses
from rnnviz.cells import Cell
from rnnviz.records import Array, Ids
from rnnviz.recurrent.char_rnn import CharRNN
from tests.benchmarks.measure import Row, in_turn, network_of, random_ids, vocabulary
from tests.benchmarks.peers import advance, cell_of, layer_of, zero_states

TOLERANCE = 1e-3
PEERS = ("loop", "batched")
WINDOWS = (2, 5, 10, 20, 50, 100, 200)
PLACES = 512
TIMESTEPS = 200  # of the input

COLUMNS = {
    "what": "",
    "cell": "",
    "hidden": "",
    "timesteps": ",",
    "rounds": "",
    "ours_ms": ".1f",
    **{f"{name}_ms": ".1f" for name in PEERS},
    **{f"{name}/ours": ".1f" for name in PEERS},
    "difference": ".1e",
}

Actions = Mapping[str, Callable[[], Array]]


class Peer:
    """The usual modules with a network's weights, over one text."""

    def __init__(self, network: CharRNN, ids: Ids) -> None:
        self._layer, self._cell = layer_of(network), cell_of(network)
        self._ids = torch.from_numpy(ids.astype(np.int64))[:, None]

    def truncated(self, lengths: Sequence[int]) -> Array:
        """Cosines (window, parameter)."""
        full = self._gradients(len(self._ids) - 1)
        found = [self._gradients(length) for length in lengths]
        return np.array([[_cosine(*two) for two in zip(one, full, strict=True)] for one in found])

    def _gradients(self, length: int) -> list[Tensor]:
        named = [*self._layer["rnn"].named_parameters(), *self._layer["decoder"].named_parameters()]
        weights = [weight for name, weight in named if "weight" in name]
        state, total = None, [torch.zeros_like(weight) for weight in weights]
        texts = self._ids[:-1].split(length), self._ids[1:].split(length)
        for inputs, targets in zip(*texts, strict=True):
            output, state = self._layer["rnn"](self._layer["read"](inputs), state)
            state = tuple(map(Tensor.detach, state)) if type(state) is tuple else state.detach()
            loss = self._losses(output, targets).sum()
            for sums, found in zip(total, torch.autograd.grad(loss, weights), strict=True):
                sums.add_(found)
        return total

    def input_one_by_one(self) -> Array:
        """The matrix (t, k): one backward pass a loss."""
        x = self._layer["read"](self._ids[:-1]).requires_grad_()
        losses = self._losses(self._layer["rnn"](x, None)[0], self._ids[1:])
        return _norms([torch.autograd.grad(loss, x, retain_graph=True)[0] for loss in losses])

    def input_batched(self) -> Array:
        """The same: one vectorised backward pass."""
        rnn, x = self._cell["rnn"], self._cell["read"](self._ids[:-1]).requires_grad_()
        states, output = zero_states(rnn, 1), []
        for x_t in x:
            states = advance(rnn, x_t, states)
            output.append(states[0])
        losses = self._losses(torch.stack(output), self._ids[1:])
        each = torch.eye(len(losses))
        return _norms(torch.autograd.grad(losses, x, each, is_grads_batched=True)[0])

    @torch.no_grad()
    def resets(self, places: Ids) -> Array:
        """Losses (distance, place)."""
        before = torch.from_numpy(places)
        found = []
        for distance in DISTANCES:
            inputs = self._ids[before + torch.arange(-distance, 0)[:, None], 0]
            output, _ = self._layer["rnn"](self._layer["read"](inputs), None)
            found.append(self._losses(output[-1:], self._ids[before, 0][None]))
        return torch.stack(found).numpy()

    def _losses(self, output: Tensor, targets: Tensor) -> Tensor:
        logits = self._layer["decoder"](output).flatten(0, 1)
        return cross_entropy(logits, targets.flatten(), reduction="none")


def _cosine(one: Tensor, other: Tensor) -> float:
    return cosine_similarity(one.flatten().double(), other.flatten().double(), 0).item()


def _norms(gradients: Tensor | Sequence[Tensor]) -> Array:
    """Of (t, k, 1, character), along directions in which the entries of x add up to one."""
    found = gradients if isinstance(gradients, Tensor) else torch.stack(tuple(gradients))
    norms: Array = (found - found.mean(-1, keepdim=True))[:, :, 0].norm(dim=-1).numpy()
    return norms


def dependence_rows(cells: Sequence[Cell], units: int, timesteps: int, seconds: float) -> list[Row]:
    """A line for each cell and each of the three."""
    found, ids = [], random_ids(timesteps + 1)
    few = ids[: TIMESTEPS + 1]
    for cell in cells:
        network = network_of(cell, units)
        found.append(_row("truncation", network, ids, seconds, _truncation(network, ids)))
        found.append(_row("input", network, few, seconds, _input(network, few)))
        found.append(_row("resets", network, ids, seconds, _resets(network, ids)))
    return found


def _truncation(network: CharRNN, ids: Ids) -> Actions:
    peer, lengths = Peer(network, ids), [length for length in WINDOWS if length < len(ids)]
    return {
        "ours": lambda: truncation(network, ids, lengths).cosine,
        "loop": lambda: peer.truncated(lengths),
    }


def _input(network: CharRNN, ids: Ids) -> Actions:
    peer, text = Peer(network, ids), vocabulary().decode(ids)
    return {
        "ours": lambda: input_reach(network, vocabulary(), text).norm,
        "loop": peer.input_one_by_one,
        "batched": peer.input_batched,
    }


def _resets(network: CharRNN, ids: Ids) -> Actions:
    peer, most = Peer(network, ids), DISTANCES[-1]
    places = np.linspace(most, len(ids) - 1, PLACES).astype(np.int64)
    return {
        "ours": lambda: reset_losses(network, ids, places).losses,
        "loop": lambda: peer.resets(places),
    }


def _row(what: str, network: CharRNN, ids: Ids, seconds: float, actions: Actions) -> Row:
    found = {name: action() for name, action in actions.items()}
    ours = found["ours"]
    difference = max(float(np.abs(each - ours).max() / ours.max()) for each in found.values())
    if not difference <= TOLERANCE:
        raise SystemExit(f"{what}: they differ by {difference:.1e} of the largest entry.")
    rounds = in_turn(actions, seconds)
    took = {name: 1000 * rounds.median(name) for name in actions}
    ratios = {name: rounds.ratio(name, "ours") for name in actions}
    return {
        "what": what,
        "cell": network.config.cell,
        "hidden": network.config.hidden_size,
        "timesteps": len(ids) - 1,
        "rounds": len(rounds),
        "ours_ms": took["ours"],
        **{f"{name}_ms": took.get(name) for name in PEERS},
        **{f"{name}/ours": ratios.get(name) for name in PEERS},
        "difference": difference,
    }
