"""What is said of tanh, sigmoid and relu, beside what three trained networks show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rnnviz.analysis.gradients.reach import Reach
from rnnviz.cells import Nonlinearity
from rnnviz.lessons.pages.tanh.states import States
from rnnviz.notation import are, loss_words, percent, significant

_SMALL = (
    "below 10. That does not undo the section above: there states grow if w > 1, here the "
    "recurrent weights start so that they stretch no state, as w ≤ 1 would."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One network after training.

    Attributes:
        loss: on held-out text in nats per character; NaN where it diverged or nothing is held out.
        untrained: what is read off the gradient norms by lag before training; None: unknown.
        trained: the same at the last snapshot.
        states: over the passage read, the same for all; None where they are not finite.
    """

    loss: float
    untrained: Reach | None
    trained: Reach | None
    states: States | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule of thumb, what was measured, and whether they agree (None: cannot be said)."""

    rule: str
    measured: str
    agrees: bool | None


def verdicts(found: Mapping[Nonlinearity, Measured]) -> list[Verdict]:
    """Compare five rules of thumb with the three networks.

    Args:
        found: by nonlinearity, all three.
    """
    return [_best(found), _shortest(found), _largest(found), _dead(found), _saturated(found)]


def _best(found: Mapping[Nonlinearity, Measured]) -> Verdict:
    rule = "tanh learns best."
    losses = {name: each.loss for name, each in found.items() if math.isfinite(each.loss)}
    if len(losses) < len(found):
        return Verdict(rule, "Not every network has a loss on held-out text.", None)
    order = sorted(losses, key=losses.__getitem__)
    listed = ", ".join(f"{name} {loss_words(losses[name])}" for name in order)
    return Verdict(rule, f"Validation losses, the best first: {listed}.", order[0] == "tanh")


def _shortest(found: Mapping[Nonlinearity, Measured]) -> Verdict:
    rule = "sigmoid gradients vanish first: the fewest characters until 1 % is left."
    reach = {name: each.trained for name, each in found.items() if _has_lags(each.trained)}
    if len(reach) < len(found):
        return Verdict(rule, "Not every network has gradients that can be compared.", None)
    lags = {name: _lag(reach[name]) for name in sorted(reach, key=lambda name: _lag(reach[name]))}
    listed = ", ".join(f"{name} {hundredth_words(reach[name])}" for name in lags)
    measured = (
        f"Characters until 1 % is left after training, the fewest first: {listed}. The sigmoid's "
        f"before training: {hundredth_words(found['sigmoid'].untrained)}."
    )
    others = min(lag for name, lag in lags.items() if name != "sigmoid")
    if lags["sigmoid"] > others:
        measured += (
            " That does not undo the section above: there w is chosen, here the starting weights "
            "of the sigmoid are orthogonal times 4, so that 4 × 1/4 keeps a gradient's size where "
            "the sigmoid is steepest."
        )
    alike = lags["sigmoid"] == others
    return Verdict(rule, measured, None if alike else lags["sigmoid"] < others)


def hundredth_words(reach: Reach | None) -> str:
    """After how many characters 1 % is left, as it is said.

    Example:
        >>> from rnnviz.analysis.gradients.reach import read_mean
        >>> import numpy as np
        >>> ten = np.full(10, 9)
        >>> hundredth_words(read_mean(0.5 ** np.arange(10.0), ten))
        '7'
        >>> hundredth_words(read_mean(np.ones(10), ten)), hundredth_words(None)
        ('more than 9', 'unknown')
    """
    if reach is None or not _has_lags(reach):
        return "unknown"
    lag = reach.hundredth.lag
    return f"more than {reach.edge.lag}" if lag is None else str(lag)


def _has_lags(reach: Reach | None) -> bool:
    return reach is not None and reach.norm > 0


def _lag(reach: Reach | None) -> float:
    """The 1 % lag; infinite where it lies beyond those read."""
    lag = None if reach is None else reach.hundredth.lag
    return math.inf if lag is None else lag


def _largest(found: Mapping[Nonlinearity, Measured]) -> Verdict:
    rule = "relu states grow without bound."
    states = found["relu"].states
    if states is None:
        return Verdict(rule, "They left the range of numbers: training diverged.", True)
    measured = (
        f"The largest |h| of the trained relu network on this passage is "
        f"{significant(states.largest)}, the mean {significant(states.mean_size)}: "
    )
    beyond = states.largest > 10
    measured += "far beyond 1, yet finite." if beyond else _SMALL
    return Verdict(rule, measured, beyond)


def _dead(found: Mapping[Nonlinearity, Measured]) -> Verdict:
    rule, relu = "relu units die.", found["relu"].states
    if relu is None:
        return Verdict(rule, "The relu network has no finite states.", None)
    measured = (
        f"{relu.dead} of {relu.units} relu units {are(relu.dead)} zero over the whole passage."
    )
    return Verdict(rule, measured, relu.dead > 0)


def _saturated(found: Mapping[Nonlinearity, Measured]) -> Verdict:
    rule, tanh = "tanh units saturate.", found["tanh"].states
    if tanh is None:
        return Verdict(rule, "The tanh network has no finite states.", None)
    measured = (
        f"{percent(tanh.saturated)} of the tanh values are beyond ±0.99, where the slope is below "
        f"0.02; {tanh.always_saturated} of {tanh.units} units "
        f"{are(tanh.always_saturated)} there at every timestep."
    )
    return Verdict(rule, measured, tanh.saturated > 0.01)
