"""How a network's gradients changed while it was trained."""

from __future__ import annotations

from dashboard.gradients.flow import BY_LAG, over_training
from dashboard.inspection.opening import ask_layer
from rnnviz.models.subject import Subject


def training(subject: Subject) -> None:
    """What is read off the curves by lag, snapshot by snapshot, and the total gradient norm."""
    over_training(subject, BY_LAG, ask_layer(subject, "layer"))
