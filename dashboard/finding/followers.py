"""The units that are high or low throughout a selection, and which of them are looked for again."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import appearance, charts, state
from dashboard.address import Several
from dashboard.finding.matches import Question, matching_of
from dashboard.finding.rows import selected_row
from rnnviz.analysis.units.following import Follower
from rnnviz.analysis.units.matching import MOST_SIDES, Matching
from rnnviz.analysis.units.matching_words import chance_words, quoted, sentence, threshold_words

_CHOSEN_AT_FIRST = 3
_TALLEST = 290
_HELP = {
    "is": "On which side it is, at every character selected.",
    "places elsewhere": "Stretches elsewhere in the text read in which the unit is so as well, at "
    "least as long as the selection and as quiet before and after. The table is sorted by how "
    "much of the text such stretches take up, the least first.",
    "share of the text": "How many of the characters read lie in such a stretch, the selection's "
    "own included: the less, the rarer.",
}


def follower_table(question: Question, found: list[Follower]) -> int | None:
    """All of them, the rarest first; the unit whose row has just been selected."""
    count = "One unit is" if len(found) == 1 else f"{len(found)} units are"
    st.markdown(
        appearance.plain(
            f"{count} high or low throughout {quoted(question.selected)}, rarest first"
        )
    )
    rows = pd.DataFrame(
        {
            "unit": [one.side.unit for one in found],
            "is": ["high" if one.side.high else "low" for one in found],
            "places elsewhere": [one.runs for one in found],
            "share of the text": [100 * one.share for one in found],
        }
    )
    columns = {
        "is": st.column_config.TextColumn(help=_HELP["is"]),
        "places elsewhere": _number("places elsewhere", "localized"),
        "share of the text": _number("share of the text", "%.2f %%"),
    }
    height = min(_TALLEST, 38 + 35 * len(found))
    selected = selected_row(rows, columns, key="followers", height=height, alt="Units that follow")
    st.caption(appearance.plain(_basis(question)))
    return None if selected is None else found[selected].side.unit


def ask_set(question: Question, found: list[Follower]) -> Matching | None:
    """Which of them, at first the rarest, and where else they are so; None where none is chosen."""
    sides = [one.side for one in found]
    usual = sides[:_CHOSEN_AT_FIRST]
    key = f"set {charts.digest_of([*question.asked, *map(str, sides)])}"
    chosen = st.multiselect(
        "The set to look for elsewhere",
        sides,
        key=state.linked("set", Several(sides), usual, key=key),
        format_func=str,
        max_selections=MOST_SIDES,
        persist_state="session",
        placeholder="Choose a unit",
    )
    if not chosen:
        st.caption("Choose at least one of them to see where else it is so.")
        return None
    matched, chance = matching_of(question, tuple(chosen))
    read, of = question.read, (question.signal, question.layer)
    said = sentence(matched, of, question.selected, read.trace.text, read.start)
    st.markdown(f"**{appearance.plain(said)}**")
    st.markdown(appearance.plain(chance_words(matched, chance)))
    st.caption(appearance.plain(_same_characters(question, matched)))
    return matched


def nobody_words(question: Question) -> str:
    """That no unit is high or low throughout the selection, and what to try."""
    tries = ["fewer characters", "a larger part of the range"]
    if question.signal != "c" and "c" in question.read.trace.bounds:
        tries.append("the cell state c, which as a rule changes more slowly")
    if question.stretch.before or question.stretch.after:
        tries.append("fewer quiet characters")
    return (
        f"No unit is high throughout {quoted(question.selected)}, and none is low. "
        f"{threshold_words(question.outer)} Try {', or '.join(tries)}."
    )


def _basis(question: Question) -> str:
    """What was read, what counts as high and low, and where the selection lies."""
    own = "" if question.passage is None else " The selection itself is no part of what was read."
    return (
        f"A row that is selected shows its unit in the text above. "
        f"{threshold_words(question.outer)} Read: {question.read.words}.{own}"
    )


def _same_characters(question: Question, matched: Matching) -> str:
    """How often the same characters stand elsewhere, which would explain a place as well."""
    text, stretch, selected = question.read.trace.text, question.stretch, question.selected
    if question.passage is None:
        count = text[: stretch.start].count(selected) + text[stretch.end :].count(selected)
    else:
        count = text.count(selected)
    where = {0: "nowhere else", 1: "at 1 other place"}.get(count, f"at {count:,} other places")
    said = f"The characters {quoted(selected)} themselves stand {where} in that text"
    if not count or not matched.places:
        return f"{said}."
    those = sum(selected in text[one.start : one.end] for one in matched.places)
    return f"{said}, and in {those} of the {len(matched.places)} places below."


def _number(name: str, form: str) -> ColumnConfig:
    return st.column_config.NumberColumn(format=form, help=_HELP[name])
