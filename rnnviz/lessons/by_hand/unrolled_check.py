"""Is the gradient of a real network right? Central differences on a sample of its weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.lessons.by_hand.cell import CellWeights
from rnnviz.lessons.by_hand.gradient_check import Check
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES, sigmoid
from rnnviz.lessons.by_hand.readout import next_character_losses
from rnnviz.lessons.by_hand.unrolled_backward import NetworkBackward
from rnnviz.lessons.by_hand.unrolled_network import UnrolledNetwork
from rnnviz.records import Array, Ids

SAMPLE = 40


@dataclass(frozen=True, slots=True, eq=False)
class _Moves:
    """Copies of a network, in each of which one number of the same weight is moved.

    Attributes:
        name: the weight, under PyTorch's name.
        rows: where (copy).
        columns: likewise; 0 for a bias (copy).
        by: how far (copy).
    """

    name: str
    rows: Ids
    columns: Ids
    by: Array

    def added(self, names: tuple[str, str], made: Array, met: Array) -> Array:
        """`made` = W `met` + b of each copy (copy, row), with the moved number in W or b.

        One copy stands for all as long as none is moved.
        """
        if self.name not in names:
            return made
        copies = np.arange(len(self.by))
        met = np.broadcast_to(met, (len(copies), met.shape[1]))
        found: Array = np.array(np.broadcast_to(made, (len(copies), made.shape[1])))
        found[copies, self.rows] += self.by * (
            met[copies, self.columns] if self.name == names[0] else 1
        )
        return found


def check_network(
    network: UnrolledNetwork,
    ids: Ids,
    found: NetworkBackward,
    counted: Array | None = None,
    step: float = 1e-5,
    seed: int = 0,
) -> dict[str, Check]:
    """At most 40 numbers of every weight beside central differences.

    Half of them are those with the largest gradients, where a measurement says most; the others
    are drawn at random, so that a gradient that is wrongly zero is found too.

    Args:
        network: unrolled over ids[:-1].
        ids: what it read and predicted (time + 1).
        found: its gradient.
        counted: 1 for the losses in L, 0 for the others (time); all by default.
        step: how far each number is moved.
        seed: of the random half.
    """
    draw = np.random.default_rng(seed)
    checks = {}
    for name, terms in found.terms.items():
        total = terms.total
        rows, columns = np.unravel_index(_sample(total, draw), total.shape)
        ends = [
            _moved_losses(network, ids, _Moves(name, rows, columns, np.full(len(rows), by)))
            for by in (step, -step)
        ]
        change = ends[0] - ends[1]
        each = change.sum(0) if counted is None else counted @ change
        checks[name] = Check(total[rows, columns], each / (2 * step))
    return checks


def _sample(total: Array, draw: np.random.Generator) -> Ids:
    """Places in the flattened gradient."""
    order = np.argsort(-np.abs(total), axis=None, kind="stable")
    if len(order) <= SAMPLE:
        return order
    largest, others = order[: SAMPLE // 2], order[SAMPLE // 2 :]
    return np.concatenate([largest, draw.choice(others, SAMPLE - len(largest), replace=False)])


def _moved_losses(network: UnrolledNetwork, ids: Ids, moves: _Moves) -> Array:
    """l_t of every copy (time, copy), by reading again from the zero state."""
    states = np.eye(len(network.decoder_bias))[ids[:-1], np.newaxis]
    for layer, cell in enumerate(network.cells):
        states = _read(cell, layer, states, moves)
    decoder = "decoder.weight", "decoder.bias"
    made = [h @ network.decoder.T + network.decoder_bias for h in states]
    read_out = [moves.added(decoder, y, h) for y, h in zip(made, states, strict=True)]
    found = next_character_losses(np.array(read_out), ids[1:])
    return np.array(np.broadcast_to(found, (len(found), len(moves.by))))


def _read(cell: CellWeights, layer: int, inputs: Array, moves: _Moves) -> Array:
    """The hidden states of one layer of every copy (time, copy, unit)."""
    h = c = np.zeros((1, cell.units))
    states = []
    by_input = f"rnn.weight_ih_l{layer}", f"rnn.bias_ih_l{layer}"
    by_state = f"rnn.weight_hh_l{layer}", f"rnn.bias_hh_l{layer}"
    for x in inputs:
        from_input = moves.added(by_input, x @ cell.weight_ih.T + cell.bias_ih, x)
        from_state = moves.added(by_state, h @ cell.weight_hh.T + cell.bias_hh, h)
        h, c = _call(cell, from_input, from_state, h, c)
        states.append(h)
    return np.array(states)


def _call(
    cell: CellWeights, from_input: Array, from_state: Array, h: Array, c: Array
) -> tuple[Array, Array]:
    """h_t and c_t of every copy; without a cell state c is passed on as it is."""
    both = from_input + from_state
    if cell.cell == "gru":
        new = cell.block("n")
        r, z = (sigmoid(both[:, cell.block(name)]) for name in ("r", "z"))
        n = np.tanh(from_input[:, new] + r * from_state[:, new])
        return (1 - z) * n + z * h, c
    if cell.cell == "lstm":
        i, f, g, o = (both[:, cell.block(name)] for name in ("i", "f", "g", "o"))
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c
    return NONLINEARITIES[cell.nonlinearity].value(both), c
