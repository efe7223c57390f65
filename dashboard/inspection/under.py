"""What stands under each row of a text: one of its properties, at every character."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.address import Among
from dashboard.inspection.own_properties import own_properties
from dashboard.view import run_of
from rnnviz.analysis.units.hypotheses.catalogue import CATALOGUE
from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.corpora.languages.properties import MEANINGS
from rnnviz.models.subject import Subject
from rnnviz.plots.text_heatmap.payload import Track
from rnnviz.plots.text_heatmap.tracks import property_track, truth_track
from rnnviz.records import Trace
from rnnviz.runs.network.passage_labels import SURPRISE, Own, Passage, labels_of
from rnnviz.runs.run import Run


def ask_under(subject: Subject, trace: Trace, start: int, usual: str | None = None) -> Track | None:
    """Ask which property of the text to show under it; None for none.

    Args:
        subject: the network.
        trace: of a text.
        start: where in the run's text that begins.
        usual: the property that is shown at first, where it is one of the text.
    """
    run, of_run = run_of(subject), _is_of_run(subject, trace, start)
    names = _names(subject, of_run=of_run)
    usual = usual if usual in names else None
    chosen = st.selectbox(
        "Under each row",
        names,
        key=state.linked("truth", Among([None, *names]), usual, key=under_key(run, of_run=of_run)),
        index=None,
        format_func=appearance.seen,
        placeholder="Nothing; choose a property of the text",
        persist_state="session",
        width=340,
        help="A property of the text at every character, as bars: does the unit follow them? What "
        "you ask for on Find units, as a regular expression or a file, can be chosen here too.",
    )
    try:
        return None if chosen is None else property_under(subject, trace, start, chosen)
    except ValueError as error:
        appearance.complain(error)
        return None


def property_under(subject: Subject, trace: Trace, start: int, name: str) -> Track:
    """A property of a text by its name, as a track.

    Raises:
        ValueError: there is none of that name, or a regular expression takes too long.
    """
    run, of_run = run_of(subject), _is_of_run(subject, trace, start)
    if of_run and name in cache.truth_of(run):
        every = cache.truth_of(run)[name]
        return truth_track(name, every, start, len(trace.text), MEANINGS.get(name))
    own = own_properties(subject)
    own = own if name in own.names else Own()
    shown = subject.key, trace.text, start if of_run else -1, name
    return property_track(_labels(*shown, own, _run=run, _trace=trace))


def under_key(run: Run, *, of_run: bool = True) -> str:
    """Under which the choice is kept; what can be chosen depends on what is known of the text."""
    return f"under {'its own' if of_run and cache.truth_of(run) else 'any'} text of {run.id}"


def _names(subject: Subject, *, of_run: bool) -> list[str]:
    """What can be chosen: what is known to be true, what the text says, a person's own."""
    own = own_properties(subject)
    known = list(cache.truth_of(run_of(subject))) if of_run else []
    own = own if of_run else replace(own, table=None)
    return list(dict.fromkeys([*known, *(one.name for one in CATALOGUE), SURPRISE, *own.names]))


def _is_of_run(subject: Subject, trace: Trace, start: int) -> bool:
    return cache.text_of(run_of(subject))[start : start + len(trace.text)] == trace.text


@st.cache_resource(max_entries=16, show_spinner=False)
def _labels(
    key: str, characters: str, start: int, name: str, own: Own, _run: Run, _trace: Trace
) -> Labels:
    """Those of a run's text from some character on; below 0 they are of another text."""
    whole = characters if start < 0 else cache.text_of(_run)
    passage = Passage(characters, None if start < 0 else False, whole, max(start, 0))
    return labels_of(_run, passage, _trace, name, own)
