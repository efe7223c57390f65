"""What a run's best snapshot shows of units that are of no use, and the way to look closer."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, navigation, state
from rnnviz.runs.moment import Moment
from rnnviz.runs.network.unmoved import unmoved_words
from rnnviz.runs.run import Run


def idle_units(run: Run, now: Moment) -> None:
    """One line and a button, where training has ended and some units keep to one value."""
    if now.status.alive or not (said := unmoved_words(run)):
        return
    appearance.warn([said])
    label = "See how well its units work"
    if st.button(label, icon=":material/arrow_forward:", key="see health"):
        state.put(navigation.FIND_VIEW, "Health")
        navigation.go("find_units")
