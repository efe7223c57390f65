"""Singular values of products of Jacobians, and Lyapunov exponents, beside autograd.

ours      rnnviz.analysis.gradients: J_t in parts, of all timesteps by one sweep back with a
          cotangent of ones; directions are told apart by LU, before they are 26 nats apart.
autograd  J_t by torch.func.jacrev of nn.RNNCell, nn.GRUCell, nn.LSTMCell or MinGRUCell, one
          timestep after the other; QR at every timestep.

Both in float64, and they must agree to 1e-4. Where autograd would take minutes, ours is alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from rnnviz.analysis.gradients.jacobian import step_jacobians
from rnnviz.analysis.gradients.lyapunov import lyapunov
from rnnviz.analysis.gradients.singular_values import singular_values
from rnnviz.cells import Cell
from rnnviz.records import Floats
from rnnviz.recurrent.char_rnn import CharRNN
from tests.benchmarks.measure import Action, Row, in_turn, network_of, random_text, vocabulary
from tests.benchmarks.peers import States, advance, cell_of, zero_states

TOLERANCE = 1e-4
WARM_UP = 20
_CHARACTERS = 200

COLUMNS = {
    "what": "",
    "cell": "",
    "numbers": "",
    "characters": "",
    "rounds": "",
    "ours_ms": ".1f",
    "autograd_ms": ".1f",
    "autograd/ours": ".1f",
    "difference": ".1e",
}


class ByAutograd:
    """The peer's Jacobians, each made when it is asked for."""

    def __init__(self, network: CharRNN, text: str) -> None:
        modules = cell_of(network).double()
        ids = torch.from_numpy(vocabulary().encode(text).astype(np.int64))
        self._cell, self._inputs = modules["rnn"], modules["read"](ids[:, None]).double()
        states, self._before = zero_states(self._cell, 1), list[States]()
        for x in self._inputs:
            self._before.append(states)
            states = tuple(state.detach() for state in advance(self._cell, x, states))

    def __len__(self) -> int:
        return len(self._inputs)

    @property
    def size(self) -> int:
        return sum(state.shape[1] for state in self._before[0])

    def times(self, t: int, vectors: Tensor) -> Tensor:
        """J_t @ vectors."""
        states = self._before[t]

        def step(joined: Tensor) -> Tensor:
            before = joined.view(len(states), 1, -1).unbind()
            return torch.cat(advance(self._cell, self._inputs[t], before), 1)[0]

        found: Tensor = torch.func.jacrev(step)(torch.cat(states, 1)[0])
        return found.detach() @ vectors


def jacobian_rows(cells: Sequence[Cell], units: int, characters: int, seconds: float) -> list[Row]:
    """A line for each cell and each of the two."""
    found = []
    for cell in cells:
        network, text = network_of(cell, units), random_text(characters)
        for what, (ours, theirs) in _MEASURED.items():
            few = random_text(_CHARACTERS if what == "singular values" else 4 * WARM_UP)
            found.append(_row(what, network, few, seconds, partial(theirs, network, few), ours))
            if what == "exponents":
                found.append(_row(what, network, text, seconds, None, ours))
    return found


def _row(
    what: str,
    network: CharRNN,
    text: str,
    seconds: float,
    theirs: Callable[[], Floats] | None,
    ours: Callable[[CharRNN, str], Floats],
) -> Row:
    actions: dict[str, Action] = {"ours": lambda: ours(network, text)}
    difference = None
    if theirs is not None:
        actions["autograd"] = theirs
        difference = float(np.nanmax(np.abs(ours(network, text) - theirs())))
        if not difference <= TOLERANCE:
            raise SystemExit(f"the {what} differ by {difference:.1e}.")
    rounds = in_turn(actions, seconds)
    return {
        "what": what,
        "cell": network.config.cell,
        "numbers": network.config.hidden_size * (1 + network.cell.facts.has_cell_state),
        "characters": len(text),
        "rounds": len(rounds),
        "ours_ms": 1000 * rounds.median("ours"),
        "autograd_ms": theirs and 1000 * rounds.median("autograd"),
        "autograd/ours": theirs and rounds.ratio("autograd", "ours"),
        "difference": difference,
    }


def _our_values(network: CharRNN, text: str) -> Floats:
    return singular_values(step_jacobians(network, vocabulary(), text)).values


def _their_values(network: CharRNN, text: str) -> Floats:
    return singular_values(ByAutograd(network, text)).values


def _our_exponents(network: CharRNN, text: str) -> Floats:
    steps = step_jacobians(network, vocabulary(), text)
    return lyapunov(steps, WARM_UP if len(text) == 4 * WARM_UP else None).exponents


def _their_exponents(network: CharRNN, text: str) -> Floats:
    """As they are usually computed, from the same directions as ours."""
    steps = ByAutograd(network, text)
    drawn = np.random.default_rng(0).normal(size=(steps.size, steps.size))
    q, total = torch.linalg.qr(torch.from_numpy(drawn))[0], 0.0
    for t in range(len(steps)):
        q, r = torch.linalg.qr(steps.times(t, q))
        total = total + (t >= WARM_UP) * r.diagonal().abs().log().numpy()
    return np.sort(total / (len(text) - WARM_UP))[::-1]


_MEASURED = {
    "singular values": (_our_values, _their_values),
    "exponents": (_our_exponents, _their_exponents),
}
