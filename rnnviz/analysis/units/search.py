"""Which unit follows which hypothesis best, beside its quick controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.analysis.states.signals import NOT_FINITE, Where, signal
from rnnviz.analysis.units.chance import line, line_of_all, p_value, paired
from rnnviz.analysis.units.controls import by_character
from rnnviz.analysis.units.finding import Finding, Findings, Place
from rnnviz.analysis.units.hypotheses.hypothesis import NOWHERE, Labels
from rnnviz.analysis.units.likeness import nearly_the_same
from rnnviz.analysis.units.parts import Parts, parts_of
from rnnviz.analysis.units.ranks import levels
from rnnviz.analysis.units.scores import Question, questions, scores
from rnnviz.records import Array, Floats, Ids, Trace

ABSENT = f"{NOWHERE} in this text"
RARE = 20  # so many characters of either kind, at least, in each part


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """What is asked: the questions of each hypothesis that occurs, and why others are not asked."""

    labels: tuple[Labels, ...]
    asked: tuple[tuple[Question, ...], ...]
    silent: Mapping[str, str]

    def part(self, places: slice) -> list[Question]:
        """All questions in a row, over a part of the text."""
        return [question.part(places) for group in self.asked for question in group]

    def rows(self) -> list[slice]:
        """Which of these are of each hypothesis."""
        ends = np.cumsum([len(group) for group in self.asked])
        return [
            slice(int(end) - len(own), int(end)) for end, own in zip(ends, self.asked, strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """The scores of one signal of one layer (question, unit), and what chance reaches."""

    chosen_on: Array
    judged: Array
    within: Array
    largest: Array  # (question, draw)


def search(
    trained: Trace, untrained: Trace | None, labels: Sequence[Labels], seed: int = 0
) -> Findings:
    """The best unit of every hypothesis, with chance, untrained network and characters beside it.

    All signals (h, c, every gate) and layers are searched. A hypothesis is not asked where it has
    fewer than 20 characters of a kind in one of the parts, or is the same as one before it.

    Args:
        trained: of a network over a text.
        untrained: of the same network before training, over the same text; None without one.
        labels: hypotheses over the text.
        seed: of the re-pairings.

    Raises:
        ValueError: the texts differ, labels are of another text, or the text is too short, or the
            states over it are no finite numbers.
    """
    _check(trained, untrained, labels)
    parts = parts_of(len(trained.text), list(trained.h))
    sheet = _sheet(labels, parts)
    if not sheet.asked:
        return Findings((), sheet.silent, parts, {})
    evidence = _gather(trained, untrained, sheet, parts, seed)
    draws = [evidence.chance[rows].max(0) for rows in sheet.rows()]
    beside = line_of_all(draws)
    found = [
        _finding(one, *_choice(evidence.measured, rows), rows, own, beside, evidence)
        for one, rows, own in zip(sheet.labels, sheet.rows(), draws, strict=True)
    ]
    asked = [_choice(evidence.measured, rows)[1] for rows in sheet.rows()]
    # Of margins that are told apart only by noise, the simpler property's comes first.
    order = sorted(range(len(found)), key=lambda place: -round(found[place].margin, 2))
    shown = [asked[place] for place in order]
    judged = {where: one.judged[shown] for where, one in evidence.measured.items()}
    kept = _with_alike([found[place] for place in order], [evidence.second[row] for row in shown])
    return Findings(kept, sheet.silent, parts, judged)


def signals(trace: Trace) -> list[Where]:
    """What is searched: h, c and every gate, in every layer."""
    cell = () if trace.c is None else ("c",)
    names = ("h", *cell, *trace.gates)
    return [(name, layer) for layer in range(len(trace.h)) for name in names]


def question_of(finding: Finding, labels: Sequence[Labels]) -> Question:
    """What the unit of a finding was asked (time).

    Raises:
        ValueError: the labels are not those of the finding.
    """
    for one in labels:
        if one.name == finding.hypothesis:
            return next(q for q in questions(one) if q.name == finding.against_rest)
    raise ValueError(f"there are no labels of {finding.hypothesis!r}; give those it was found in.")


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """All that findings are made of; a row is a question."""

    measured: Mapping[Where, _Measured]
    chance: Array  # (question, draw)
    untrained: Array  # (question)
    first: Sequence[Question]
    second: Sequence[Question]
    first_ids: Ids
    second_ids: Ids


def _gather(
    trained: Trace, untrained: Trace | None, sheet: _Sheet, parts: Parts, seed: int
) -> _Evidence:
    first, second = sheet.part(parts.discovery), sheet.part(parts.confirmation)
    measured = {
        where: _measure(signal(trained, *where), parts, first, second, seed)
        for where in signals(trained)
    }
    return _Evidence(
        measured=measured,
        chance=np.max([one.largest for one in measured.values()], axis=0),
        untrained=_untrained(untrained, parts, second),
        first=first,
        second=second,
        first_ids=trained.ids[parts.discovery],
        second_ids=trained.ids[parts.confirmation],
    )


def _finding(
    labels: Labels,
    place: Place,
    row: int,
    rows: slice,
    draws: Array,
    beside: float,
    evidence: _Evidence,
) -> Finding:
    """The best unit of one hypothesis; `rows` are all of its questions, `row` the best one."""
    question = evidence.second[row]
    alone = by_character(evidence.first_ids, evidence.first[row], evidence.second_ids, question)
    chosen_on, score, within = _scored(evidence.measured, place, row)
    return Finding(
        hypothesis=labels.name,
        marks=labels.marks,
        kind=labels.kind,
        against_rest=question.name,
        place=place,
        score=score,
        discovery=chosen_on,
        within_blocks=within,
        p=p_value(within, draws),
        chance_95=line(draws),
        chance_95_table=line(draws) * beside,
        untrained=float(evidence.untrained[rows].max()),
        current_character=abs(alone[0]),
        two_characters=abs(alone[1]),
        share=float(np.nanmean(question.values)) if question.binary else np.nan,
    )


def _with_alike(found: list[Finding], asked: list[Question]) -> tuple[Finding, ...]:
    """The findings, each with the others whose property is nearly the same."""
    names = [one.followed for one in found]
    alike = [tuple(names[place] for place in places) for places in nearly_the_same(asked)]
    return tuple(replace(one, alike=those) for one, those in zip(found, alike, strict=True))


def _measure(
    values: Floats, parts: Parts, first: list[Question], second: list[Question], seed: int
) -> _Measured:
    own = levels(values[parts.confirmation])
    chance = paired(own, second, seed)
    return _Measured(
        chosen_on=scores(levels(values[parts.discovery]), first),
        judged=scores(own, second),
        within=chance.within,
        largest=chance.largest,
    )


def _untrained(untrained: Trace | None, parts: Parts, asked: list[Question]) -> Array:
    """The largest score of any unit of the untrained network where units are judged (question)."""
    if untrained is None:
        return np.full(len(asked), np.nan)
    reached = [
        np.abs(scores(levels(signal(untrained, *where)[parts.confirmation]), asked)).max(1)
        for where in signals(untrained)
    ]
    return np.asarray(np.max(reached, axis=0))


def _choice(measured: Mapping[Where, _Measured], rows: slice) -> tuple[Place, int]:
    """The unit of the highest score without its sign where units are chosen, and its question."""
    best, found = -1.0, (Place("h", 0, 0), rows.start)
    for (name, layer), one in measured.items():
        size = np.abs(one.chosen_on[rows])
        row, unit = np.unravel_index(int(size.argmax()), size.shape)
        if size[row, unit] > best:
            best = float(size[row, unit])
            found = Place(name, layer, int(unit)), rows.start + int(row)
    return found


def _scored(
    measured: Mapping[Where, _Measured], place: Place, row: int
) -> tuple[float, float, float]:
    """A unit's score where it was chosen, where it is judged, and there within blocks."""
    one = measured[place.signal, place.layer]
    return (
        float(one.chosen_on[row, place.unit]),
        float(one.judged[row, place.unit]),
        float(one.within[row, place.unit]),
    )


