"""Hidden units: what every unit does over a text."""

from __future__ import annotations

from dashboard.inspection.opening import opening
from dashboard.inspection.units import ask, ask_truth, heatmap

subject = opening(
    "What each hidden unit does while the network reads: its value behind every character, blue "
    "negative, red positive. The network starts from the zero state."
)
asked = ask(subject)
if asked is not None:
    trace, start, name, layer = asked
    heatmap(subject, trace, start, name, layer, ask_truth(subject, trace, start))
