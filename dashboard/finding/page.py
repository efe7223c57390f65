"""What Find units shows: the clearest finding, all of them beside their controls, and progress."""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

from dashboard import appearance, charts
from dashboard.components.polling import polled
from dashboard.finding.one import look_at, one_finding
from dashboard.finding.ongoing import Ongoing, Stand
from dashboard.finding.searches import Looked, search_of
from dashboard.finding.table import table
from dashboard.finding.words import silent
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.states.reading_words import reading_words
from rnnviz.analysis.units.conclusions import headline
from rnnviz.analysis.units.finding import Findings
from rnnviz.models.subject import Subject
from rnnviz.runs.network.passage_labels import Own

_POLL_SECONDS, _FIRST_SECONDS = 1.0, 1.5
_FAILED = "The search ended before it found anything; the server's log says why."


def findings(subject: Subject, own: Own) -> None:
    """All findings, polled while the search goes on, and one of them closer."""
    ongoing = search_of(run_of(subject), subject, own)
    with st.spinner("Looking for units"):
        now = ongoing.look(_FIRST_SECONDS)
    polled(None if now.done else _POLL_SECONDS)(_findings)(subject, ongoing, _stage(now))
    if now.latest is not None and now.latest.search.found.findings:
        one_finding(subject, now.latest, own, known=now.done)


def _stage(now: Stand[Looked]) -> tuple[object, ...]:
    """What changes the whole page, not only numbers in it."""
    return now.done, now.latest is None or now.latest.whole, now.latest is None


def _findings(subject: Subject, ongoing: Ongoing[Looked], drawn: tuple[object, ...]) -> None:
    now = ongoing.look()
    if _stage(now) != drawn:
        st.rerun()
    if now.latest is not None:
        said = headline(now.latest.search.found)
        first, stop, rest = (said if now.done else f"So far: {said}").partition(". ")
        st.markdown(f"**{appearance.plain(first + stop.strip())}** {appearance.plain(rest)}")
    if not now.done:
        _progress(now)
    elif now.error is not None or now.latest is None:
        appearance.complain(now.error or _FAILED)
    if now.latest is not None:
        _show(subject, now.latest)


def _show(subject: Subject, looked: Looked) -> None:
    found, layers = looked.search.found, subject.model.num_layers
    st.caption(appearance.plain(_basis(looked)))
    if found.findings:
        figure = partial(plots.findings, found.findings, layers=layers, theme=appearance.theme())
        charts.show(figure, key="findings chart", of=subject.words)
        if (selected := table(found.findings, layers)) is not None:
            look_at(subject, selected)
            st.rerun()
    with st.expander(f"Not asked: {len(found.silent)} properties", expanded=not found.findings):
        for said in silent(found):
            st.markdown(appearance.plain(said))


def _basis(looked: Looked) -> str:
    """What was read, and how."""
    search, parts = looked.search, looked.search.found.parts
    so_far = "" if looked.whole else "So far only the end of the text was looked at. "
    apart = (
        "Units are chosen on its first part, scores measured on its second and units held on its "
        f"third, with {parts.gap:,} characters between"
    )
    short = "" if parts.apart else ", fewer than the states remember"
    return (
        f"Over {search.passage.words}. {so_far}{apart}{short}. "
        f"{reading_words(search.trained.reading)}{_without(search.found)}"
    )


def _without(found: Findings) -> str:
    """That one control is missing, where it is."""
    if any(math.isnan(one.untrained) for one in found.findings):
        return " The network before training was not kept, so what it reaches is not known."
    return ""


def _progress(now: Stand[Looked]) -> None:
    """What is still being computed."""
    if now.latest is None:
        said = "The network reads the text, before and after training"
    else:
        said = _still(now.latest)
    st.caption(f":material/hourglass_top: {said} …")


def _still(looked: Looked) -> str:
    found = looked.search.found.findings
    if not looked.whole:
        return "So far over the end of the text; now all of it is read"
    examined = sum(one.examined is not None for one in found)
    if examined < len(found):
        return f"Asking what all units together hold: {examined} of {len(found)} properties known"
    asked = [one for one in found if one.above_chance]
    known = sum(one.cause is not None for one in asked)
    return f"Holding each unit to see what that costs: {known} of {len(asked)} known"
