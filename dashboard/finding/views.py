"""The views of Find units: what can be asked of the units of a network."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import navigation, state
from dashboard.components.text_heatmap import Picked
from dashboard.finding.health import health
from dashboard.finding.hold import hold_units
from dashboard.finding.match import match
from dashboard.finding.own import ask_own
from dashboard.finding.page import findings
from dashboard.inspection.held import HOLD
from dashboard.inspection.opening import ask_view
from rnnviz.models.subject import Subject


def properties(subject: Subject) -> None:
    """Which unit follows which property of the text, beside its controls."""
    findings(subject, ask_own(subject))


_VIEWS: dict[str, Callable[[Subject], None]] = {
    "Properties": properties,
    "Match": match,
    HOLD: hold_units,
    "Health": health,
}


def lead_to_match(picked: Picked) -> None:
    """From a selection, the way to the units that follow it."""
    if picked.selection is not None and st.button(
        "Find units that follow this selection", icon=":material/arrow_forward:"
    ):
        state.put(navigation.FIND_VIEW, "Match")
        navigation.go("find_units")


def show_view(subject: Subject) -> None:
    """Ask which view, the first at first, and show it."""
    _VIEWS[ask_view(_VIEWS, key=navigation.FIND_VIEW)](subject)
