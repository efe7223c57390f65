"""Which gate of a cell is worked out."""

from __future__ import annotations

import streamlit as st

from rnnviz.cells import CELLS, Cell


def choose_gate(cell: Cell, key: str) -> str:
    """Which gate is worked out; the plain RNN has but its sum."""
    if not CELLS[cell].gates:
        return "h"
    chosen = st.segmented_control(
        "Work out",
        CELLS[cell].blocks,
        default=CELLS[cell].blocks[0],
        required=True,
        format_func=CELLS[cell].names.__getitem__,
        key=f"{key} of {cell}",
        persist_state="session",
    )
    return chosen if chosen in CELLS[cell].blocks else CELLS[cell].blocks[0]
