"""What is found of a layer's health, each in one sentence, and what to try next."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.units.copies import LINE
from rnnviz.analysis.units.health import LayerHealth, ends
from rnnviz.cells import CELLS, Gate
from rnnviz.notation import are, fixed, listed, share_words, significant
from rnnviz.records import Array
from rnnviz.runs.network.health_words import before_words, lasting, middle, originals
from rnnviz.runs.network.unit_health import RunHealth
from rnnviz.training.advice import slower

DECAY = 0.1  # of 64 tanh units it took saturation from 55 to 35 % at the same loss
_NAMED = 6  # units; where there are more, all but the first five are counted
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding.

    Attributes:
        said: in one sentence.
        advice: what to try next; "" where nothing asks for it.
    """

    said: str
    advice: str = ""


def remarks(found: RunHealth, layer: int) -> list[Remark]:
    """What is found of a layer: units of no use first, past how all of them work."""
    now, before = found.trained[layer], found.before(layer)
    gates = [gate for gate in CELLS[found.model.cell].gates if gate.symbol in now.gates]
    return [
        *_dead(found, now, before),
        _still(now, before),
        _copies(now, before),
        *_saturated(found, now, before),
        *(_gate(gate, now, before) for gate in gates),
        *_memory(found, now, before),
    ]


def _dead(found: RunHealth, now: LayerHealth, before: LayerHealth | None) -> Iterator[Remark]:
    """Of relu units alone."""
    if found.model.nonlinearity != "relu":
        return
    past = before_words("" if before is None else _were(len(before.dead)))
    if not now.dead:
        yield Remark(f"No unit is dead: the relu of each is above 0 after some character{past}.")
        return
    yield Remark(
        f"{_of(now, len(now.dead))} dead, the relu at 0 after every character{past}: "
        f"{listed(now.dead, _NAMED)}.",
        "No gradient passes where a relu is at 0: over this text a dead unit learns no more."
        + ("" if found.training is None else f" {slower(found.model, found.training)}"),
    )


def _still(now: LayerHealth, before: LayerHealth | None) -> Remark:
    past = before_words("" if before is None else _were(len(before.still)))
    if not now.still:
        but = " but the dead" * bool(now.dead)
        return Remark(f"No unit{but} is still: each moves by more than 0.0001 over the text{past}.")
    return Remark(
        f"{_of(now, len(now.still))} still, moved by 0.0001 at most over the text{past}: "
        f"{listed(now.still, _NAMED)}.",
        "What a still unit tells could as well stand in the biases: a hidden_size below "
        f"{now.units:,} would do.",
    )


def _copies(now: LayerHealth, before: LayerHealth | None) -> Remark:
    past = before_words("" if before is None else _were(before.copying))
    line = fixed(LINE)
    if not now.copying:
        return Remark(
            f"No unit is a copy of another: no two have a correlation of at least {line}, or at "
            f"most −{line}{past}."
        )
    pairs = [f"{unit} {whose}" for unit, whose in originals(now).items()]
    copies = "a copy" if now.copying == 1 else "copies"
    return Remark(
        f"{_of(now, now.copying)} {copies} of another, by a correlation of at least {line}, or at "
        f"most −{line} (upside down), or a chain of such{past}: {listed(pairs, _NAMED)}.",
        f"A copy tells what another tells already: a hidden_size below {now.units:,} might do.",
    )


def _saturated(found: RunHealth, now: LayerHealth, before: LayerHealth | None) -> Iterator[Remark]:
    """Of units that can be: what has no end that h could come near to has none."""
    low, high = ends(found.model)
    if math.isinf(low):
        return
    past = before_words("" if before is None else _mean(before.saturated))
    often = f"{_mean(now.saturated)} of the time{past}"
    phi = found.model.nonlinearity
    if phi == "relu":
        yield Remark(f"The average unit is off, its relu at 0, {often}.")
        return
    at = f"at most {significant(low)}, or at least {significant(high)}"
    said = f"The average unit is saturated {often}: {at}"
    if now.gates:
        yield Remark(f"{said}, close to the ends that h cannot pass.")
        return
    yield Remark(
        f"{said}, where the slope of {phi} is under a tenth of its largest.",
        _unsaturate(found) if now.saturated.mean() > _MOSTLY else "",
    )


def _unsaturate(found: RunHealth) -> str:
    if found.training is None:
        return ""
    decay = found.training.weight_decay
    used = f"{significant(decay)} was used" if decay else "none was used"
    return (
        "Little gradient passes a saturated unit, though it may be of use as a switch. Should the "
        f"loss no longer fall, try a weight_decay of {significant(max(DECAY, 2 * decay))} ({used}):"
        " smaller weights saturate less."
    )


def _gate(gate: Gate, now: LayerHealth, before: LayerHealth | None) -> Remark:
    own = now.gates[gate.symbol]
    past = ""
    if before is not None:
        old = before.gates[gate.symbol]
        past = f"{_mean(old.open)} and {_mean(old.closed)}"
    return Remark(
        f"The {gate.name} of the average unit is open (above 0.9) {_mean(own.open)} and closed "
        f"(below 0.1) {_mean(own.closed)} of the time{before_words(past)}. It says {gate.does}."
    )


def _memory(found: RunHealth, now: LayerHealth, before: LayerHealth | None) -> Iterator[Remark]:
    """By the gate that keeps, of cells that have one."""
    if now.half_life is None:
        return
    facts = CELLS[found.model.cell]
    held = "its cell state c" if facts.has_cell_state else "its h"
    longest = int(np.argmax(now.half_life))
    most = lasting(float(now.half_life[longest]))
    past = "" if before is None or before.half_life is None else _both(before.half_life)
    yield Remark(
        f"As far as the {facts.names[facts.keeps]} decides, half of what a unit holds in {held} is "
        f"left after {middle(now.half_life)} in the middle of all units, and after {most} in unit "
        f"{longest}, which keeps it longest{before_words(past)}.",
        _longer(found, now.half_life),
    )


def _longer(found: RunHealth, half_life: Array) -> str:
    """Where units keep for longer than training looks back."""
    if found.training is None:
        return ""
    window = found.training.sequence_length
    beyond = int(np.count_nonzero(half_life > window))
    if not beyond:
        return ""
    return (
        f"Training follows a loss back over {window:,} characters at most (sequence_length), while "
        f"half is kept for longer by {beyond:,} of {len(half_life):,} units: try a sequence_length "
        f"of {2 * window:,}."
    )


def _both(half_life: Array) -> str:
    most = lasting(float(half_life.max()))
    return f"{middle(half_life).removesuffix(' characters')} and {most}"


def _mean(shares: Array) -> str:
    return _share(float(shares.mean()))


def _share(share: float) -> str:
    return share_words(share) if share else "0 %"


def _of(now: LayerHealth, count: int) -> str:
    """So many of all, one at least, with the verb."""
    return f"{count:,} of {now.units:,} units {are(count)}"


def _were(count: int) -> str:
    """How many were, before training.

    Example:
        >>> _were(0), _were(1), _were(1_200)
        ('none was', '1 was', '1,200 were')
    """
    return {0: "none was", 1: "1 was"}.get(count, f"{count:,} were")
