"""Which gate of a cell is worked out."""

from __future__ import annotations

import streamlit as st

from rnnviz.cells import CELLS, Cell, gate_names


def choose_gate(cell: Cell, key: str) -> str:
    """Which gate is worked out; the plain RNN has but its sum."""
    if cell == "rnn":
        return "h"
    chosen = st.segmented_control(
        "Work out",
        CELLS[cell].blocks,
        default=CELLS[cell].blocks[0],
        required=True,
        format_func=lambda gate: gate_names()[gate],
        key=f"{key} of {cell}",
        persist_state="session",
    )
    return chosen if chosen in CELLS[cell].blocks else CELLS[cell].blocks[0]
