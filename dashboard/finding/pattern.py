"""A person's own property: a regular expression."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, state
from dashboard.address import Words
from dashboard.finding.searches import problem_of
from dashboard.view import run_of
from rnnviz.models.subject import Subject


def ask_pattern(subject: Subject) -> str:
    """The expression; "" where there is none, or none that can be used, which is then said."""
    typed = st.text_input(
        "A property of your own, as a regular expression",
        key=state.linked("pattern", Words(), "", key="pattern"),
        persist_state="session",
        placeholder="for example [0-9]+ or ^#.*$",
        help="As in Python; ^ and $ stand for the ends of lines. Units are then also looked for "
        "that follow whether a character is inside a match, and how many characters ago the last "
        "match ended.",
    )
    pattern = str(typed or "")
    problem = problem_of(run_of(subject), pattern) if pattern else ""
    if not problem:
        return pattern
    appearance.complain(f"Nothing is asked of it: {problem}")
    return ""
