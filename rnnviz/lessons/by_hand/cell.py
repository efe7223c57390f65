"""One recurrent cell, every intermediate number kept: RNN, GRU and LSTM as `torch.nn` has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from rnnviz.cells import CELLS, Cell, Nonlinearity
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES
from rnnviz.records import Array

# The cells whose equations are written out here.
TAUGHT: tuple[Cell, ...] = ("rnn", "gru", "lstm")


@dataclass(frozen=True, slots=True, eq=False)
class CellWeights:
    """A cell's weights in PyTorch's layout: the gates' blocks stand below each other.

    Attributes:
        cell: which recurrence.
        weight_ih: W_ih (gates * unit, input).
        weight_hh: W_hh (gates * unit, unit).
        bias_ih: (gates * unit).
        bias_hh: (gates * unit).
        nonlinearity: of the plain RNN.

    Raises:
        ValueError: the shapes do not fit each other.
    """

    cell: Cell
    weight_ih: Array
    weight_hh: Array
    bias_ih: Array
    bias_hh: Array
    nonlinearity: Nonlinearity = "tanh"

    def __post_init__(self) -> None:
        rows, units = self.weight_hh.shape
        fits = rows == units * len(CELLS[self.cell].blocks) and self.weight_ih.shape[0] == rows
        if not fits or not self.bias_ih.shape == self.bias_hh.shape == (rows,):
            raise ValueError(
                f"weight_hh has shape {(rows, units)}; a {self.cell} of {units} units needs "
                f"{units * len(CELLS[self.cell].blocks)} rows in every weight and bias."
            )

    @property
    def units(self) -> int:
        """hidden_size."""
        return int(self.weight_hh.shape[1])

    def function(self, gate: str) -> Nonlinearity:
        """The function after a gate's sum; the cells taught here have no other."""
        return cast(Nonlinearity, CELLS[self.cell].function(gate, self.nonlinearity))

    def block(self, gate: str) -> slice:
        """A gate's rows."""
        at = CELLS[self.cell].blocks.index(gate) * self.units
        return slice(at, at + self.units)


@dataclass(frozen=True, slots=True, eq=False)
class GateStep:
    """One gate at one timestep: value = phi(z).

    z = W_ih x_t + b_ih + factor * (W_hh h_{t-1} + b_hh)

    Attributes:
        factor: r_t in the GRU's n gate, else 1 (unit).
        z: what the function is applied to (unit).
        value: the gate (unit).
    """

    factor: Array
    z: Array
    value: Array


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One call of the cell.

    Attributes:
        x: x_t (input).
        h_before: h_{t-1} (unit).
        c_before: c_{t-1} (unit); None where the cell has none.
        gates: each gate by name; of the plain RNN, "h" alone.
        h: h_t (unit).
        c: c_t (unit), or None.
    """

    x: Array
    h_before: Array
    c_before: Array | None
    h: Array
    c: Array | None
    gates: Mapping[str, GateStep] = field(default_factory=dict)


def step(weights: CellWeights, x: Array, h: Array, c: Array | None = None) -> Step:
    """Call the cell once.

    RNN   h_t = phi(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)            (Elman 1990)
    GRU   r, z = sigma(...); n = tanh(W_in x_t + b_in + r (W_hn h_{t-1} + b_hn));
          h_t = (1 - z) n + z h_{t-1}                                 (Cho et al. 2014)
    LSTM  i, f, o = sigma(...); g = tanh(...); c_t = f c_{t-1} + i g; h_t = o tanh(c_t)
                                                                      (Gers et al. 2000)

    Args:
        weights: the cell's.
        x: x_t (input).
        h: h_{t-1} (unit).
        c: c_{t-1} (unit), for the LSTM; None counts as zero.

    Example:
        >>> one, zero = np.ones((1, 1)), np.zeros(1)
        >>> weights = CellWeights("rnn", 0.5 * one, 2.0 * one, zero, zero)
        >>> step(weights, np.array([1.0]), np.array([0.25])).gates["h"].z  # 0.5 * 1 + 2 * 0.25
        array([1.])
    """
    if CELLS[weights.cell].has_cell_state and c is None:
        c = np.zeros_like(h)
    gates: dict[str, GateStep] = {}
    for name in CELLS[weights.cell].blocks:
        factor = gates["r"].value if name == "n" else np.ones_like(h)
        gates[name] = _gate(weights, name, x, h, factor)
    value = {name: gate.value for name, gate in gates.items()}
    if weights.cell == "gru":
        return Step(x, h, None, (1 - value["z"]) * value["n"] + value["z"] * h, None, gates)
    if c is not None and weights.cell == "lstm":
        after = value["f"] * c + value["i"] * value["g"]
        return Step(x, h, c, value["o"] * np.tanh(after), after, gates)
    return Step(x, h, None, value["h"], None, gates)


def unroll(weights: CellWeights, inputs: Sequence[Array] | Array) -> list[Step]:
    """Call the cell at every timestep, from the zero state: the same weights each time.

    Args:
        weights: the cell's.
        inputs: x_1, x_2, ... (time, input).

    Example:
        >>> one, zero = np.ones((1, 1)), np.zeros(1)
        >>> steps = unroll(CellWeights("rnn", one, one, zero, zero), np.zeros((3, 1)))
        >>> [float(made.h[0]) for made in steps]
        [0.0, 0.0, 0.0]
    """
    h: Array = np.zeros(weights.units)
    c: Array | None = None
    steps: list[Step] = []
    for x in inputs:
        made = step(weights, np.asarray(x, np.float64), h, c)
        h, c = made.h, made.c
        steps.append(made)
    return steps


def _gate(weights: CellWeights, name: str, x: Array, h: Array, factor: Array) -> GateStep:
    rows = weights.block(name)
    from_input = weights.weight_ih[rows] @ x + weights.bias_ih[rows]
    from_state = weights.weight_hh[rows] @ h + weights.bias_hh[rows]
    z = from_input + factor * from_state
    phi = NONLINEARITIES[weights.function(name)]
    return GateStep(factor, z, phi.value(z))
