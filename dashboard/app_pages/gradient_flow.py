"""Gradient flow: how far gradients travel back through time, and how that changes in training."""

from __future__ import annotations

from dashboard.gradients.views import show_view
from dashboard.inspection.opening import opening

subject = opening(
    "How strongly the loss depends on hidden states further and further back: where gradients "
    "vanish, where they explode, and what training leaves out because it cuts them off at the edge "
    "of its window (truncation)."
)
show_view(subject)
