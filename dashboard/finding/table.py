"""All findings as a table that can be sorted."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.finding.rows import SIDEWAYS, selected_row
from dashboard.finding.words import way
from rnnviz.analysis.units.finding import Finding, shown
from rnnviz.analysis.units.finding_words import found_in
from rnnviz.notation import bits
from rnnviz.plots.findings import unit_name
from rnnviz.text.marks import marked

_WIDTHS = {"property": 245, "found in": 225}
_HELP = {
    "score": "Without its sign. AUC: of a character where the property holds and one where it does "
    "not, how often the unit tells which is which; 0.5 by guessing, 1 always. rho: Spearman's rank "
    "correlation with a counter; 0 none, 1 perfect.",
    "above controls": "By how much the score is above the largest control, where AUC 0.5 and rho 0 "
    "count as 0 and a perfect score as 1. The table is sorted by it, to two digits; among "
    "equals the simpler property comes first.",
    "untrained": "The best unit of the network before training.",
    "character": "The best that can be said from the current character alone.",
    "two characters": "From the current character and the one before.",
    "chance": "What the best unit of the best property stays below in 95 of 100 trials in which "
    "blocks of the text and of the states are paired anew.",
    "all units": "A linear probe of all units of that signal and layer.",
    "found in": "One unit: it is clearly above all controls and holds at least 0.8 of what all "
    "units together do. Spread: only several together are. Else: what does as well without it, so "
    "that nothing shows that training put the property into a unit.",
    "cost there": "By how many bits per character the loss rises where the property holds (of a "
    "counter, at the fifth of the characters where it is highest) when the unit is held at its "
    "mean while the network reads.",
    "nearly the same as": "Properties that are correlated with this one by 0.9 or more in this "
    "text: what follows one follows the others, and they are one finding.",
    "cost elsewhere": "The same at all other characters.",
}


def table(found: tuple[Finding, ...], layers: int) -> Finding | None:
    """A row for each finding, in their order; the one whose row has just been selected."""
    rows = pd.DataFrame([_row(one, layers) for one in found])
    columns = {name: _column(name, rows[name]) for name in rows}
    selected = selected_row(
        rows,
        columns,
        key="findings",
        alt="Properties of the text",
    )
    st.caption(f"Select a row to look closer at it. {SIDEWAYS}")
    return None if selected is None else found[selected]


def _column(name: str, values: pd.Series) -> ColumnConfig:
    known = _HELP.get(name)
    if values.dtype.kind != "f":
        return st.column_config.TextColumn(help=known, width=_WIDTHS.get(name))
    finely = name.startswith(("cost", "above"))
    return st.column_config.NumberColumn(format="%.3f" if finely else "%.2f", help=known)


def _row(one: Finding, layers: int) -> dict[str, str | float]:
    held = None if one.cause is None else one.cause.at_mean
    return {
        "property": marked(one.followed),
        "unit": unit_name(one.place, layers).removeprefix("unit "),
        "score": _size(one, one.score),
        "in": "AUC" if one.measure == "auc" else "rho",
        "found in": found_in(one),
        "the unit is": way(one),
        "cost there": math.nan if held is None else bits(held.labelled),
        "cost elsewhere": math.nan if held is None else bits(held.other),
        "above controls": one.margin,
        "untrained": _size(one, one.untrained),
        "character": _size(one, one.current_character),
        "two characters": _size(one, one.two_characters),
        "chance": _size(one, one.chance_95_table),
        "all units": math.nan if one.examined is None else _size(one, one.examined.probe["all"]),
        "nearly the same as": marked(", ".join(one.alike)),
        "what it marks": marked(one.marks),
    }


def _size(one: Finding, score: float) -> float:
    return shown(abs(score), one.measure)
