"""Which units are held on Find units: under which keys that is kept, and the way there."""

from __future__ import annotations

from typing import NoReturn

from dashboard import navigation, state
from rnnviz.analysis.units.finding import Place
from rnnviz.models.subject import Subject

VIEW, HOLD = "view of find units", "Hold units"
LAYER = "layer of held units"


def units_key(subject: Subject) -> str:
    """Under which the units are kept, as they are typed."""
    return f"held units of {subject.origin.run}"


def layer_key(subject: Subject) -> str:
    """Under which their layer is kept."""
    return f"{LAYER} of {subject.model.num_layers}"


def signal_key(subject: Subject) -> str:
    """Under which is kept whether h or c is held."""
    return f"held signal of a {subject.model.cell}"


def open_held(subject: Subject, place: Place) -> NoReturn:
    """Show what holding a unit costs; of a gate's unit, its h is held, through which it acts."""
    state.wish(VIEW, HOLD)
    state.wish(units_key(subject), str(place.unit))
    state.wish(layer_key(subject), place.layer)
    state.wish(signal_key(subject), place.signal if place.signal == "c" else "h")
    navigation.go("find_units")
