"""What takes longer to know of findings: what several units hold, and what holding one costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from rnnviz.analysis.states.signals import Where, signal
from rnnviz.analysis.units.cause import TOGETHER, Holding
from rnnviz.analysis.units.controls import within_character
from rnnviz.analysis.units.finding import Examined, Finding, Findings
from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.analysis.units.parts import Parts
from rnnviz.analysis.units.probes import Asked, Probe, Split, random_by_character, rotated
from rnnviz.analysis.units.search import question_of
from rnnviz.records import Trace
from rnnviz.recurrent.char_rnn import CharRNN


def examine(
    trained: Trace,
    untrained: Trace | None,
    labels: Sequence[Labels],
    found: Findings,
    seed: int = 0,
) -> Iterator[Findings]:
    """What takes longer, for the findings of one signal and layer after the other.

    Args:
        trained: as `search` had it.
        untrained: likewise.
        labels: likewise.
        found: what `search` gave, or this, which it goes on from.
        seed: of the rotations and of the control task's labels.

    Yields:
        The same findings, more and more of them examined.
    """
    groups: dict[Where, list[int]] = {}
    for number, one in enumerate(found.findings):
        groups.setdefault((one.place.signal, one.place.layer), []).append(number)
    for where, numbers in groups.items():
        those = [found.findings[number] for number in numbers]
        if all(one.examined is not None for one in those):
            continue
        examined = _examined(trained, untrained, labels, where, those, found.parts, seed)
        findings = list(found.findings)
        for number, one, more in zip(numbers, those, examined, strict=True):
            findings[number] = replace(one, examined=more)
        found = replace(found, findings=tuple(findings))
        yield found


def causes(
    network: CharRNN, trained: Trace, labels: Sequence[Labels], found: Findings, seed: int = 0
) -> Iterator[Findings]:
    """What holding each unit costs, one finding after the other; of those above chance alone.

    Args:
        network: whose trace it is.
        trained: as `search` had it.
        labels: likewise.
        found: what `search` or `examine` gave, or this, which it goes on from.
        seed: of the places that values are taken from, and of the bootstrap.

    Yields:
        The same findings, more and more of them with their cause.

    Raises:
        ValueError: the text is too short to hold units on a part of it.
    """
    holding = Holding(network, trained, found.parts, seed)
    for number, one in enumerate(found.findings):
        if one.cause is not None:
            holding.pass_over()
        elif one.above_chance:
            best = _best_units(found, number)
            where = one.place.signal, one.place.layer
            cause = holding.cause(question_of(one, labels), where, best)
            findings = list(found.findings)
            findings[number] = replace(one, cause=cause)
            found = replace(found, findings=tuple(findings))
            yield found


def _best_units(found: Findings, number: int) -> list[int]:
    """A finding's unit, and those of its layer and signal that follow the same best."""
    place = found.findings[number].place
    scores = found.scores[place.signal, place.layer][number]
    order = np.argsort(-np.abs(scores), kind="stable")
    others = [int(unit) for unit in order if unit != place.unit]
    return [place.unit, *others[: max(TOGETHER) - 1]]


def _examined(
    trained: Trace,
    untrained: Trace | None,
    labels: Sequence[Labels],
    where: Where,
    those: list[Finding],
    parts: Parts,
    seed: int,
) -> list[Examined]:
    """The findings of one signal and layer."""
    states = _split(trained, where, parts)
    before = None if untrained is None else Probe(_split(untrained, where, parts))
    probe, ids = Probe(states), trained.ids[parts.confirmation]
    whole = [question_of(one, labels) for one in those]
    asked = [Asked(one.part(parts.discovery), one.part(parts.confirmation)) for one in whole]
    directions = rotated(states, asked, seed)
    found = []
    for one, own, question, direction in zip(those, asked, whole, directions, strict=True):
        drawn = random_by_character(trained.ids, question, seed)
        control = Asked(drawn.part(parts.discovery), drawn.part(parts.confirmation))
        values = states.confirmation[:, one.place.unit]
        found.append(
            Examined(
                within_character=within_character(values, ids, own.confirmation),
                probe=probe.scores(own),
                probe_control=probe.scores(control, ())["all"],
                probe_untrained=np.nan if before is None else before.scores(own, ())["all"],
                rotated=float(direction),
            )
        )
    return found


def _split(trace: Trace, where: Where, parts: Parts) -> Split:
    values = signal(trace, *where)
    return Split(values[parts.discovery], values[parts.confirmation])
