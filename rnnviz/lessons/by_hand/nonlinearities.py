"""tanh, sigmoid and relu: values and slopes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rnnviz.cells import LARGEST_SLOPE, Nonlinearity
from rnnviz.records import Array


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
class FunctionAndSlope:
    """phi and its derivative.

    Attributes:
        name: tanh, sigmoid or relu.
        formula: phi(z) in LaTeX.
        derivative: phi'(z) in LaTeX, by phi where that is shorter.
        value: phi.
        slope_from_value: phi'(z) as a function of phi(z).
        steepest_at: a z >= 0 that has the largest slope: 0 for tanh and sigmoid. A relu has it at
            every z > 0, but not at 0 itself, where its slope is taken as 0, as PyTorch does.
    """

    name: Nonlinearity
    formula: str
    derivative: str
    value: Callable[[Array], Array]
    slope_from_value: Callable[[Array], Array]
    steepest_at: float

    @property
    def steepest(self) -> float:
        """The largest slope anywhere."""
        return LARGEST_SLOPE[self.name]

    def slope(self, z: Array) -> Array:
        """phi'(z).

        Example:
            >>> NONLINEARITIES["sigmoid"].slope(np.array([0.0])).tolist()
            [0.25]
        """
        return self.slope_from_value(self.value(z))


NONLINEARITIES: Mapping[Nonlinearity, FunctionAndSlope] = MappingProxyType(
    {
        "tanh": FunctionAndSlope(
            "tanh",
            r"\frac{e^z - e^{-z}}{e^z + e^{-z}}",
            r"1 - \varphi^2",
            _tanh,
            lambda h: 1 - h**2,
            0.0,
        ),
        "sigmoid": FunctionAndSlope(
            "sigmoid",
            r"\frac{1}{1 + e^{-z}}",
            r"\varphi\,(1 - \varphi)",
            sigmoid,
            lambda h: h * (1 - h),
            0.0,
        ),
        "relu": FunctionAndSlope(
            "relu",
            r"\max(z, 0)",
            r"1\ \text{if}\ z > 0",
            _relu,
            lambda h: (h > 0).astype(np.float64),
            2.0,
        ),
    }
)
