"""What can be done with the runs that are selected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import navigation, state
from dashboard.components.leading import MOST_COMPARED, compare
from dashboard.table.dialogs import ask_delete, ask_tags, ask_thin
from dashboard.table.drawn import selected
from rnnviz.export.tables import table_bytes
from rnnviz.notation import bytes_words
from rnnviz.runs.compared.columns import COLUMNS, Row


def offer(shown: Sequence[Row], columns: Sequence[str], *, changing: bool) -> None:
    """A row of buttons, which stay where they are; those that lead nowhere now cannot be pressed.

    Args:
        shown: the rows of the table.
        columns: of it.
        changing: whether any run may be changed here.
    """
    chosen = set(selected())
    rows = [row for row in shown if row.listed.folder.id in chosen]
    with st.container(horizontal=True, vertical_alignment="center"):
        _lead_on(rows)
        if changing:
            _change(rows)
        _take_along(rows or shown, columns)
        size = bytes_words(sum(row.size for row in rows))
        st.caption(f"{len(rows):,} selected, {size}" if rows else "none selected", width="content")


def _lead_on(rows: Sequence[Row]) -> None:
    """To the pages that show one run, or several."""
    if st.button(
        "Open", icon=":material/visibility:", disabled=len(rows) != 1, help="One run, on Train."
    ):
        state.open_run(rows[0].listed.folder.id)
        navigation.go("train")
    if st.button(
        "Compare",
        icon=":material/compare_arrows:",
        disabled=not 2 <= len(rows) <= MOST_COMPARED,
        help=f"Two to {MOST_COMPARED} runs, side by side: eight settings, several seeds of each.",
    ):
        compare(row.listed.folder.id for row in rows)


def _change(rows: Sequence[Row]) -> None:
    for label, icon, ask in (
        ("Tag", ":material/sell:", ask_tags),
        ("Thin", ":material/content_cut:", ask_thin),
        (":red[Delete]" if rows else "Delete", ":material/delete:", ask_delete),
    ):
        if st.button(label, icon=icon, disabled=not rows, key=f"runs {icon}"):
            ask(rows)


def _take_along(rows: Sequence[Row], columns: Sequence[str]) -> None:
    st.download_button(
        "CSV",
        partial(_csv, rows, columns),
        file_name="runs.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help="The columns shown, of the runs selected, or of all shown where none is.",
    )


def _csv(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    names = list(dict.fromkeys(["run", *columns]))
    return table_bytes([{name: _plain(name, row) for name in names} for row in rows])


def _plain(name: str, row: Row) -> object:
    value = COLUMNS[name].value(row)
    return ", ".join(value) if isinstance(value, list) else value
