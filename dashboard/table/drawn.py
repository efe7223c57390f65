"""The table itself: a row for each run, of which any number can be selected."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from pandas.api.types import is_numeric_dtype
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import state
from dashboard.components.numbers import written
from rnnviz.runs.compared.columns import COLUMNS, Row
from rnnviz.text.control import escaped

_SELECTED = "runs selected"
_ROW_PIXELS, _MOST_PIXELS = 35, 560
_EXACT = 2**53  # whole numbers beyond it a browser rounds
_WIDTHS = {"name": 200, "text": 130, "cell": 95, "state": 105, "made": 130}


def table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Draw it; what is selected is kept by the ids of runs, wherever these stand next time.

    Rows are numbered in the browser, so another list of runs is another table.
    """
    ids = [row.listed.folder.id for row in rows]
    before = set(selected())
    places = [place for place, name in enumerate(ids) if name in before]
    event = st.dataframe(
        _written({name: _values(name, rows) for name in columns}),
        hide_index=True,
        column_config={name: _column(name) for name in columns},
        height=min(_MOST_PIXELS, _ROW_PIXELS * (len(rows) + 1) + 3),
        row_height=_ROW_PIXELS,
        key=key_of(ids),
        alt="Runs",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": places, "columns": [], "cells": []}},
        placeholder="",
    )
    state.keep(_SELECTED, [ids[at] for at in sorted(event.selection.rows) if at < len(ids)])


def selected() -> list[str]:
    """The ids of the runs that are selected, in the order of the table."""
    found: list[str] = state.kept(_SELECTED, [])
    return found


def forget() -> None:
    """Let no run be selected, where none is shown."""
    state.keep(_SELECTED, [])


def key_of(ids: Sequence[str]) -> str:
    """The key of the table of these runs, in this order."""
    return f"table of runs {hashlib.sha256(' '.join(ids).encode()).hexdigest()[:16]}"


def _values(name: str, rows: Sequence[Row]) -> pd.Series:
    found = [COLUMNS[name].value(row) for row in rows]
    if name == "size":
        return pd.Series([int(str(size)) / 1e6 for size in found], dtype=float)
    numbers = [value for value in found if value is not None]
    whole = all(isinstance(value, int) and value < _EXACT for value in numbers)
    if _is_number(name) and whole:
        return pd.Series(found, dtype="Int64")
    if _is_number(name) and all(isinstance(value, int | float) for value in numbers):
        plain: Any = found
        return pd.Series(plain, dtype=float)
    return pd.Series([escaped(COLUMNS[name].said(row)) for row in rows], dtype=str)


def _written(values: Mapping[str, pd.Series]) -> pd.DataFrame | Styler:
    numbers = [name for name, each in values.items() if is_numeric_dtype(each)]
    words = {name: COLUMNS[name].words for name in numbers}
    return written(pd.DataFrame(values), words | {"size": "{:,.2f}".format})


def _is_number(name: str) -> bool:
    return name not in ("run", "name", "text", "cell", "state", "made", "tags", "group")


def _column(name: str) -> ColumnConfig:
    column = COLUMNS[name]
    head, about = column.head, column.about
    if name == "size":
        head, about = "size, MB", "on the disk, in millions of bytes"
    if not _is_number(name):
        pinned = name == "name"
        return st.column_config.TextColumn(head, help=about, width=_WIDTHS.get(name), pinned=pinned)
    return st.column_config.NumberColumn(head, help=about)
