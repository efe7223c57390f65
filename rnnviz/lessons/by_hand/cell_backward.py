"""One recurrent cell on the way back: RNN, GRU and LSTM, every derivative written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.cells import CELLS
from rnnviz.lessons.by_hand.cell import CellWeights, Step
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES
from rnnviz.records import Array


@dataclass(frozen=True, slots=True, eq=False)
class StepBackward:
    """What L says about one call of the cell, given what it says about its h_t and c_t.

    Attributes:
        by_input: dL/d(W_ih x_t + b_ih) (gates * unit).
        by_state: dL/d(W_hh h_{t-1} + b_hh) (gates * unit).
        h_before: what reaches h_{t-1} past the weights, the GRU's copy of it (unit).
        c: dL/dc_t (unit), or None where the cell has no c.
        c_before: what reaches c_{t-1} (unit), or None.
    """

    by_input: Array
    by_state: Array
    h_before: Array
    c: Array | None = None
    c_before: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LayerBackward:
    """What L says about every state of one layer.

    Attributes:
        from_above: the part of dL/dh_t that comes at timestep t itself: from l_t in the top layer,
            from the layer above in the others (time, unit).
        from_next: the part that comes back from t + 1 (time, unit).
        dc: dL/dc_t (time, unit), or None where the cell has no c.
        dc_from_next: the part of it that comes back from c_{t+1} (time, unit), or None; the rest
            comes through h_t.
        by_input: dL/d(W_ih x_t + b_ih) (time, gates * unit).
        by_state: dL/d(W_hh h_{t-1} + b_hh) (time, gates * unit).
    """

    from_above: Array
    from_next: Array
    dc: Array | None
    dc_from_next: Array | None
    by_input: Array
    by_state: Array

    @property
    def dh(self) -> Array:
        """dL/dh_t by every way (time, unit).

        Of the LSTM these are the ways that leave h_t; what passes from c_t to c_{t+1} past h_t is
        in dL/dc_t.
        """
        found: Array = self.from_above + self.from_next
        return found


def step_backward(
    weights: CellWeights, step: Step, dh: Array, dc: Array | None = None
) -> StepBackward:
    """The chain rule through one call of the cell.

    With a_k what gate k's function is applied to:

    RNN   dL/da = dL/dh_t phi'(a)
    GRU   dL/da_n = dL/dh_t (1 - z) (1 - n^2), by W_hn h_{t-1} + b_hn that times r;
          dL/da_z = dL/dh_t (h_{t-1} - n) z (1 - z);
          dL/da_r = dL/da_n (W_hn h_{t-1} + b_hn) r (1 - r)
    LSTM  dL/dc_t = f_{t+1} dL/dc_{t+1} + dL/dh_t o (1 - tanh^2 c_t); dL/da_i = dL/dc_t g i (1 - i);
          dL/da_f = dL/dc_t c_{t-1} f (1 - f); dL/da_g = dL/dc_t i (1 - g^2);
          dL/da_o = dL/dh_t tanh(c_t) o (1 - o)

    Args:
        weights: the cell's.
        step: the call.
        dh: dL/dh_t (unit).
        dc: what comes back from c_{t+1} (unit); None counts as zero.

    Example:
        >>> from rnnviz.lessons.by_hand.cell import step
        >>> one, zero = np.ones((1, 1)), np.zeros(1)
        >>> weights = CellWeights("rnn", one, one, zero, zero, nonlinearity="relu")
        >>> made = step(weights, np.array([3.0]), np.zeros(1))
        >>> step_backward(weights, made, np.array([2.0])).by_state
        array([2.])
    """
    if weights.cell == "gru":
        return _gru(weights, step, dh)
    if step.c is not None and step.c_before is not None:
        carried = np.zeros_like(dh) if dc is None else dc
        return _lstm(step, step.c, step.c_before, dh, carried)
    by_sum = dh * NONLINEARITIES[weights.nonlinearity].slope_from_value(step.h)
    return StepBackward(by_sum, by_sum, np.zeros_like(dh))


def _gru(weights: CellWeights, step: Step, dh: Array) -> StepBackward:
    r, z, n = (step.gates[gate].value for gate in ("r", "z", "n"))
    rows = weights.block("n")
    state = weights.weight_hh[rows] @ step.h_before + weights.bias_hh[rows]
    by_n = dh * (1 - z) * (1 - n**2)
    gates = [by_n * state * r * (1 - r), dh * (step.h_before - n) * z * (1 - z)]
    return StepBackward(
        np.concatenate([*gates, by_n]), np.concatenate([*gates, by_n * r]), h_before=dh * z
    )


def _lstm(step: Step, c: Array, c_before: Array, dh: Array, dc: Array) -> StepBackward:
    i, f, g, o = (step.gates[gate].value for gate in ("i", "f", "g", "o"))
    tanh_c = np.tanh(c)
    whole = dc + dh * o * (1 - tanh_c**2)
    gates = [
        whole * g * i * (1 - i),
        whole * c_before * f * (1 - f),
        whole * i * (1 - g**2),
        dh * tanh_c * o * (1 - o),
    ]
    by_sum = np.concatenate(gates)
    return StepBackward(by_sum, by_sum, np.zeros_like(dh), whole, whole * f)


def layer_backward(weights: CellWeights, steps: Sequence[Step], from_above: Array) -> LayerBackward:
    """Backpropagation through time of one layer, from the last timestep to the first.

    dL/dh_{t-1} = from_above_{t-1} + W_hh^T dL/d(W_hh h_{t-1} + b_hh) + the GRU's z_t dL/dh_t

    Args:
        weights: the layer's.
        steps: its calls (time).
        from_above: what reaches each h_t at its own timestep (time, unit).

    Example:
        >>> from rnnviz.lessons.by_hand.cell import unroll
        >>> one, zero = np.ones((1, 1)), np.zeros(1)
        >>> weights = CellWeights("rnn", one, 0.5 * one, zero, zero, nonlinearity="relu")
        >>> steps = unroll(weights, np.ones((3, 1)))
        >>> found = layer_backward(weights, steps, np.array([[0.0], [0.0], [1.0]]))
        >>> found.dh[:, 0].tolist()
        [0.25, 0.5, 1.0]
    """
    from_next = np.zeros_like(from_above)
    has_c = CELLS[weights.cell].has_cell_state
    dc_from_next = np.zeros_like(from_above) if has_c else None
    back: list[StepBackward] = []
    for t in reversed(range(len(steps))):
        carried = None if dc_from_next is None else dc_from_next[t]
        one = step_backward(weights, steps[t], from_above[t] + from_next[t], carried)
        back.insert(0, one)
        if t:
            from_next[t - 1] = one.h_before + weights.weight_hh.T @ one.by_state
            if dc_from_next is not None and one.c_before is not None:
                dc_from_next[t - 1] = one.c_before
    return LayerBackward(
        from_above,
        from_next,
        np.array([one.c for one in back]) if has_c else None,
        dc_from_next,
        np.array([one.by_input for one in back]),
        np.array([one.by_state for one in back]),
    )
