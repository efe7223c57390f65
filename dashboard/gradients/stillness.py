"""Fixed points while one character is read again and again, and where states lie beside them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import appearance, charts, state
from dashboard.address import Whole
from dashboard.components.polling import polled
from dashboard.finding.ongoing import Ongoing
from dashboard.gradients.measuring import fixed_points_of
from rnnviz import plots
from rnnviz.analysis.gradients.stillness import FixedPoints
from rnnviz.analysis.gradients.stillness_words import plane_words, stillness_words
from rnnviz.models.subject import Subject
from rnnviz.text.marks import mark

_POLL_SECONDS, _FIRST_SECONDS = 1.0, 1.5
_SAYS = (
    "Let one character be read again and again: the state may come to rest at one that one more of "
    "it leaves as it is, a fixed point. All layers are looked at together. Newton's method looks "
    "for fixed points from states over the text and from what these have become after 100 "
    "repetitions (Sussillo and Barak 2013). It may end far from where it began, and there may be "
    "others."
)
_LONGER = (
    "In a network that remembers longer there may be several stable fixed points, so that the one "
    "it rests at tells what was read before, or eigenvalues close to the unit circle, so that a "
    "change lasts for many characters."
)


def stillness(subject: Subject, text: str) -> None:
    """Ask for a character, and show what is found under it."""
    st.subheader("Fixed points", anchor=False)
    st.caption(_SAYS)
    characters = subject.alphabet.vocabulary.characters
    last = len(characters) - 1
    asked = st.selectbox(
        "One character, repeated",
        range(len(characters)),
        index=None,
        format_func=lambda place: mark(characters[place]),
        key=state.linked(
            "character", Whole(0, last, or_none=True), None, key=f"repeated of {subject.origin.run}"
        ),
        persist_state="session",
        placeholder="Choose one",
        width=220,
    )
    if asked is None:
        return
    ongoing = fixed_points_of(subject, text, characters[int(asked)])
    now = ongoing.look(_FIRST_SECONDS)
    polled(None if now.done else _POLL_SECONDS)(_found)(subject, ongoing, now.done)


def _found(subject: Subject, ongoing: Ongoing[FixedPoints], drawn: bool) -> None:
    now = ongoing.look()
    if now.done != drawn:
        st.rerun()
    if now.latest is not None:
        _show(subject, now.latest)
        if now.done and now.error is None:
            shown = f"“{mark(now.latest.character)}”"
            said = [*stillness_words(now.latest, shown), plane_words(now.latest)]
            st.markdown(appearance.plain(" ".join(said)))
            st.caption(_LONGER)
    if not now.done:
        tried = "" if now.latest is None else f": {now.latest.starts} of {now.latest.all_starts}"
        st.caption(f":material/hourglass_top: Looking for fixed points, start by start{tried} …")
    elif now.error is not None:
        appearance.complain(now.error)


def _show(subject: Subject, found: FixedPoints) -> None:
    of, theme = subject.words, appearance.theme()
    plane = partial(plots.fixed_points, found, theme=theme), "fixed points"
    if not found.found:
        charts.show(*plane, of=of)
        return
    point = found.found[0]
    title = "Eigenvalues there" if len(found.found) == 1 else "Eigenvalues where most starts led"
    eigenvalues = partial(plots.complex_plane, point.eigenvalues, point.sigma, title, theme=theme)
    charts.show_pair(plane, (eigenvalues, "plane of a fixed point"), of=of)
