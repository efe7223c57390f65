"""Select and match: which units are high or low throughout a selection, and where else."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.address import Whole
from dashboard.components.polling import polled
from dashboard.finding.followers import ask_set, follower_table, nobody_words
from dashboard.finding.matches import Question, Shown, followers_of, question_of, reading_of
from dashboard.finding.ongoing import Ongoing, Stand
from dashboard.finding.places import show_places
from dashboard.inspection.pointing import pointed_heatmap
from dashboard.inspection.units import ask, can_be_shown, heatmap_key, show_unit
from dashboard.view import run_of
from rnnviz.analysis.units.stretches import Stretch
from rnnviz.analysis.units.switching import MOST_OUTER, OUTER
from rnnviz.models.subject import Subject
from rnnviz.runs.network.long_text import MOST_CHARACTERS, LongText

_POLL_SECONDS, _FIRST_SECONDS = 1.0, 1.0
_MOST_QUIET = 100
_NOT_STORED = ("change of h",)
_HOW = (
    "Drag over some characters of the text above, or go there with the arrow keys and hold Shift: "
    "you then see which units are high, or low, throughout them, how rare that is in the run's "
    f"text (the last {MOST_CHARACTERS:,} characters of it at most), and where else the same units "
    "are so together."
)
_FAILED = "The run's text could not be read; the server's log says why."
_QUIET = (
    "0 asks nothing. With more, only units count that change at the edge of the selection: at so "
    "many characters {} it, a unit must not be as it is throughout it."
)
_OUTER = (
    "How extreme a value must be to count as high or low: the smaller, the fewer units count. A "
    "unit is high in this part of the range of its values over the run's text, counted from the "
    "top, and low in the same part, counted from the bottom. Of a unit's values, one in 1,000 is "
    "left out at either end; one whose range is less than a fiftieth of the widest hardly moves, "
    "and is neither."
)


def match(subject: Subject) -> None:
    """Select in a text; what follows from that is drawn again by itself."""
    asked = ask(subject, _NOT_STORED)
    if asked is None or not can_be_shown(asked[0], *asked[2:]):
        return
    trace, start, name, layer = asked
    run = run_of(subject)
    is_part = cache.text_of(run)[start : start + len(trace.text)] == trace.text
    ongoing = reading_of(run, subject, name)
    with st.spinner("Reading the run's text"):
        now = ongoing.look(_FIRST_SECONDS)
    shown = Shown(trace, start, is_part, name, layer)
    polled(None if _is_known(now) else _POLL_SECONDS)(_match)(subject, shown, ongoing, _stage(now))


def _match(
    subject: Subject, shown: Shown, ongoing: Ongoing[LongText], drawn: tuple[object, ...]
) -> None:
    now = ongoing.look()
    if _stage(now) != drawn:
        st.rerun()
    payload = cache.signal_payload(
        subject, shown.trace, shown.signal, shown.layer, shown.start, None
    )
    picked = pointed_heatmap(payload, key=heatmap_key(subject), height=300, last=False)
    _say_progress(now)
    if picked.selection is None:
        st.info(_HOW, icon=":material/select_all:")
    elif now.latest is not None:
        _follow(subject, shown, now.latest, picked.selection)
    state.write_address_of_part()


def _is_known(now: Stand[LongText]) -> bool:
    """Whether all is read, or nothing more will be."""
    return now.done or (now.latest is not None and now.latest.whole)


def _stage(now: Stand[LongText]) -> tuple[object, ...]:
    """What changes the whole page."""
    return _is_known(now), now.latest is None


def _say_progress(now: Stand[LongText]) -> None:
    """What is still being read, or why it is not."""
    if now.error is not None or (now.done and now.latest is None):
        appearance.complain(now.error or _FAILED)
    elif now.latest is None:
        st.caption(":material/hourglass_top: The network reads the run's text …")
    elif not now.latest.whole:
        words = now.latest.words
        st.caption(f":material/hourglass_top: So far of {words}; now more of it is read …")


def _follow(subject: Subject, shown: Shown, read: LongText, selection: tuple[int, int]) -> None:
    """The units that follow the selection, and what the chosen of them do elsewhere."""
    question = _ask_how(subject, shown, read, selection)
    found = followers_of(question)
    if not found:
        st.info(appearance.plain(nobody_words(question)), icon=":material/info:")
        return
    left, right = appearance.pair()
    with left:
        if (unit := follower_table(question, found)) is not None:
            show_unit(subject, unit)
            st.rerun()
    if not read.whole:
        right.caption("Where else they are so together comes once the rest of the text is read.")
        return
    with right:
        matched = ask_set(question, found)
    if matched is not None and matched.places:
        show_places(subject, question, matched)


def _ask_how(
    subject: Subject, shown: Shown, read: LongText, selection: tuple[int, int]
) -> Question:
    """The threshold, and how quiet the units are to be around the selection."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most, usual = round(100 * MOST_OUTER), round(100 * OUTER)
        outer = _number("Outermost % of the range", "outer", (1, most), usual, _OUTER)
        before, after = (
            _number(f"Quiet characters {side}", side, (0, _MOST_QUIET), 0, _QUIET.format(where))
            for side, where in (("before", "before"), ("after", "behind"))
        )
    stretch = Stretch(*selection, before, after)
    return question_of(subject, shown, read, stretch, outer / 100)


def _number(label: str, name: str, ends: tuple[int, int], usual: int, explained: str) -> int:
    asked = st.number_input(
        label,
        *ends,
        step=1,
        key=state.linked(name, Whole(*ends), usual, key=f"{name} of a match"),
        persist_state="session",
        width=190,
        help=explained,
    )
    return min(max(int(asked), ends[0]), ends[1])
