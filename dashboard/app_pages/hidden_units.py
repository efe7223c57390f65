"""Hidden units: what every unit does over a text."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.example import introduce, is_looked_at
from dashboard.finding.searches import known_findings
from dashboard.finding.views import lead_to_match
from dashboard.inspection.opening import opening
from dashboard.inspection.under import ask_under
from dashboard.inspection.units import ask, begin_at, heatmap

subject = opening(
    "What each hidden unit does while the network reads: its value after every character, as the "
    "colour behind it, blue negative, red positive. It begins with all states at zero."
)
unit, known, choices = 0, None, st.container()
found = known_findings(subject)
if is_looked_at():
    unit, known = introduce()
    # Open where a link chose in it: whoever follows that sees the same.
    asked_for = state.has_said(("text", "from", "length", "own", "signal", "truth"))
    choices = st.expander("Another passage, signal or property", asked_for, icon=":material/tune:")
else:
    begin_at(subject, found)
with choices:
    asked = ask(subject)
    track = None if asked is None else ask_under(subject, *asked[:2], known)
if asked is not None:
    trace, start, name, layer = asked
    heatmap(subject, trace, start, name, layer, track, unit, found, lead_to_match)
