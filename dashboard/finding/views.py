"""The views of Find units: what can be asked of the units of a network."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import state
from dashboard.address import Among
from dashboard.finding.hold import hold_units
from dashboard.finding.page import findings
from dashboard.finding.pattern import ask_pattern
from dashboard.inspection.held import HOLD, VIEW
from rnnviz.models.subject import Subject


def properties(subject: Subject) -> None:
    """Which unit follows which property of the text, beside its controls."""
    findings(subject, ask_pattern(subject))


_VIEWS: dict[str, Callable[[Subject], None]] = {"Properties": properties, HOLD: hold_units}


def show_view(subject: Subject) -> None:
    """Ask which view, the first at first, and show it."""
    names = list(_VIEWS)
    shown = names[0]
    key = state.linked("view", Among(names), names[0], key=VIEW)
    if len(names) > 1:
        chosen = st.segmented_control(
            "View",
            names,
            required=True,
            wrap=True,
            key=key,
            persist_state="session",
            label_visibility="collapsed",
        )
        shown = str(chosen)
    _VIEWS[shown](subject)
