"""What happened to a gradient, in words: for the numbers chosen, whatever they are."""

from __future__ import annotations

import math

import numpy as np

from rnnviz.cells import LARGEST_SLOPE
from rnnviz.lessons.pages.vanishing.scalar_recurrence import (
    Gradients,
    Recurrence,
    outcome,
)
from rnnviz.notation import significant
from rnnviz.powers import typeset, typeset_power
from rnnviz.records import Array

# tanh's slope is below 0.2 beyond the one, and above 0.9 within the other.
_SATURATED, _NEAR_ZERO = 0.9, 0.3
_ENDS = {
    "vanished": "**It vanished.**",
    "exploded": "**It exploded.**",
    "kept": "**It kept its size**, within a factor of 1,000.",
    "zero": "**It is exactly zero.**",
}


def explain(unit: Recurrence, found: Gradients) -> str:
    r"""Two or three sentences in Markdown with KaTeX.

    Example:
        >>> from rnnviz.lessons.pages.vanishing.scalar_recurrence import recur
        >>> unit = Recurrence(w_hh=3.0, phi="linear")
        >>> "exactly its power" in explain(unit, recur(unit, np.ones(4)))
        True
    """
    length, log = len(found.z), float(found.log_product[-1])
    what = outcome(log)
    power = typeset_power(float(found.log_power[-1]))
    product = rf"$\left|\partial h_{{{length}}} / \partial h_0\right| = {typeset_power(log)}$"
    start = f"{product} and $|w_{{hh}}|^{{{length}}} = {power}$."
    return f"{start} {_ENDS[what]} {_reason(unit, found, what)}".strip()


def _reason(unit: Recurrence, found: Gradients, what: str) -> str:
    if unit.phi == "linear":
        return (
            f"Nothing bends a straight line: every factor is $w_{{hh}} = {unit.w_hh:g}$ and the "
            "product is exactly its power."
        )
    if unit.phi == "relu":
        return _relu(unit, found)
    return _bending(unit, found, what)


def _relu(unit: Recurrence, found: Gradients) -> str:
    closed = np.flatnonzero(found.z <= 0)
    if len(closed):
        return (
            f"At $t = {closed[0] + 1}$ the relu is closed ($z_t \\leq 0$): its slope is 0, and "
            "nothing before it is reached any more."
        )
    return (
        f"The relu is open at every timestep, where its slope is exactly 1: the product is the "
        f"power of $w_{{hh}} = {unit.w_hh:g}$. The state itself goes from $h_0 = "
        f"{typeset(float(found.h[0]))}$ to $h_{{{len(found.z)}}} = {typeset(float(found.h[-1]))}$."
    )


def _bending(unit: Recurrence, found: Gradients, what: str) -> str:
    """tanh and sigmoid: their slope decides."""
    mean = 10.0 ** (float(found.log_product[-1]) / len(found.z))
    slope = mean / abs(unit.w_hh) if unit.w_hh else math.nan
    typical = f"In the geometric mean $\\varphi'(z_t) = {typeset(slope)}$, so that a timestep "
    typical += f"multiplies by ${typeset(mean)}$."
    if unit.phi == "sigmoid":
        most = abs(unit.w_hh) * LARGEST_SLOPE["sigmoid"]
        return f"{typical} A sigmoid's slope is at most 1/4: no factor exceeds ${most:g}$."
    if abs(unit.w_hh) > 1 and what in ("vanished", "exploded"):
        return f"{typical} {_tanh(abs(unit.w_hh), np.abs(found.h[1:]), what)}"
    return typical


def _tanh(weight: float, sizes: Array, what: str) -> str:
    """Why a weight above 1 made a gradient vanish or explode: where the states are."""
    mean, bound = (
        f"mean $|h_t| = {sizes.mean():.4f}$",
        f"$1 / |w_{{hh}}| = {significant(1 / weight)}$",
    )
    if what == "vanished":
        start = f"That is so although $|w_{{hh}}| = {weight:g}$ is above 1, because the states"
        if sizes.mean() > _SATURATED:
            return f"{start} are saturated ({mean}), where tanh is flat."
        return f"{start} lie where tanh's slope is below {bound} ({mean})."
    if sizes.max() < _NEAR_ZERO:
        return f"The states stay near 0 ({mean}), where tanh is steep and acts like a line."
    return f"The states stay where tanh's slope is above {bound} ({mean})."
