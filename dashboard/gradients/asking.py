"""What views of Gradient flow ask: over which text, through which states, at which timestep."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard import state
from dashboard.address import Among, Whole
from dashboard.inspection.passage import choose_passage
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


def ask_text(subject: Subject, most: int, usual: int) -> tuple[str, int] | None:
    """Ask for a passage of two characters at least, and its position; None while there is none.

    Args:
        subject: whose characters they are.
        most: of them.
        usual: how many are asked for at first.
    """
    passage = choose_passage(subject, most=most, usual=usual)
    if passage is None or len(passage[0]) < 2:
        st.caption("Type at least two characters.")
        return None
    return passage


def ask_number(name: str, label: str, most: int, usual: int, about: str) -> int:
    """Ask for a whole number from 1 on, such as a timestep.

    Args:
        name: in the address.
        label: beside it.
        most: what it can be.
        usual: what it is at first.
        about: what it does.
    """
    given = st.number_input(
        label,
        1,
        most,
        key=state.linked(name, Whole(1, most), usual, key=f"{name} of {most}, {usual}"),
        persist_state="session",
        width=170,
        help=about,
    )
    return int(given)
