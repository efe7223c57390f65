"""Through which states gradients are followed: h, or c where the cell has it."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard import state
from dashboard.address import Among
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject

Path = Literal["h", "c"]
PATHS: tuple[Path, ...] = ("h", "c")


def ask_path(subject: Subject) -> Path:
    """Ask which path; that through h where there is no other."""
    if not CELLS[subject.model.cell].has_cell_state:
        return "h"
    asked = st.segmented_control(
        "Path",
        PATHS,
        required=True,
        format_func="path {}".format,
        key=state.linked("path", Among(PATHS), PATHS[0], key="path of gradients"),
        persist_state="session",
    )
    return "c" if asked == "c" else "h"
