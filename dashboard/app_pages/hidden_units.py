"""Hidden units: what every unit does over a text."""

from __future__ import annotations

from dashboard.example import introduce, is_looked_at
from dashboard.inspection.opening import opening
from dashboard.inspection.units import ask, ask_truth, heatmap

subject = opening(
    "What each hidden unit does while the network reads: its value after every character, as the "
    "colour behind it, blue negative, red positive. It begins with all states at zero."
)
unit, known = introduce() if is_looked_at() else (0, None)
asked = ask(subject)
if asked is not None:
    trace, start, name, layer = asked
    track = ask_truth(subject, trace, start, known)
    heatmap(subject, trace, start, name, layer, track, unit)
