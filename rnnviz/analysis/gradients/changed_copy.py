"""A network beside a copy in which something is changed: what both do over a text, in words too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.gradients.reach import Reach
from rnnviz.notation import bits_words, counted, fixed, loss_words, share_words
from rnnviz.records import Trace

_GROWN = 1.005  # what is written as so many times

Complex = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """What a network does over a text, from the zero state.

    Attributes:
        trace: its states and losses.
        reaches: how gradients of one layer fall with the lag, by path.
        eigenvalues: of the mean Jacobian of that layer's timesteps, the largest first; none where
            its states are no longer finite numbers.
        sigma: the largest singular value of that mean; NaN likewise.
    """

    trace: Trace
    reaches: Mapping[str, Reach]
    eigenvalues: Complex
    sigma: float

    @property
    def radius(self) -> float:
        """The spectral radius of the mean Jacobian."""
        return float(np.abs(self.eigenvalues[0])) if len(self.eigenvalues) else math.nan


def said_of_change(words: str, losses: tuple[float, float], before: Glance, after: Glance) -> str:
    """What the same text costs the changed copy, and how much of a gradient is left far back.

    Args:
        words: what is changed.
        losses: before and after, in nats per character as a person sees it.
        before: the network as it is.
        after: its copy.
    """
    said = f"With {words} and nothing else changed, this network"
    if not math.isfinite(losses[1]):
        return f"{said} has states that grow until they are no longer finite numbers."
    of = these(before.trace)
    if not math.isfinite(losses[0]):
        return (
            f"{said} predicts {of} at {loss_words(losses[1])}; as it is, its states grow until "
            "they are no longer finite numbers."
        )
    return (
        f"{said} predicts {of} {_better(losses[1] - losses[0])} as it is: "
        f"{loss_words(losses[1])} instead of {loss_words(losses[0])}. "
        f"{_left(before.reaches['h'], after.reaches['h'])}{_exploding(after)}"
    )


def these(trace: Trace) -> str:
    """The characters of a text that were predicted: all but the first."""
    count = len(trace.text) - 1
    return "this character" if count == 1 else f"these {counted(count, 'character')}"


def _better(cost: float) -> str:
    """How a loss differs from that which is named next, as far as it is written."""
    if bits_words(abs(cost)) == bits_words(0.0):
        return "neither better nor worse, to three decimals, than"
    return f"{bits_words(abs(cost))}/char {'worse' if cost > 0 else 'better'} than"


def _left(before: Reach, after: Reach) -> str:
    """After how many characters 1 % of a gradient is left, or how much at the furthest lag."""
    if not after.norm > 0 or not before.norm > 0:
        return "One of their gradients is zero or no number."
    then_at, now_at = before.hundredth.lag, after.hundredth.lag
    if then_at is not None and now_at is not None:
        return (
            "The gradient of a loss by h is down to 1 % of that at lag 0 after "
            f"{counted(now_at, 'character')}, instead of {then_at:,}."
        )
    lag = min(before.edge.lag, after.edge.lag)
    now, then = (share_words(float(each.curve[lag] / each.norm)) for each in (after, before))
    return (
        f"The gradient of a loss by h is {now} as large {counted(lag, 'character')} back as at lag "
        f"0, instead of {then}."
    )


def _exploding(after: Glance) -> str:
    """That its gradient grows on its way back; goes on what is said."""
    reach = after.reaches["h"]
    if not reach.norm > 0 or reach.hundredth.lag is not None or reach.edge.value < _GROWN:
        return ""
    said = " It grows on its way back: such gradients explode, which by itself is no memory."
    if after.radius < 1:
        said += (
            f" The spectral radius of the mean Jacobian, {fixed(after.radius, 3)}, is below 1 and "
            "does not show it: products of Jacobians that differ can grow where their mean does "
            "not."
        )
    return said
