"""Find units: which unit follows which property of the text, and how one knows."""

from __future__ import annotations

from dashboard.finding.views import show_view
from dashboard.inspection.opening import opening

subject = opening(
    "Which unit follows which property of the text, how well, and what stands beside it: what the "
    "network reached before training, what the characters alone explain, what chance does, and "
    "what it costs the network to do without the unit. Or select some characters, and see which "
    "units are high or low throughout them, and where else."
)
show_view(subject)
