"""A table of which a row is selected to look closer at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import state

SIDEWAYS = "Where the table is wider than the page, scroll it sideways."


def selected_row(
    rows: pd.DataFrame,
    columns: Mapping[str, ColumnConfig],
    *,
    key: str,
    alt: str,
    height: int | Literal["content"] = "content",
) -> int | None:
    """Draw a table; which row has just been selected in it, None where none has.

    Args:
        rows: of the table.
        columns: how they are shown.
        key: of the table.
        alt: what it is, for those who do not see it.
        height: in CSS pixels.
    """
    event = st.dataframe(
        rows,
        hide_index=True,
        column_config=dict(columns),
        height=height,
        width="stretch",
        key=key,
        alt=alt,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",  # of what is not known; else it is called None
    )
    selected = [row for row in event.selection.rows if row < len(rows)]
    before = state.kept(f"selected in {key}")
    state.keep(f"selected in {key}", selected)
    return selected[0] if selected and selected != before else None