def _sheet(labels: Sequence[Labels], parts: Parts) -> _Sheet:
    """Which hypotheses are asked, and why the others are not."""
    kept: list[Labels] = []
    asked: list[tuple[Question, ...]] = []
    silent: dict[str, str] = {}
    for one in labels:
        occurring = tuple(question for question in questions(one) if _occurs(question, parts))
        same = next((other.name for other in kept if _equal(one, other)), None)
        if not one.varies:
            silent[one.name] = f"{one.unvaried} in this text"
        elif not occurring:
            silent[one.name] = f"has fewer than {RARE} characters of a kind in a part of this text"
        elif same is not None:
            silent[one.name] = f"is the same as {same!r} in this text"
        else:
            kept.append(one)
            asked.append(occurring)
    return _Sheet(tuple(kept), tuple(asked), silent)


def _equal(one: Labels, other: Labels) -> bool:
    """Whether two say the same wherever both say something, which is nearly everywhere."""
    known = ~(np.isnan(one.values) | np.isnan(other.values))
    most = 0.9 * max(np.count_nonzero(~np.isnan(labels.values)) for labels in (one, other))
    same = np.array_equal(one.values[known], other.values[known])
    return one.kind == other.kind and same and bool(np.count_nonzero(known) >= most)


def _occurs(question: Question, parts: Parts) -> bool:
    """Whether each part has 20 characters where it holds and 20 where not; or at least varies."""
    for places in (parts.discovery, parts.confirmation):
        values = question.values[places]
        values = values[~np.isnan(values)]
        if len(values) < 2 * RARE or (values == values[0]).all():
            return False
        if question.binary and not RARE <= values.sum() <= len(values) - RARE:
            return False
    return True


def _check(trained: Trace, untrained: Trace | None, labels: Sequence[Labels]) -> None:
    if untrained is not None and untrained.text != trained.text:
        raise ValueError("the two traces are of different texts; give traces of one text.")
    for one in labels:
        if len(one.values) != len(trained.text):
            raise ValueError(
                f"the labels of {one.name!r} are of {len(one.values):,} characters, but the text "
                f"has {len(trained.text):,}; give a label or NaN for each."
            )
    if not np.isfinite(trained.h).all():
        raise ValueError(NOT_FINITE)
