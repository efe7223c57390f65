"""Is a gradient right? Move each weight a little and see how much the loss really changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rnnviz.lessons.by_hand.small_rnn import WEIGHTS, Backward, SmallRNN, forward
from rnnviz.records import Array, Ids

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """One weight matrix, checked.

    Attributes:
        analytic: the gradient backpropagation gives: the sum of its terms over timesteps.
        numeric: the gradient central differences give.
    """

    analytic: Array
    numeric: Array

    @property
    def relative_error(self) -> float:
        """|analytic - numeric| / (|analytic| + |numeric|), as vectors; 0 where both are zero."""
        scale = float(np.linalg.norm(self.analytic) + np.linalg.norm(self.numeric))
        return float(np.linalg.norm(self.analytic - self.numeric)) / scale if scale else 0.0

    @property
    def passed(self) -> bool:
        """Whether the relative error is below 1e-6."""
        return self.relative_error < TOLERANCE


def numeric_gradient(
    network: SmallRNN, ids: Ids, name: str, counted: Array | None = None, step: float = 1e-5
) -> Array:
    """(L(w + step) - L(w - step)) / (2 step), for every number of one weight.

    The error falls with step^2 until rounding, which grows with 1 / step, takes over.

    Args:
        network: the weights.
        ids: the sequence (time + 1).
        name: which weight.
        counted: 1 for the losses in L, 0 for the others (time); all by default.
        step: how far each number is moved.

    Example:
        >>> still = SmallRNN(*(np.zeros(shape) for shape in [(1, 2), (1, 1), (2, 1), 1, 2]))
        >>> numeric_gradient(still, np.array([0, 1]), "b_y").round(6)  # p - onehot
        array([ 0.5, -0.5])
    """
    weight: Array = getattr(network, name)
    found = np.zeros_like(weight)
    for place in np.ndindex(weight.shape):
        ends = []
        for way in (step, -step):
            moved = weight.copy()
            moved[place] += way
            loss = forward(replace(network, **{name: moved}), ids).loss
            ends.append(loss.sum() if counted is None else loss @ counted)
        found[place] = (ends[0] - ends[1]) / (2 * step)
    return found


def check_gradients(
    network: SmallRNN,
    ids: Ids,
    found: Backward,
    counted: Array | None = None,
    step: float = 1e-5,
) -> dict[str, Check]:
    """Every weight's gradient beside central differences.

    Example:
        >>> from rnnviz.lessons.by_hand.small_rnn import backward, random_network
        >>> network, ids = random_network(2, 3, seed=1), np.array([0, 1, 2, 1])
        >>> ran = forward(network, ids)
        >>> checks = check_gradients(network, ids, backward(network, ran))
        >>> all(check.passed for check in checks.values())
        True
        >>> wrong = check_gradients(network, ids, backward(network, ran, mistake="slope"))
        >>> wrong["w_hh"].passed, wrong["w_hy"].passed
        (False, True)
    """
    return {
        name: Check(found.terms[name].sum(0), numeric_gradient(network, ids, name, counted, step))
        for name in WEIGHTS
    }
