"""What is computed once of a selection: the long text, who follows it, where else, by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import streamlit as st

from dashboard import server
from dashboard.finding.ongoing import Ongoing
from dashboard.finding.searches import turn
from rnnviz.analysis.states.signals import signal
from rnnviz.analysis.units.coincidence import Coincidence, coincidence
from rnnviz.analysis.units.following import Follower, followers
from rnnviz.analysis.units.matching import Matching, matching
from rnnviz.analysis.units.stretches import Stretch
from rnnviz.analysis.units.switching import Side, Switching, switching
from rnnviz.models.subject import Subject
from rnnviz.records import Trace
from rnnviz.runs.network.long_text import LongText, read_long
from rnnviz.runs.run import Run


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a selection is made in.

    Attributes:
        trace: of the passage.
        start: where it begins.
        is_part: whether it is part of the run's text.
        signal: which is shown.
        layer: of the signal.
    """

    trace: Trace
    start: int
    is_part: bool
    signal: str
    layer: int


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A selection, and the long text in which it is asked of.

    Attributes:
        key: the same only where network, signal, layer and what was read are.
        read: the long text.
        signal: its name.
        layer: of the signal.
        outer: see `switching`.
        stretch: what is selected, in the long text where it is part of it, else in the passage.
        passage: the text that was selected in, where it is no part of the long text; else None.
    """

    key: tuple[str, str, int, int]
    read: LongText
    signal: str
    layer: int
    outer: float
    stretch: Stretch
    passage: Trace | None

    @property
    def selected(self) -> str:
        """The characters selected."""
        text = self.read.trace.text if self.passage is None else self.passage.text
        return text[self.stretch.start : self.stretch.end]

    @property
    def asked(self) -> tuple[object, ...]:
        """All of it, as a key."""
        foreign = None if self.passage is None else self.passage.text
        around = self.stretch.before, self.stretch.after
        return (*self.key, self.outer, self.stretch.start, self.stretch.end, *around, foreign)


def reading_of(run: Run, subject: Subject, name: str) -> Ongoing[LongText]:
    """The reading of a run's text, one for all visitors who look at the same signal."""
    return _reading(subject.key, name, subject.origin.iteration, _run=run)


def question_of(
    subject: Subject, shown: Shown, read: LongText, stretch: Stretch, outer: float
) -> Question:
    """What is asked of a selection.

    Args:
        subject: the network.
        shown: what the selection was made in.
        read: the long text.
        stretch: the selection in what is shown.
        outer: see `switching`.
    """
    key = (subject.key, shown.signal, shown.layer, read.start)
    by = shown.start - read.start
    passage: Trace | None = shown.trace
    if shown.is_part and stretch.start + by >= 0:
        stretch = replace(stretch, start=stretch.start + by, end=stretch.end + by)
        passage = None
    return Question(key, read, shown.signal, shown.layer, outer, stretch, passage)


def followers_of(asked: Question) -> list[Follower]:
    """The units that are high or low throughout the selection, the rarest first."""
    return _followers(asked.asked, _asked=asked)


def matching_of(asked: Question, sides: tuple[Side, ...]) -> tuple[Matching, Coincidence | None]:
    """Where else a set is so, and what chance would do."""
    return _matching(asked.asked, sides, _asked=asked)


@st.cache_resource(max_entries=2, show_spinner=False)
def _reading(key: str, name: str, iteration: int, _run: Run) -> Ongoing[LongText]:
    def steps() -> Iterator[LongText]:
        server.load_torch()
        yield from read_long(_run, iteration, name)

    return Ongoing(steps, turn())


@st.cache_resource(max_entries=2, show_spinner="Looking where each unit is high and low")
def _switching(key: tuple[str, str, int, int], outer: float, _read: LongText) -> Switching:
    _, name, layer, _ = key
    return switching(_read.trace.signals[name].codes[layer], outer)


@st.cache_resource(max_entries=20, show_spinner=False)
def _followers(asked: tuple[object, ...], _asked: Question) -> list[Follower]:
    own = _switching(_asked.key, _asked.outer, _read=_asked.read)
    if _asked.passage is None:
        return followers(own, _asked.stretch)
    stored = _asked.read.trace.signals[_asked.signal]
    values = signal(_asked.passage, _asked.signal, _asked.layer)
    return followers(own, _asked.stretch, stored.written(values))


@st.cache_resource(max_entries=20, show_spinner="Looking for places like it")
def _matching(
    asked: tuple[object, ...], sides: tuple[Side, ...], _asked: Question
) -> tuple[Matching, Coincidence | None]:
    own = _switching(_asked.key, _asked.outer, _read=_asked.read)
    found = matching(own, sides, _asked.stretch, here=_asked.passage is None)
    return found, coincidence(own, sides, _asked.stretch)
