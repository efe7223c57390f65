"""Which unit of a run follows what: its text and truth, its best and its untrained network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rnnviz.analysis.units.cause import LENGTH
from rnnviz.analysis.units.finding import Finding, Findings, Place
from rnnviz.analysis.units.finding_json import finding_json
from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig
from rnnviz.records import Trace
from rnnviz.runs.network.passage_labels import NOTHING, Own, Passage, labels_over
from rnnviz.runs.run import Run
from rnnviz.text.windows import Split

LEAST_HELD_OUT = 30_000
MOST_CHARACTERS = 100_000

_NUMBERS = 150_000_000  # of one trace: 600 MB


@dataclass(frozen=True, slots=True, eq=False)
class UnitSearch:
    """What `find_units` looked at, and what it found so far.

    Attributes:
        run: the run's id.
        iteration: of the snapshot.
        passage: what was read.
        labels: every hypothesis over it.
        trained: the network's trace.
        untrained: that of the network before training; None where it was not kept.
        found: the findings.
    """

    run: str
    iteration: int
    passage: Passage
    labels: tuple[Labels, ...]
    trained: Trace
    untrained: Trace | None
    found: Findings

    def to_json(self) -> dict[str, Any]:
        """One JSON object, findings by falling margin; null where there is no number."""
        text = {
            "characters": len(self.passage.text),
            "held_out": self.passage.held_out,
            "warm_up": self.trained.reading.warm_up,
            "trace_error": self.trained.reading.error,
        }
        exactly = sorted(self.found.findings, key=lambda one: -one.margin)  # not in hundredths
        findings = [finding_json(one) for one in exactly]
        silent = dict(self.found.silent)
        return {
            "run": self.run,
            "iteration": self.iteration,
            "text": text,
            "findings": findings,
            "not_asked": silent,
        }


@dataclass(frozen=True, slots=True)
class ScoreThen:
    """How well a finding's question was answered at one snapshot.

    Attributes:
        iteration: of the snapshot.
        unit: the score of the finding's own unit, with its sign.
        best: the largest of any unit of any signal and layer, without its sign.
        characters: that the scores were measured on.
    """

    iteration: int
    unit: float
    best: float
    characters: int


def find_units(
    run: Run,
    iteration: int | None = None,
    *,
    text: str | None = None,
    names: Sequence[str] = (),
    own: Own = NOTHING,
    seed: int = 0,
    most: int = MOST_CHARACTERS,
    known: Findings | None = None,
) -> Iterator[UnitSearch]:
    """The best unit of every hypothesis; first what is quick to know, then more and more of it.

    Args:
        run: with a snapshot at least.
        iteration: which snapshot; None takes the best.
        text: in the network's characters; None takes the run's, see `passage_of`.
        names: of the hypotheses that are asked; all where none is named.
        own: further ones of a person's own.
        seed: of what is drawn.
        most: how many characters are looked at; fewer are quicker.
        known: what the same search found before it was left; it goes on from there.

    Yields:
        The same search, its findings first alone, then examined group by group, then with what
        holding their units costs, where the text is long enough for that.

    Raises:
        RunError: there is no such snapshot.
        ValueError: the text is too short, or a hypothesis, pattern or table is none.
    """
    from rnnviz.analysis.units.examination import causes, examine
    from rnnviz.analysis.units.search import search

    iteration = run.best_iteration if iteration is None else iteration
    passage = passage_of(run, text, most)
    trained = _trace(run, passage.text, iteration)
    has_begin = 0 in run.folder.snapshots_there()
    untrained = _trace(run, passage.text, 0) if has_begin else None
    labels = tuple(labels_over(run, passage, trained, names, own))
    found = search(trained, untrained, labels, seed) if known is None else known
    looked = UnitSearch(run.id, iteration, passage, labels, trained, untrained, found)
    yield looked
    for examined in examine(trained, untrained, labels, found, seed):
        looked = replace(looked, found=examined)
        yield looked
    if _is_long_enough(found):
        for held in causes(run.model(iteration), trained, labels, looked.found, seed):
            yield replace(looked, found=held)


def passage_of(
    run: Run,
    text: str | None = None,
    most: int = MOST_CHARACTERS,
    enough: int = LEAST_HELD_OUT,
) -> Passage:
    """What units are looked for in: the held-out part where it has 30,000 characters or more.

    Where it has fewer, all of the text. Of either, the last 100,000 characters at most, and fewer
    where the trace would have more than 150,000,000 numbers.

    Args:
        run: of the network.
        text: to take instead, in the network's characters.
        most: how many characters, in place of 100,000.
        enough: of the held-out part, in place of 30,000.
    """
    whole = run.characters if text is None else text
    held_out = Split.held_out_of(len(whole))
    most = min(most, _NUMBERS // numbers_each(run.model_config))
    own = held_out if held_out >= enough and text is None else len(whole)
    start = len(whole) - min(own, most)
    fresh = held_out > 0 and start >= len(whole) - held_out  # as the end of any text may be
    unknown = text is not None or run.description.imported is not None
    return Passage(whole[start:], None if unknown else fresh, whole, start)


def numbers_each(model: ModelConfig) -> int:
    """How many numbers of a trace units are looked for in, for each character.

    Example:
        >>> numbers_each(ModelConfig(hidden_size=10, num_layers=2))  # h, c and four gates
        120
    """
    facts = CELLS[model.cell]
    signals = 1 + facts.has_cell_state + len(facts.gates)
    return signals * model.num_layers * model.hidden_size


def over_training(
    run: Run, looked: UnitSearch, finding: Finding, iterations: Iterable[int] | None = None
) -> list[ScoreThen]:
    """A finding's score at every snapshot that is there, the oldest first.

    It is measured on the first 10,000 characters, at most, of those that it was confirmed on.

    Args:
        run: of the network.
        looked: what the finding was found in.
        finding: one of its findings.
        iterations: of some snapshots, the oldest first; None takes all.
    """
    from rnnviz.analysis.states.signals import signal
    from rnnviz.analysis.units.ranks import levels
    from rnnviz.analysis.units.scores import scores
    from rnnviz.analysis.units.search import question_of, signals

    part = looked.found.parts.confirmation
    begin, judged = _room_before(part)
    text = looked.passage.text[begin : judged.stop]
    asked = question_of(finding, looked.labels).part(judged)
    found = []
    for iteration in sorted(run.folder.snapshots_there()) if iterations is None else iterations:
        trace = _trace(run, text, iteration)
        reached: dict[Place, float] = {}
        for name, layer in signals(trace):
            values = signal(trace, name, layer)[judged.start - begin :]
            for unit, score in enumerate(scores(levels(values), [asked])[0]):
                reached[Place(name, layer, unit)] = float(score)
        best = max(abs(score) for score in reached.values())
        found.append(ScoreThen(iteration, reached[finding.place], best, len(asked.values)))
    return found


def _trace(run: Run, text: str, iteration: int) -> Trace:
    from rnnviz.analysis.states.trace import trace

    return trace(run.model(iteration), run.vocabulary, text, alternatives=False)


def _is_long_enough(found: Findings) -> bool:
    """Whether there is a stretch to hold units on."""
    part = found.parts.cause
    return bool(part.stop - part.start >= LENGTH + 2)


def _room_before(part: slice) -> tuple[int, slice]:
    """Where to begin to read, 256 characters before those that are judged, and which these are."""
    judged = slice(part.start, min(part.stop, part.start + 10_000))
    return max(0, judged.start - 256), judged
