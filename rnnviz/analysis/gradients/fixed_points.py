"""Fixed points of a network while one character is read again and again (Sussillo & Barak 2013).

F is what one more of the character does to the state of all layers. F(s) = s is solved by Newton's
method, s <- s + (I - J)^-1 (F(s) - s), from states that the network was in over a text, and from
those that they had become after 100 repetitions: these are close to stable ones. The Jacobian J of
F says what becomes of states nearby: they come to s where all its eigenvalues are below 1 in size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from rnnviz.analysis.gradients.jacobian import in_float64
from rnnviz.analysis.gradients.matrix_spectrum import eigenvalues, largest_singular_value
from rnnviz.analysis.gradients.stillness import FixedPoint, FixedPoints, Plane
from rnnviz.analysis.states.signals import NOT_FINITE
from rnnviz.models.torch_modules import TorchModule, as_char_rnn
from rnnviz.records import Array
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State, Unroll
from rnnviz.text.vocabulary import Vocabulary

STARTS = 32

_RESIDUAL = 1e-10  # so little that it is none
_APART = 1e-5  # two that differ by no more are one
_MOST_STEPS, _MOST_HALVINGS = 25, 20
_REPETITIONS = 100


def fixed_points(
    module: CharRNN | TorchModule,
    vocabulary: Vocabulary | Sequence[str],
    text: str,
    character: str,
    starts: int = STARTS,
) -> FixedPoints:
    """Those found from states over a text; see `fixed_points_by_start`.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="rnn", hidden_size=1), vocab_size=3)
        >>> network.parameters["rnn.weight_hh_l0"].fill_(3.0)  # h = tanh(3 h)
        tensor([[3.]])
        >>> network.parameters["rnn.weight_ih_l0"].copy_(torch.tensor([[0.0, 9.0, -9.0]]))
        tensor([[ 0.,  9., -9.]])
        >>> found = fixed_points(network, "a+-", "a+a-", "a").found
        >>> sorted((point.state.round(4).item(), point.stable) for point in found)
        [(-0.9949, True), (0.0, False), (0.9949, True)]
    """
    *_, last = fixed_points_by_start(module, vocabulary, text, character, starts)
    return last


@torch.inference_mode()
def fixed_points_by_start(
    module: CharRNN | TorchModule,
    vocabulary: Vocabulary | Sequence[str],
    text: str,
    character: str,
    starts: int = STARTS,
) -> Iterator[FixedPoints]:
    """What is known after each start: a state over the text, the zero state at first.

    Or what that has become after 100 repetitions, in turn.

    Args:
        module: as in `rnnviz.analysis.states.trace.trace`.
        vocabulary: the characters in the order of the module's ids; a string will do.
        text: at least one character, all in the vocabulary.
        character: which is repeated.
        starts: at most; there are no more than two of each state over the text.

    Raises:
        TextError: a character is not in the vocabulary.
        ValueError: the states over the text are no finite numbers.
    """
    vocabulary = Vocabulary.from_any(vocabulary)
    network = in_float64(as_char_rnn(module, len(vocabulary)))
    ids, (repeated,) = vocabulary.encode(text), vocabulary.encode(character)
    once_more = _OnceMore(network, int(repeated))
    states = _states_over(network, torch.from_numpy(ids.astype(np.int64)))
    if not states.isfinite().all():
        raise ValueError(NOT_FINITE)
    plane = Plane.of(states[1:].numpy())
    places, after = plane.places(states[1:].numpy()), np.asarray(ids == repeated)
    begun = once_more.begun(states, starts)
    found: list[FixedPoint] = []
    for number, start in enumerate(begun, 1):
        if (solved := once_more.solve(start)) is not None:
            _add(found, once_more, *solved, states[1:].numpy())
        ranked = tuple(sorted(found, key=lambda point: -point.reached))
        yield FixedPoints(character, ranked, number, len(begun), plane, places, after)


def _add(
    found: list[FixedPoint], once_more: _OnceMore, state: Tensor, residual: float, over: Array
) -> None:
    """One more of those found, or one of them reached again."""
    array = state.numpy()
    for place, known in enumerate(found):
        if np.abs(known.state - array).max() <= _APART:
            found[place] = known.met()
            return
    jacobian = once_more.jacobian(once_more.step(state)[1]).numpy()
    of = eigenvalues(jacobian), largest_singular_value(jacobian)
    found.append(FixedPoint(array, residual, *of, _away(array, over)))


def _away(state: Array, over: Array) -> float:
    """The distance of the nearest of some states (time, number), in units of their spread."""
    nearest = float(np.linalg.norm(over - state, axis=1).min())
    spread = float(np.sqrt(np.sum((over - over.mean(0)) ** 2, axis=1).mean()))
    return nearest / spread if spread else (math.inf if nearest else 0.0)


def _states_over(network: CharRNN, ids: Tensor) -> Tensor:
    """The state of all layers before the text and after each character (time + 1, number)."""
    unroll = network.unroll(ids[:, None], network.zero_state(1), Arena(network.flat))
    h = [layer.h[:, 0] for layer in unroll.layers]
    c = [layer.c[:, 0] for layer in unroll.layers if layer.c is not None]
    return torch.cat([*h, *c], 1)


def _rows(state: State) -> Tensor:
    """States of so many sequences as rows (sequence, number)."""
    parts = [state.h] if state.c is None else [state.h, state.c]
    return torch.cat([part.transpose(0, 1).flatten(1) for part in parts], 1)


class _OnceMore:
    """What one more of a character does to the state of all layers, and its Jacobian."""

    def __init__(self, network: CharRNN, character: int) -> None:
        self._network = network
        self._ids = torch.tensor([[character]])
        self._weights = network.ready()
        self._layers = network.config.num_layers

    def begun(self, states: Tensor, count: int) -> Tensor:
        """As many of these as are asked for, evenly among them, and the same after repetitions."""
        each = min(max(1, count // 2), len(states))
        chosen = states[np.linspace(0, len(states) - 1, each).astype(np.int64)]
        repeated = self._ids.expand(_REPETITIONS, each)
        arena = Arena(self._network.flat)
        unroll = self._network.unroll(repeated, self._state(chosen), arena, weights=self._weights)
        return torch.stack([chosen, _rows(unroll.state)], 1).flatten(0, 1)

    def solve(self, state: Tensor) -> tuple[Tensor, float] | None:
        """The fixed point that Newton's method comes to, and what it is off; None if to none."""
        after, unroll = self.step(state)
        for _ in range(_MOST_STEPS):
            residual = float((after - state).abs().max())
            if residual <= _RESIDUAL:
                return state, residual
            if not math.isfinite(residual):
                return None
            away = torch.eye(len(state), dtype=state.dtype) - self.jacobian(unroll)
            towards, _ = torch.linalg.solve_ex(away, after - state)
            nearer = self._nearer(state, after, towards)
            if nearer is None:
                return None
            state, after, unroll = nearer
        return None

    def _nearer(
        self, state: Tensor, after: Tensor, towards: Tensor
    ) -> tuple[Tensor, Tensor, Unroll] | None:
        """As far along as |F(s) - s| falls, halving the way; None where it does nowhere."""
        off = float((after - state).norm())
        for halving in range(_MOST_HALVINGS):
            share = 0.5**halving
            tried = state + share * towards
            then, unroll = self.step(tried)
            if float((then - tried).norm()) < (1 - 1e-4 * share) * off:
                return tried, then, unroll
        return None

    def step(self, state: Tensor) -> tuple[Tensor, Unroll]:
        """The state after one more, and the timestep recorded."""
        begun, arena = self._state(state.unsqueeze(0)), Arena(self._network.flat)
        unroll = self._network.unroll(self._ids, begun, arena, weights=self._weights)
        return _rows(unroll.state)[0], unroll

    def jacobian(self, unroll: Unroll) -> Tensor:
        """d F(s) / d s (number, number): a row for each cotangent of one sweep back."""
        has_c = self._network.cell.facts.has_cell_state
        size = self._layers * self._network.config.hidden_size * (1 + has_c)
        cotangents = self._state(torch.eye(size, dtype=torch.float64))
        nothing = torch.zeros(2, *cotangents.h.shape[1:], dtype=torch.float64)
        arena = Arena(self._network.flat)
        found = self._network.backward(unroll, nothing, arena, d_state=cotangents)
        h, c = [each.h[0] for each in found], [each.c[0] for each in found if each.c is not None]
        return torch.cat([*h, *c], 1)

    def _state(self, rows: Tensor) -> State:
        """Rows (any, number) as states of so many sequences."""
        parts = rows.unflatten(1, (-1, self._layers, self._network.config.hidden_size))
        h, *c = parts.permute(1, 2, 0, 3).contiguous()
        return State(h, c[0] if c else None)
