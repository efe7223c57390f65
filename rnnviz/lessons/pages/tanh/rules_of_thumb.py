"""What is said of tanh, sigmoid and relu, beside what three trained networks show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rnnviz.cells import Nonlinearity
from rnnviz.lessons.pages.tanh.states import States
from rnnviz.notation import half_life_words, loss_words, significant

_SMALL = (
    "below 10. That does not undo the section above: there states grow if w > 1, here the "
    "recurrent weights start so that they stretch no state, as w ≤ 1 would."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One network after training.

    Attributes:
        loss: on held-out text in nats per character; NaN where it diverged or nothing is held out.
        untrained_half_life: of the gradient norm by lag before training, in characters.
        half_life: the same at the last snapshot; infinite where the norm does not fall.
        states: over the passage read, the same for all; None where they are not finite.
        lags: the largest lag measured; a half-life beyond it is an extrapolation. None: unknown.
    """

    loss: float
    untrained_half_life: float
    half_life: float
    states: States | None
    lags: int | None = None


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
    rule = "sigmoid gradients vanish first: the shortest half-life is the sigmoid's."
    reach = {name: each.half_life for name, each in found.items()}
    if any(math.isnan(value) for value in reach.values()):
        return Verdict(rule, "Not every network has a half-life.", None)
    order = sorted(reach, key=reach.__getitem__)
    listed = ", ".join(f"{name} {half_life_words(reach[name], found[name].lags)}" for name in order)
    sigmoid = found["sigmoid"]
    before = half_life_words(sigmoid.untrained_half_life, sigmoid.lags)
    measured = (
        f"Half-life after training, the shortest first: {listed}. The sigmoid's before training: "
        f"{before}."
    )
    if order[0] != "sigmoid":
        measured += (
            " That does not undo the section above: there w is chosen, here the starting weights "
            "of the sigmoid are orthogonal times 4, so that 4 × 1/4 keeps a gradient's size where "
            "the sigmoid is steepest."
        )
    return Verdict(rule, measured, _is_shortest(sigmoid, found))


def _is_shortest(sigmoid: Measured, found: Mapping[Nonlinearity, Measured]) -> bool | None:
    """Whether its half-life is the shortest; None where all lie beyond the lags measured.

    Their order would only be that of fits drawn on.
    """
    if all(each.lags is not None and each.half_life > each.lags for each in found.values()):
        return None
    return sigmoid.half_life == min(each.half_life for each in found.values())


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
    measured = f"{relu.dead} of {relu.units} relu units are zero over the whole passage."
    return Verdict(rule, measured, relu.dead > 0)


def _saturated(found: Mapping[Nonlinearity, Measured]) -> Verdict:
    rule, tanh = "tanh units saturate.", found["tanh"].states
    if tanh is None:
        return Verdict(rule, "The tanh network has no finite states.", None)
    measured = (
        f"{tanh.saturated:.1%} of the tanh values are beyond ±0.99, where the slope is below 0.02; "
        f"{tanh.always_saturated} of {tanh.units} units are there at every timestep."
    )
    return Verdict(rule, measured, tanh.saturated > 0.01)
