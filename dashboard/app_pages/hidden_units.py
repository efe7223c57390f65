"""Hidden units: what every unit does over a text."""

from __future__ import annotations

import streamlit as st

from dashboard.inspection.opening import opening
from dashboard.inspection.units import ask, ask_truth, heatmap, truth

subject = opening(
    "What each hidden unit does while the network reads: its value behind every character, blue "
    "negative, red positive. The network starts from the zero state."
)
asked = ask(subject)
if asked is not None:
    trace, start, name, layer = asked
    known = ask_truth(subject, trace, start)
    if known is None:
        heatmap(subject, trace, start, name, layer)
    else:
        left, right = st.columns(2)
        with left:
            heatmap(subject, trace, start, name, layer)
        with right:
            truth(subject, trace, start, known)
