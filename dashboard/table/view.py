"""What is shown of all runs: which of them, in which order, by which columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import state
from dashboard.address import Among, Flag, Several, Words
from rnnviz.runs.compared.columns import COLUMNS, Row, sorted_by
from rnnviz.runs.compared.roster import matching

_USUAL = (
    *("name", "text", "cell", "units", "iterations", "bits", "nats", "distance"),
    *("half", "hundredth"),
    *("state", "made", "size", "tags", "group"),
)
_NAMES = tuple(COLUMNS)


@dataclass(frozen=True, slots=True)
class View:
    """What was chosen.

    Attributes:
        words: that a run must have in what is said of it.
        sort: the column that rows are in order of.
        down: whether the largest comes first.
        columns: that are shown.
    """

    words: str
    sort: str
    down: bool
    columns: Sequence[str]

    def rows(self, rows: list[Row]) -> list[Row]:
        """Those of the rows that are shown, in their order."""
        return sorted_by(self.sort, matching(rows, self.words), descending=self.down)


def ask_view() -> View:
    """Ask for all of it; the address keeps it."""
    grid = st.grid(2, min_column_width=400, gap="medium")
    with grid.cell():
        words = _ask_words()
    with grid.cell(), st.container(horizontal=True, vertical_alignment="bottom"):
        sort, down = _ask_order()
    with st.expander("Columns", icon=":material/view_column:"):
        columns = _ask_columns()
    return View(words, sort, down, columns)


def _ask_words() -> str:
    return st.text_input(
        "Only runs with these words",
        key=state.linked("filter", Words(), "", key="runs filter"),
        persist_state="session",
        placeholder="such as lstm finished hamlet",
        icon=":material/search:",
        help="Each must occur in the id, name, text, cell, units, state, tags or group, or in what "
        "the run is called in lists: when it was made, its loss. In small letters or large.",
    )


def _ask_order() -> tuple[str, bool]:
    sort = st.selectbox(
        "In order of",
        _NAMES,
        key=state.linked("sort", Among(_NAMES), "made", key="runs sort"),
        persist_state="session",
        format_func=_head,
        help="Runs for which it is not known come last.",
    )
    down = st.toggle(
        "Largest first",
        key=state.linked("down", Flag(), True, key="runs down"),
        persist_state="session",
        help="Of dates, the newest; of words, from Z to A.",
    )
    return str(sort), down


def _ask_columns() -> list[str]:
    chosen = st.multiselect(
        "Columns",
        _NAMES,
        key=state.linked("columns", Several(_NAMES), list(_USUAL), key="runs columns"),
        persist_state="session",
        format_func=_head,
        label_visibility="collapsed",
    )
    st.caption("  \n".join(f"**{COLUMNS[name].head}**: {COLUMNS[name].about}" for name in _NAMES))
    return chosen or ["name"]


def _head(name: str) -> str:
    return COLUMNS[name].head
