"""Samples: what the network writes, iteration by iteration and now."""

from __future__ import annotations

from dashboard.inspection.opening import opening
from dashboard.inspection.samples import by_iteration, conclusion
from dashboard.inspection.sampling import now

subject = opening(
    "What the network writes, from the first snapshot to the last: each character it draws is the "
    "next one it reads."
)
shown = by_iteration(subject)
now(subject)
conclusion(subject, shown)
