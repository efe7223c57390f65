"""The nonlinearities of cells, and what they multiply a derivative by, in vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.fused.code import Vector, fma

# exp(r) = 1 + r + r^2 (1/2 + r/6 + ...) for |r| <= ln 2 / 2: coefficients of Cephes' expf, within
# one unit of the last place.
_EXP = (
    1.9875691500e-4,
    1.3981999507e-3,
    8.3334519073e-3,
    4.1665795894e-2,
    1.6666665459e-1,
    5.0000001201e-1,
)
_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 0.693359375, -2.12194440e-4  # the first without rounding in a product
_LARGEST = 87.0  # exp of more is no float32
_ROUND = 12582912.0  # added to a number below 2^22, what is left in its last bits is an integer


def sigmoid(x: Vector) -> Vector:
    """1 / (1 + exp(-x))."""
    return 1.0 / (_exp(0.0 - x) + 1.0)


def tanh(x: Vector) -> Vector:
    """E / (e + 2), where e = exp(2x) - 1: within 3 units of the last place."""
    part, shifted = _reduced_exp(2.0 * x)
    power = _times_power(x.code.constant(1.0), shifted)
    e = fma(part, power, power - 1.0)  # where x is small the power is 1: no digit is lost
    return e / (e + 2.0)


def relu(x: Vector) -> Vector:
    """x, or 0 where x is less."""
    return x.replaced_where("olt", 0.0, 0.0)


def positive(x: Vector) -> Vector:
    """x + 1/2 from 0 on, sigma(x) below."""
    return (x + 0.5).replaced_where("olt", 0.5, sigmoid(x))


def through_sigmoid(d: Vector, s: Vector) -> Vector:
    """D s (1 - s): the derivative through s = sigma(a)."""
    return d * s * (1.0 - s)


def through_tanh(d: Vector, s: Vector) -> Vector:
    """D (1 - s^2): the derivative through s = tanh(a)."""
    return d * (1.0 - s * s)


def through_relu(d: Vector, s: Vector) -> Vector:
    """D where s > 0, else 0: the derivative through s = max(a, 0)."""
    return d * s.replaced_where("ogt", 0.0, 1.0)


def through_positive(d: Vector, s: Vector) -> Vector:
    """D s (1 - s) where s < 1/2, else D: the derivative through s = positive(a)."""
    there, missing = (s.replaced_where("oge", 0.5, end) for end in (1.0, 0.0))
    return d * there * (1.0 - missing)


NONLINEARITIES: Mapping[Nonlinearity, Callable[[Vector], Vector]] = MappingProxyType(
    {"tanh": tanh, "relu": relu, "sigmoid": sigmoid}
)
THROUGH: Mapping[Nonlinearity, Callable[[Vector, Vector], Vector]] = MappingProxyType(
    {"tanh": through_tanh, "relu": through_relu, "sigmoid": through_sigmoid}
)


def _exp(x: Vector) -> Vector:
    part, shifted = _reduced_exp(x)
    return _times_power(part + 1.0, shifted)


def _reduced_exp(x: Vector) -> tuple[Vector, Vector]:
    """What exp(x) = 2^n exp(x - n ln 2) is made of: the last factor less 1, and n + `_ROUND`."""
    x = x.replaced_where("ogt", _LARGEST, _LARGEST).replaced_where("olt", -_LARGEST, -_LARGEST)
    shifted = fma(x, _LOG2_E, _ROUND)
    n = shifted - _ROUND
    r = fma(n, -_LN2_LOW, fma(n, -_LN2_HIGH, x))
    series = x.code.constant(_EXP[0])
    for coefficient in _EXP[1:]:
        series = fma(series, r, coefficient)
    return fma(series, r * r, r), shifted


def _times_power(x: Vector, shifted: Vector) -> Vector:
    """X 2^n, by adding n to its exponent; n stands in the last bits of `shifted`."""
    code = x.code
    whole = f"<{code.lanes} x i32>"
    number, power = (
        code.gives(f"bitcast {code.vector} {each} to {whole}") for each in (x, shifted)
    )
    exponent = code.gives(f"shl {whole} {power}, {code.alike('i32 23')}")
    moved = code.gives(f"add {whole} {number}, {exponent}")
    return Vector(code, code.gives(f"bitcast {whole} {moved} to {code.vector}"))
