"""One unit: h_t = phi(w_xh x_t + w_hh h_{t-1} + b), and what a timestep does to a gradient."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from rnnviz.cells import Nonlinearity
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES
from rnnviz.records import Array

Phi = Nonlinearity | Literal["linear"]
PHIS: tuple[Phi, ...] = ("linear", *NONLINEARITIES)

Inputs = Literal["none", "impulse", "constant", "alternating", "random"]
INPUTS: tuple[Inputs, ...] = get_args(Inputs)

VANISHED, EXPLODED = -3.0, 3.0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The numbers of one unit.

    Attributes:
        w_hh: what the state before is multiplied by.
        w_xh: what the input is multiplied by.
        b: the bias.
        phi: linear, tanh, sigmoid or relu.
        h_0: the state before the first timestep.
    """

    w_hh: float
    w_xh: float = 1.0
    b: float = 0.0
    phi: Phi = "tanh"
    h_0: float = 0.0

    def __post_init__(self) -> None:
        if self.phi not in PHIS:
            raise ValueError(f"phi is {self.phi!r}; it must be one of {', '.join(PHIS)}.")


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """A unit over a sequence; logarithms are to base 10, because powers leave every other scale.

    Attributes:
        h: hidden states (time + 1).
        z: arguments of phi (time).
        factor: dh_t/dh_{t-1} = w_hh phi'(z_t) (time).
        log_product: log10 |dh_t/dh_0|, from t = 0 (time + 1); -inf where it is exactly zero.
        log_power: log10 |w_hh|^t (time + 1).
    """

    h: Array
    z: Array
    factor: Array
    log_product: Array
    log_power: Array


def recur(unit: Recurrence, inputs: Array) -> Gradients:
    """Run the unit over inputs (time) and multiply up its local factors.

    Example:
        >>> found = recur(Recurrence(w_hh=3.0, phi="linear"), np.ones(4))
        >>> found.h, (10 ** found.log_product).round(6)
        (array([ 0.,  1.,  4., 13., 40.]), array([ 1.,  3.,  9., 27., 81.]))
    """
    h, z = np.zeros(len(inputs) + 1), np.zeros(len(inputs))
    h[0] = unit.h_0
    for t, x in enumerate(inputs):
        z[t] = unit.w_xh * x + unit.w_hh * h[t] + unit.b
        h[t + 1] = _value(unit.phi, z[t : t + 1])[0]
    log_factor = _log(abs(unit.w_hh)) + _LOG_SLOPES[unit.phi](z)
    log_product = np.concatenate([[0.0], np.cumsum(log_factor)])
    factor = np.sign(unit.w_hh) * 10.0**log_factor
    log_power = np.concatenate([[0.0], np.arange(1, len(h)) * _log(abs(unit.w_hh))])
    return Gradients(h, z, factor, log_product, log_power)


def example_inputs(kind: Inputs, length: int, seed: int = 0) -> Array:
    """Inputs x_t (time): all 0, a 1 at first, all 1, +1 and -1 in turn, or standard normal.

    Example:
        >>> example_inputs("alternating", 3)
        array([ 1., -1.,  1.])
    """
    if kind not in INPUTS:
        raise ValueError(f"the inputs are {kind!r}; they must be one of {', '.join(INPUTS)}.")
    if kind == "random":
        return np.random.default_rng(seed).standard_normal(length)
    time = np.arange(length)
    shapes: dict[str, Array] = {
        "none": np.zeros(length),
        "impulse": (time == 0).astype(np.float64),
        "constant": np.ones(length),
        "alternating": np.where(time % 2 == 0, 1.0, -1.0),
    }
    return shapes[kind]


def read_inputs(typed: str, length: int) -> Array:
    """Numbers a person typed, then zeros (time).

    Raises:
        ValueError: something is no number, or too large to be meant.

    Example:
        >>> read_inputs("1, -2  0.5", 5)
        array([ 1. , -2. ,  0.5,  0. ,  0. ])
    """
    found = np.zeros(length)
    for place, word in enumerate(typed.replace(",", " ").split()[:length]):
        try:
            found[place] = float(word)
        except ValueError:
            raise ValueError(f"{word!r} is no number; write numbers like 1 -0.5 2.") from None
        if not abs(found[place]) <= 1e6:
            raise ValueError(f"{word!r} is out of range; inputs go from -1,000,000 to 1,000,000.")
    return found


def outcome(log_product: float) -> Literal["vanished", "exploded", "kept", "zero"]:
    """What became of a gradient: vanished below 1/1000, exploded above 1000.

    Example:
        >>> [outcome(log) for log in (-3.1, 0.4, 7.0, -math.inf)]
        ['vanished', 'kept', 'exploded', 'zero']
    """
    if log_product == -math.inf:
        return "zero"
    if log_product < VANISHED:
        return "vanished"
    return "exploded" if log_product > EXPLODED else "kept"


def _value(phi: Phi, z: Array) -> Array:
    return z if phi == "linear" else NONLINEARITIES[phi].value(z)


def _log(value: float) -> float:
    return math.log10(value) if value > 0 else -math.inf


def _log_tanh_slope(z: Array) -> Array:
    """log10 of 1 - tanh^2 = 4 e^{-2|z|} / (1 + e^{-2|z|})^2, which never rounds to zero."""
    found: Array = (np.log(4) - 2 * np.abs(z) - 2 * np.log1p(np.exp(-2 * np.abs(z)))) / np.log(10)
    return found


def _log_sigmoid_slope(z: Array) -> Array:
    """log10 of sigma (1 - sigma) = e^{-|z|} / (1 + e^{-|z|})^2."""
    found: Array = _log_tanh_slope(z / 2) - np.log10(4)
    return found


def _log_relu_slope(z: Array) -> Array:
    return np.where(z > 0, 0.0, -np.inf)


_LOG_SLOPES: dict[Phi, Callable[[Array], Array]] = {
    "linear": np.zeros_like,
    "tanh": _log_tanh_slope,
    "sigmoid": _log_sigmoid_slope,
    "relu": _log_relu_slope,
}
