"""Searches for units: one for all visitors who ask the same of the same network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Lock

import streamlit as st

from dashboard import server
from dashboard.charts import digest_of
from dashboard.finding.ongoing import Ongoing
from rnnviz.analysis.units.finding import Finding, Place
from rnnviz.analysis.units.portrait import Portrait, portrait
from rnnviz.models.subject import Subject
from rnnviz.plots.iterations import chosen_iterations
from rnnviz.records import Trace
from rnnviz.runs.network.passage_labels import Own
from rnnviz.runs.network.unit_health import RunHealth, health_alone, with_control
from rnnviz.runs.network.unit_search import (
    ScoreThen,
    UnitSearch,
    find_units,
    numbers_each,
    over_training,
    passage_of,
)
from rnnviz.runs.run import Run

# Numbers of a trace that are searched within a second.
_QUICKLY = 5_000_000
_AT_ONCE = 3 * _QUICKLY
_SNAPSHOTS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What a search has found so far.

    Attributes:
        search: without the states, which are large.
        whole: whether all of the passage was looked at, not only its end.
        portraits: of the unit of each finding, by the name of its hypothesis.
    """

    search: UnitSearch
    whole: bool
    portraits: Mapping[str, Portrait]


def search_of(run: Run, subject: Subject, own: Own) -> Ongoing[Looked]:
    """The search through one snapshot of a run.

    Args:
        run: of the network.
        subject: the snapshot.
        own: further properties.
    """
    begun = 0 in run.folder.snapshots_there()
    return _search(subject.key, begun, subject.origin.iteration, digest_of(own), _run=run, _own=own)


def known_findings(subject: Subject) -> tuple[Finding, ...]:
    """What a search through a snapshot has found so far, the clearest first; it begins none."""
    return _known().get(subject.key, ())


@st.cache_resource(show_spinner=False)
def turn() -> Lock:
    """Held by a search while it computes, so that searches take turns."""
    return Lock()


def scores_over_training(
    run: Run, subject: Subject, looked: Looked, finding: Finding
) -> list[ScoreThen]:
    """A finding's score at snapshots of its run, 20 at most."""
    there = sorted(run.folder.snapshots_there())
    chosen = tuple(chosen_iterations(there, _SNAPSHOTS))
    question = finding.hypothesis, finding.against_rest, finding.place, looked.whole
    return _scores(subject.key, chosen, question, _run=run, _looked=looked, _finding=finding)


def health_of(run: Run, subject: Subject) -> RunHealth:
    """How well the units of a snapshot work.

    Raises:
        RunError: the snapshot is gone, or damaged.
        ValueError: the text is too short, or the states are no finite numbers.
    """
    return _health(subject.key, subject.origin.iteration, _run=run)


def beside_control(run: Run, subject: Subject, found: RunHealth) -> RunHealth:
    """The same beside the network before training, where that was kept."""
    begun = 0 in run.folder.snapshots_there()
    return _beside_control(subject.key, begun, _run=run, _found=found)


@st.cache_resource(max_entries=30, show_spinner="Reading the text")
def _health(key: str, iteration: int, _run: Run) -> RunHealth:
    server.load_torch()
    return health_alone(_run, iteration)


@st.cache_resource(max_entries=30, show_spinner="Reading it with the network before training")
def _beside_control(key: str, begun: bool, _run: Run, _found: RunHealth) -> RunHealth:
    return with_control(_run, _found)


@st.cache_resource(max_entries=8, show_spinner=False)
def _search(
    key: str, begun: bool, iteration: int, asked: str, _run: Run, _own: Own
) -> Ongoing[Looked]:
    found: list[Looked] = []
    return Ongoing(lambda: _steps(_run, key, iteration, _own, found), turn())


@st.cache_resource(max_entries=60, show_spinner="Reading the text at every snapshot")
def _scores(
    key: str,
    iterations: tuple[int, ...],
    question: tuple[str, str, Place, bool],
    _run: Run,
    _looked: Looked,
    _finding: Finding,
) -> list[ScoreThen]:
    server.load_torch()
    return over_training(_run, _looked.search, _finding, iterations)


@st.cache_resource(show_spinner=False)
def _known() -> dict[str, tuple[Finding, ...]]:
    return {}


def _steps(run: Run, key: str, iteration: int, own: Own, found: list[Looked]) -> Iterator[Looked]:
    """At first the end of a long passage alone, so that something is known soon.

    What was found last stays in `found`: who begins anew, because nobody looked, goes on from it.
    """
    for looked in _all_steps(run, key, iteration, own, found[-1] if found else None):
        found[:] = [looked]
        yield looked


def _all_steps(
    run: Run, key: str, iteration: int, own: Own, last: Looked | None
) -> Iterator[Looked]:
    server.load_torch()
    each = numbers_each(run.model_config)
    if last is None and len(passage_of(run).text) * each > _AT_ONCE:
        end = max(4_000, _QUICKLY // each)
        soon = next(find_units(run, iteration, own=own, most=end))
        _remember(key, own, soon)
        yield Looked(_light(soon), False, _portraits(soon))
    whole = last is not None and last.whole
    portraits, known = (last.portraits, last.search.found) if last and whole else (None, None)
    for looked in find_units(run, iteration, own=own, known=known):
        portraits = _portraits(looked) if portraits is None else portraits
        _remember(key, own, looked)
        yield Looked(_light(looked), True, portraits)


def _remember(key: str, own: Own, looked: UnitSearch) -> None:
    """For other pages; not what is found of a person's own properties, which others did not ask."""
    if not own.names:
        _known()[key] = looked.found.findings


def _portraits(looked: UnitSearch) -> dict[str, Portrait]:
    from rnnviz.analysis.units.search import question_of

    places = looked.found.parts.confirmation
    return {
        one.hypothesis: portrait(one, looked.trained, question_of(one, looked.labels), places)
        for one in looked.found.findings
    }


def _light(looked: UnitSearch) -> UnitSearch:
    """The same without states, of which a large network has a gigabyte, and unasked labels."""
    asked = tuple(one for one in looked.labels if one.name not in looked.found.silent)
    return replace(looked, labels=asked, trained=_emptied(looked.trained), untrained=None)


def _emptied(trace: Trace) -> Trace:
    return replace(
        trace,
        text="",
        ids=trace.ids[:0],
        h=trace.h[:, :0].copy(),
        c=None,
        gates={},
        loss=trace.loss[:0].copy(),
    )
