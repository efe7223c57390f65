"""What happens to a state and its gradient when a nonlinearity is applied again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.cells import Nonlinearity
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES
from rnnviz.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """h_t = phi(w h_{t-1}), from a start.

    Attributes:
        h: the start and every state after it (timestep).
        gradient: |d h_t / d h_0|: the product of w phi'(w h_{k-1}) for k = 1 ... t (timestep).
    """

    h: Floats
    gradient: Floats


def repeat(name: Nonlinearity, weight: float, start: float, timesteps: int) -> Repeated:
    """Apply phi again and again to w times its own result.

    Args:
        name: of phi.
        weight: w.
        start: h_0.
        timesteps: how often.

    Example:
        >>> repeat("relu", weight=2.0, start=1.0, timesteps=3).h.tolist()
        [1.0, 2.0, 4.0, 8.0]
        >>> repeat("sigmoid", weight=1.0, start=0.0, timesteps=1).gradient.tolist()
        [1.0, 0.25]
    """
    phi = NONLINEARITIES[name]
    h, gradient = np.empty(timesteps + 1), np.ones(timesteps + 1)
    h[0] = start
    for t in range(1, timesteps + 1):
        z = weight * h[t - 1 : t]
        h[t] = phi.value(z)[0]
        gradient[t] = gradient[t - 1] * abs(weight * phi.slope(z)[0])
    return Repeated(h, gradient)


def least_fall(gradient: Floats) -> float:
    """The smallest factor a timestep divided the gradient by; infinite where it reached zero.

    Example:
        >>> least_fall(np.array([1.0, 0.25, 0.05]))
        4.0
    """
    before, after = gradient[:-1], gradient[1:]
    alive = before > 0
    if not alive.any():
        return float("inf")
    ratios = np.divide(before, after, out=np.full(len(after), np.inf), where=after > 0)
    return float(ratios[alive].min())
