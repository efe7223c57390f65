"""The places most like a selection, and one of them in a heatmap of its own."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import appearance, cache, charts, state
from dashboard.address import Whole
from dashboard.components.text_heatmap import text_heatmap
from dashboard.finding.matches import Question
from dashboard.finding.rows import selected_row
from dashboard.inspection.units import heatmap_key, open_unit
from rnnviz.analysis.units import finding
from rnnviz.analysis.units.matching import Matching, Place
from rnnviz.analysis.units.matching_words import in_context, place_words
from rnnviz.models.subject import Subject

_TALLEST = 290
# After so many characters a network that began at zero is where one is that has read on.
_WARM_UP, _AROUND, _MOST = 256, 200, 4_000
_LENGTH = 3_000  # that Hidden units shows of it
_LINES, _IN_VIEW = 4, 160  # before it that are in view
_CAVEAT = (
    "That the same units are so at both places does not say why: look for what the places have in "
    "common, and whether chance gives as many (see above)."
)
_ORDER = (
    "First come the places where most units of the set are so, among these those with the fewest "
    "others (units that are high or low there too but are not in the set), then those whose length "
    "is nearest to the selection’s. So a place with fewer others may come behind one with more, "
    "where fewer units of the set are so."
)
_HELP = {
    "like it": "How many units of the set are so throughout the place; sorted by it first.",
    "others": "How many units are high or low throughout it too but are not in the set: the fewer, "
    "the more it is this set alone. It is what is sorted by next.",
    "characters": "How long the place is; among equals, what is nearest in length to the selection "
    "comes first.",
    "position": "Of its first character in the whole text.",
    "in the text": "The place between two arrows.",
}


def show_places(subject: Subject, question: Question, matched: Matching) -> None:
    """A table of them, which one is looked at, and that one in the text."""
    key = f"place {charts.digest_of([*question.asked, *map(str, matched.sides)])}"
    most = len(matched.places)
    st.markdown("The place most like it" if most == 1 else f"The {most} places most like it")
    if (selected := _table(question, matched)) is not None:
        state.put(key, selected + 1)
    if most > 1:
        st.caption(_ORDER)
    number = st.number_input(
        f"Look at place (1 to {most})",
        1,
        most,
        step=1,
        key=state.linked("place", Whole(1, most), 1, key=key),
        persist_state="session",
        width=190,
    )
    place = matched.places[min(max(int(number), 1), most) - 1]
    _show(subject, question, place)
    read = question.read
    said = place_words(place, matched.sides, read.trace.text, read.start)
    st.subheader("What this says", anchor=False)
    st.markdown(f"{appearance.plain(said)} {_CAVEAT}")


def _table(question: Question, matched: Matching) -> int | None:
    """A row for each place; which has just been selected."""
    text, start = question.read.trace.text, question.read.start
    rows = pd.DataFrame(
        {
            "place": range(1, len(matched.places) + 1),
            "in the text": [in_context(text, one.start, one.end) for one in matched.places],
            "like it": [f"{len(one.on)} of {len(matched.sides)}" for one in matched.places],
            "others": [one.others for one in matched.places],
            "characters": [len(one) for one in matched.places],
            "position": [start + one.start for one in matched.places],
        }
    )
    columns = {
        name: st.column_config.Column(help=said, width="large" if name == "in the text" else None)
        for name, said in _HELP.items()
    }
    height = min(_TALLEST, 38 + 35 * len(rows))
    return selected_row(rows, columns, key="places", height=height, alt="Places")


def _show(subject: Subject, question: Question, place: Place) -> None:
    """A place among the text around it, read from some way before it."""
    text = question.read.trace.text
    begin = max(0, place.start - _WARM_UP - _AROUND)
    end = min(place.end + _AROUND, begin + _MOST)
    trace = cache.trace(subject, text[begin:end])
    payload = cache.signal_payload(
        subject, trace, question.signal, question.layer, question.read.start + begin, None
    )
    selection = place.start - begin, min(place.end, end) - begin
    top = _some_lines_before(trace.text, selection[0])
    _lead_to_hidden_units(subject, question, place, begin, begin + top)
    text_heatmap(
        payload,
        key=f"place in {heatmap_key(subject)}",
        unit=place.on[0].unit,
        also={"selection": selection, "cursor": None, "top": float(top)},
        height=240,
    )


def _lead_to_hidden_units(
    subject: Subject, question: Question, place: Place, begin: int, top: int
) -> None:
    """A way to the place among all units, with all that can be looked at there."""
    if st.button("Look at this place among all units", icon=":material/arrow_forward:"):
        start = question.read.start
        length = max(_LENGTH, place.end - begin)
        open_unit(
            subject,
            finding.Place(question.signal, question.layer, place.on[0].unit),
            passage=(start + begin, length),
            selected=((start + place.start, start + place.end), float(start + top)),
        )


def _some_lines_before(text: str, place: int) -> int:
    """Where a line begins some lines before a place, or some characters before it."""
    begin = max(0, place - _IN_VIEW)
    lines = [at + 1 for at, character in enumerate(text[begin:place], begin) if character == "\n"]
    return lines[-_LINES] if len(lines) >= _LINES else begin
