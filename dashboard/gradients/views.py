"""The views of Gradient flow: what can be asked of a network's gradients through time."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.gradients.flow import gradients
from dashboard.gradients.jacobian import jacobian
from dashboard.gradients.memory import memory
from dashboard.gradients.training import training
from dashboard.gradients.truncation import truncation
from dashboard.gradients.what_if import what_if
from dashboard.inspection.opening import ask_view
from rnnviz.models.subject import Subject

_VIEWS: dict[str, Callable[[Subject], None]] = {
    "Gradients": gradients,
    "Memory": memory,
    "Truncation": truncation,
    "Jacobian": jacobian,
    "Over training": training,
    "What if": what_if,
}


def show_view(subject: Subject) -> None:
    """Ask which view, the first at first, and show it."""
    _VIEWS[ask_view(_VIEWS, key="view of gradient flow")](subject)
