"""tanh, sigmoid and relu: values, slopes, what happens when one is applied again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rnnviz.lessons.small_rnn import Array
from rnnviz.records import Floats

Function = Callable[[Array], Array]


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow for any z.

    Example:
        >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
        [0.0, 0.5, 1.0]
    """
    found: Array = 0.5 * (1 + np.tanh(0.5 * z))
    return found


def _relu(z: Array) -> Array:
    return np.maximum(z, 0.0)


def _tanh(z: Array) -> Array:
    found: Array = np.tanh(z)
    return found


@dataclass(frozen=True, slots=True)
class Nonlinearity:
    """phi and its derivative.

    Attributes:
        name: tanh, sigmoid or relu.
        formula: phi(z) in LaTeX.
        derivative: phi'(z) in LaTeX, by phi where that is shorter.
        value: phi.
        slope_from_value: phi'(z) as a function of phi(z).
        steepest: the largest slope anywhere.
        steepest_at: a z >= 0 that has it: 0 for tanh and sigmoid. A relu has it at every z > 0,
            but not at 0 itself, where its slope is taken as 0, as PyTorch does.
    """

    name: str
    formula: str
    derivative: str
    value: Function
    slope_from_value: Function
    steepest: float
    steepest_at: float

    def slope(self, z: Array) -> Array:
        """phi'(z).

        Example:
            >>> NONLINEARITIES["sigmoid"].slope(np.array([0.0])).tolist()
            [0.25]
        """
        return self.slope_from_value(self.value(z))


NONLINEARITIES: Mapping[str, Nonlinearity] = MappingProxyType(
    {
        "tanh": Nonlinearity(
            "tanh",
            r"\frac{e^z - e^{-z}}{e^z + e^{-z}}",
            r"1 - \varphi^2",
            _tanh,
            lambda h: 1 - h**2,
            1.0,
            0.0,
        ),
        "sigmoid": Nonlinearity(
            "sigmoid",
            r"\frac{1}{1 + e^{-z}}",
            r"\varphi\,(1 - \varphi)",
            sigmoid,
            lambda h: h * (1 - h),
            0.25,
            0.0,
        ),
        "relu": Nonlinearity(
            "relu",
            r"\max(z, 0)",
            r"1\ \text{if}\ z > 0",
            _relu,
            lambda h: (h > 0).astype(np.float64),
            1.0,
            2.0,
        ),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """h_t = phi(w h_{t-1}), from a start.

    Attributes:
        h: the start and every state after it (timestep).
        gradient: |d h_t / d h_0|: the product of w phi'(w h_{k-1}) for k = 1 ... t (timestep).
    """

    h: Floats
    gradient: Floats


def repeat(name: str, weight: float, start: float, timesteps: int) -> Repeated:
    """Apply phi again and again to w times its own result.

    Args:
        name: tanh, sigmoid or relu.
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


@dataclass(frozen=True, slots=True)
class States:
    """What the hidden states of one layer did over a passage.

    Attributes:
        units: how many.
        mean_size: mean of |h| over units and timesteps.
        largest: the largest |h|.
        dead: units that were exactly zero at every timestep (a relu that never opened).
        saturated: share of values at an end of the range: |h| > 0.99 for tanh; h < 0.01 or
            h > 0.99 for sigmoid; NaN for relu, which has no upper end.
        always_saturated: units saturated at every timestep.
    """

    units: int
    mean_size: float
    largest: float
    dead: int
    saturated: float
    always_saturated: int


def measure_states(h: Floats, name: str) -> States:
    """Size, dead and saturated units of h (time, unit).

    Args:
        h: at least one timestep.
        name: tanh, sigmoid or relu.

    Example:
        >>> found = measure_states(np.array([[0.0, 0.999], [0.0, 0.5]]), "tanh")
        >>> found.dead, found.saturated, found.always_saturated
        (1, 0.25, 0)
    """
    ends = {
        "tanh": np.abs(h) > 0.99,
        "sigmoid": (h < 0.01) | (h > 0.99),
        "relu": np.zeros(h.shape, bool),
    }[name]
    return States(
        units=h.shape[1],
        mean_size=float(np.abs(h).mean()),
        largest=float(np.abs(h).max()),
        dead=int((h == 0).all(axis=0).sum()),
        saturated=float("nan") if name == "relu" else float(ends.mean()),
        always_saturated=int(ends.all(axis=0).sum()),
    )
