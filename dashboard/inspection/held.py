"""Which units are held on Find units: under which keys that is kept, and the way there."""

from __future__ import annotations

import streamlit as st

from dashboard import navigation, state
from rnnviz.analysis.units.finding import Place
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject

HOLD = "Hold units"
LAYER = "layer of held units"


def units_key(subject: Subject) -> str:
    """Under which the units are kept, as they are typed."""
    return f"held units of {subject.origin.run}"


def layer_key(subject: Subject) -> str:
    """Under which their layer is kept."""
    return f"{LAYER} of {subject.model.num_layers}"


def signal_key(subject: Subject) -> str:
    """Under which their signal is kept."""
    return f"held signal of a {subject.model.cell}"


def lead_to_hold(subject: Subject, place: Place) -> None:
    """A way to what holding a unit costs."""
    label = f"Hold unit {place.unit} and see what that costs"
    if st.button(label, icon=":material/back_hand:", key="hold the unit"):
        state.wish(navigation.FIND_VIEW, HOLD)
        state.wish(units_key(subject), str(place.unit))
        state.wish(layer_key(subject), place.layer)
        state.wish(signal_key(subject), place.signal if place.signal in names(subject) else "h")
        navigation.go("find_units")


def names(subject: Subject) -> list[str]:
    """The signals that can be held: h, where there is one c, and the gates."""
    facts = CELLS[subject.model.cell]
    return ["h", *["c"] * facts.has_cell_state, *(gate.symbol for gate in facts.gates)]
