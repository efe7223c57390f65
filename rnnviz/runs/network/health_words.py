"""How well the units of a layer work, in a sentence or two that can be repeated."""

from __future__ import annotations

import math

import numpy as np

from rnnviz.analysis.units.health import LayerHealth
from rnnviz.cells import CELLS
from rnnviz.models.subject import RunSnapshot
from rnnviz.notation import fixed, half_life_words
from rnnviz.records import Array
from rnnviz.runs.network.unit_health import RunHealth

CAVEAT = (
    "Over another text it may be otherwise. And that all units work does not make a network good, "
    "nor a few that do not a bad one: how well it predicts, its loss says."
)


def headline(found: RunHealth, layer: int) -> str:
    """How many units of a layer are of no use or copies; of other layers, where some are no use."""
    now = found.trained[layer]
    own = [] if now.idle else [_busy(now)]
    return " ".join([*own, *idle_words(found, first=layer)])


def idle_words(found: RunHealth, first: int = 0) -> list[str]:
    """A sentence for each layer that has units of no use, one layer before all others.

    Args:
        found: the health.
        first: the number of that layer.
    """
    layers = sorted(found.trained, key=lambda one: (one.layer != first, one.layer))
    return [
        f"{_among(one)} {_are(one.idle)} of no use over this text: the same value after every "
        "character."
        for one in layers
        if one.idle
    ]


def what(now: LayerHealth) -> dict[int, str]:
    """What is the matter with a unit, by its number, where something is: the worst first."""
    found = dict.fromkeys(now.dead, "dead") | dict.fromkeys(now.still, "still")
    return found | {unit: f"copy {whose}" for unit, whose in originals(now).items()}


def conclusion(found: RunHealth, layer: int) -> str:
    """What can be repeated: how many units are of no use or copies, and how long they keep what."""
    now, before = found.trained[layer], found.before(layer)
    at = RunSnapshot("", found.iteration, found.numbered).at
    then = "" if before is None else f"{before.idle:,} of no use, {_copies(before.copying)}"
    said = (
        f"{_among(now)} {_are(now.idle)} of no use and {_copies_are(now.copying)} of another, "
        f"{at}, while the network reads these {now.characters:,} "
        f"characters{before_words(then)}."
    )
    if now.half_life is None:
        return said
    then = "" if before is None or before.half_life is None else middle(before.half_life)
    facts = CELLS[found.model.cell]
    return (
        f"{said} By the {facts.names[facts.keeps]}, half of its units have lost half of what they "
        f"held after {middle(now.half_life)}{before_words(then)}."
    )


def _busy(now: LayerHealth) -> str:
    if now.copying:
        return (
            f"All {now.units:,} units of layer {now.layer} move over this text, and "
            f"{_copies_are(now.copying)} of another."
        )
    return f"All {now.units:,} units of layer {now.layer} work: each moves, and none is a copy."


def originals(now: LayerHealth) -> dict[int, str]:
    """Of which unit each copy is one, with their correlation."""
    return {
        unit: f"of {group.units[0]} ({fixed(r)})"
        for group in now.groups
        for unit, r in zip(group.units[1:], group.correlations[1:], strict=True)
    }


def middle(half_life: Array) -> str:
    """The half-life that half of the units do not reach.

    Example:
        >>> middle(np.array([1.0, 2.0, 40.0])), middle(np.array([math.inf]))
        ('2.00 characters', 'more than half of the text')
    """
    return lasting(float(np.median(half_life)))


def lasting(half_life: float) -> str:
    """One half-life."""
    return half_life_words(half_life) if math.isfinite(half_life) else "more than half of the text"


def _among(now: LayerHealth) -> str:
    return f"Of the {now.units:,} units of layer {now.layer},"


def _are(count: int) -> str:
    """How many are, at the place of the verb.

    Example:
        >>> _are(0), _are(1), _are(1_200)
        ('none is', '1 is', '1,200 are')
    """
    return {0: "none is", 1: "1 is"}.get(count, f"{count:,} are")


def _copies_are(count: int) -> str:
    """Likewise how many are copies."""
    return f"{_are(count)} {'a copy' if count < 2 else 'copies'}"


def _copies(count: int) -> str:
    return f"{count:,} {'copy' if count == 1 else 'copies'}"


def before_words(before: str) -> str:
    """What was so before training, where that is known."""
    return f" (before training: {before})" if before else ""
