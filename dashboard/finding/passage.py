"""The unit of a finding in the text: where it is most, and its value behind every character."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import appearance, cache, charts, state
from dashboard.components import heatmaps
from dashboard.components.text_heatmap import text_heatmap
from dashboard.components.text_heatmap.payload import Track
from dashboard.finding.searches import Looked
from dashboard.inspection.under import property_under
from dashboard.inspection.unit_words import around
from dashboard.inspection.units import open_unit
from rnnviz.analysis.units.extremes import Extreme
from rnnviz.analysis.units.finding import Finding, Place
from rnnviz.models.subject import Subject
from rnnviz.notation import significant
from rnnviz.plots.findings import unit_name
from rnnviz.records import Trace
from rnnviz.runs.passage_labels import TRUTH

# Characters that are read, those of them before the place, and those that are seen before it.
_LENGTH, _LEAD, _ABOVE = 1_200, 400, 120


def in_the_text(subject: Subject, looked: Looked, one: Finding) -> None:
    """Where the unit is most, as two lists; around the place that is chosen there, the text."""
    found = looked.portraits[one.hypothesis].extremes
    places = [*found.highest, *found.lowest]
    if not places:
        return
    unit = unit_name(one.place, subject.model.num_layers)
    st.markdown(f"**Where {unit} is highest and lowest**")
    st.caption(
        "On another part of the text than it was chosen on, places at least 100 characters apart. "
        "The character it has just read stands between ▸ and ◂. Choose a row to read around it."
    )
    chosen = _lists(subject, looked, one, found.highest, found.lowest)
    _show(subject, looked, one, chosen or places[0])


def _lists(
    subject: Subject,
    looked: Looked,
    one: Finding,
    highest: tuple[Extreme, ...],
    lowest: tuple[Extreme, ...],
) -> Extreme | None:
    """Both lists; the place of the row that was chosen last."""
    key = f"places of {charts.digest_of(subject.key, one.place, one.hypothesis, looked.whole)}"
    sides = {"highest": highest, "lowest": lowest}
    rows = {name: _rows(looked, one, side) for name, side in sides.items()}
    for place, (name, table) in zip(appearance.pair(), rows.items(), strict=True):
        with place:
            st.caption(name.capitalize())
            event = st.dataframe(
                table,
                hide_index=True,
                height="content",
                width="stretch",
                key=f"{name} {key}",
                on_select="rerun",
                selection_mode="single-row",
                column_config={"value": st.column_config.NumberColumn(format="%.3f", width=60)},
            )
            _remember(key, name, [row for row in event.selection.rows if row < len(table)])
    name, row = state.kept(key, ("highest", None))
    return None if row is None else sides[name][row]


def _remember(key: str, name: str, rows: list[int]) -> None:
    """The row that was chosen last in either list."""
    before = state.kept(f"{name} {key}", [])
    state.keep(f"{name} {key}", rows)
    if rows != before and rows:
        state.keep(key, (name, rows[0]))


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
    label = f"Look at {unit} among all units"
    if st.button(label, icon=":material/arrow_forward:", key="look at the unit"):
        open_unit(subject, one.place, under, (first, _LENGTH))
    payload = _payload(
        subject.key, text, one.place, first, under, _subject=subject, _trace=read, _track=track
    )
    cursor = passage.start + at.place - first
    shown = {"cursor": cursor, "top": float(max(0, cursor - _ABOVE))}
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
    return heatmaps.unit_payload(_trace, place, _subject.alphabet.vocabulary, first, _track)
