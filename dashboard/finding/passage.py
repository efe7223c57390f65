"""The unit of a finding in the text: where it is most, and its value behind every character."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import appearance, cache, charts, state
from dashboard.address import Among
from dashboard.components.text_heatmap import text_heatmap
from dashboard.finding.rows import selected_row
from dashboard.finding.searches import Looked
from dashboard.inspection.under import property_under
from dashboard.inspection.units import open_unit
from rnnviz.analysis.units.extremes import Extreme
from rnnviz.analysis.units.finding import Finding, Place
from rnnviz.analysis.units.unit_words import around
from rnnviz.models.subject import Subject
from rnnviz.notation import significant
from rnnviz.plots.findings import unit_name
from rnnviz.plots.text_heatmap.payload import Track
from rnnviz.plots.text_heatmap.shown import unit_payload
from rnnviz.records import Trace
from rnnviz.runs.network.passage_labels import TRUTH

# Characters that are read, those of them before the place, and those that are seen before it.
_LENGTH, _LEAD, _ABOVE = 1_200, 400, 120
_COLUMNS = {"value": st.column_config.NumberColumn(format="%.3f", width=60)}


def in_the_text(subject: Subject, looked: Looked, one: Finding) -> None:
    """Where the unit is most, as two lists; around the place that is chosen there, the text."""
    found = looked.portraits[one.hypothesis].extremes
    if not (found.highest or found.lowest):
        return
    unit = unit_name(one.place, subject.model.num_layers)
    st.markdown(f"**Where {unit} is highest and lowest**")
    st.caption(
        "On another part of the text than it was chosen on, places at least 100 characters apart. "
        "The character it has just read stands between ▸ and ◂. Choose a row to read around it."
    )
    sides = {"highest": found.highest, "lowest": found.lowest}
    _show(subject, looked, one, _chosen(subject, looked, one, sides))


def _chosen(
    subject: Subject, looked: Looked, one: Finding, sides: dict[str, tuple[Extreme, ...]]
) -> Extreme:
    """Both lists; the place of the row that was chosen last, which the address keeps."""
    places = {f"{name} {row + 1}": at for name, own in sides.items() for row, at in enumerate(own)}
    names = list(places)
    # The same lists are shown of the end of a text and of all of it, one after the other.
    key = f"places of {charts.digest_of(subject.key, one.place, one.hypothesis, looked.whole)}"
    strongest = f"strongest of {charts.digest_of(subject.key, one.place, one.hypothesis)}"
    for place, (name, own) in zip(appearance.pair(), sides.items(), strict=True):
        with place:
            st.caption(name.capitalize())
            row = selected_row(
                _rows(looked, one, own),
                _COLUMNS,
                key=f"{name} {key}",
                alt=f"Places where the unit is {name}",
            )
        if row is not None:
            state.put(strongest, f"{name} {row + 1}")
    if state.value_of(strongest) not in (None, *names):
        state.put(strongest, names[0])
    state.linked("strongest", Among(names), names[0], key=strongest)
    return places[state.value_of(strongest)]


def _rows(looked: Looked, one: Finding, places: tuple[Extreme, ...]) -> pd.DataFrame:
    text = looked.search.passage.text
    return pd.DataFrame(
        {
            "value": [each.value for each in places],
            "property": [_label(one, each.label) for each in places],
            "position": [f"{looked.search.passage.start + each.place:,}" for each in places],
            "where": [around(text, each.place) for each in places],
        }
    )


def _label(one: Finding, label: float) -> str:
    """What the property is at a place."""
    if label != label:
        return "unknown"
    return significant(label) if one.kind == "counter" else ("no", "yes")[int(label)]


def _show(subject: Subject, looked: Looked, one: Finding, at: Extreme) -> None:
    """The unit's value behind the characters around a place, and the property under them."""
    passage = looked.search.passage
    first = max(passage.start, passage.start + at.place - _LEAD)
    text = passage.whole[first : first + _LENGTH]
    read = cache.trace(subject, text)
    under = one.hypothesis.removeprefix(TRUTH)
    track = property_under(subject, read, first, under)
    unit = unit_name(one.place, subject.model.num_layers)
    at_place, top = passage.start + at.place, passage.start + at.place - _ABOVE
    marked = at_place, at_place + 1
    view = float(max(first, top))
    label = f"Look at {unit} among all units"
    if st.button(label, icon=":material/arrow_forward:", key="look at the unit"):
        open_unit(subject, one.place, under, (first, _LENGTH), (marked, view))
    payload = _payload(
        subject.key, text, one.place, first, under, _subject=subject, _trace=read, _track=track
    )
    st.caption(f"Around position {at_place:,}, whose character is marked.")
    shown = {
        "cursor": None,
        "selection": (marked[0] - first, marked[1] - first),
        "top": view - first,
    }
    text_heatmap(payload, key="unit of a finding", unit=0, also=shown, height=260)


@st.cache_resource(max_entries=8, show_spinner=False)
def _payload(
    key: str,
    text: str,
    place: Place,
    first: int,
    under: str,
    _subject: Subject,
    _trace: Trace,
    _track: Track,
) -> bytes:
    return unit_payload(_trace, place, _subject.alphabet.vocabulary, first, _track)
