"""Which units are held, and at what."""

from __future__ import annotations

import re

import streamlit as st

from dashboard import appearance, state
from dashboard.address import Among, Number, Words
from dashboard.finding.hold_costs import Choice
from dashboard.finding.searches import known_findings
from dashboard.inspection import held
from dashboard.inspection.opening import ask_layer
from dashboard.inspection.units import signal_titles, unit_looked_at
from rnnviz.analysis.units.finding import Place
from rnnviz.analysis.units.held_cost import At
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject

MOST_UNITS = 32
_LARGEST = 1_000.0
_LEVELS = {"mean": "its mean", "zero": "zero", "value": "a value"}
_HELP = (
    "Several with commas between, and ranges: 3, 5-8. What a held unit has is replaced after every "
    "character, before the layer's next timestep, the layer above or the decoder reads it. "
    "Before the first character all states are zero, as ever."
)
_SIGNAL_HELP = (
    "h held at v: h is v after every character, and all that reads the unit reads v. c held at v: "
    "c is v after every character, and h is o tanh(v), where the output gate o is still the "
    "network's own."
)
_LEVEL_HELP = (
    "Mean: each unit at its own mean over this text, which takes away what it says without moving "
    "the others far. Zero: as if it were cut out. A value: the same for all units named."
)


def ask_held(subject: Subject) -> Choice | None:
    """Ask what is held; None where the units named cannot be, which is then said."""
    key = _begin(subject)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            "Units", key=key, persist_state="session", width=170, max_chars=500, help=_HELP
        )
        layer = ask_layer(subject, held.LAYER)
        signal = _ask_signal(subject)
        at = _ask_level()
    try:
        units = units_in(str(typed), subject.model.hidden_size)
    except ValueError as error:
        appearance.complain(error)
        return None
    return Choice(units, layer, signal, at)


def units_in(typed: str, there: int) -> tuple[int, ...]:
    """The units that somebody named, each once, in their order.

    Args:
        typed: numbers and ranges, with commas or spaces between.
        there: how many units a layer has.

    Raises:
        ValueError: something else, a unit that there is not, or more than 32.

    Example:
        >>> units_in("42, 3 5-7, 3", there=64)
        (42, 3, 5, 6, 7)
        >>> units_in("64", there=64)
        Traceback (most recent call last):
        ValueError: there is no unit 64: a layer of this network has units 0 to 63.
    """
    found: list[int] = []
    for part in re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", typed.strip())):
        named = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
        if named is None:
            raise ValueError(
                f"“{part}” names no unit; give numbers from 0 to {there - 1} with commas between, "
                "or a range such as 3-5."
            )
        first, last = int(named[1]), int(named[2] or named[1])
        if max(first, last) >= there:
            raise ValueError(
                f"there is no unit {max(first, last)}: a layer of this network has units 0 to "
                f"{there - 1}."
            )
        found += range(first, last + 1)
    distinct = tuple(dict.fromkeys(found))
    if not distinct:
        raise ValueError(f"“{typed.strip()}” names no unit; give a range from low to high.")
    if len(distinct) > MOST_UNITS:
        raise ValueError(
            f"{len(distinct):,} units are named; {MOST_UNITS} at most are held here. Name fewer."
        )
    return distinct


def _begin(subject: Subject) -> str:
    """The units' key; where none is named yet, the first to be held is chosen, and its layer."""
    key = state.linked("units", Words(), "", key=held.units_key(subject))
    if not str(state.value_of(key)).strip():
        first = _first(subject)
        state.link("units", Words(), "", key=key, value=str(first.unit))
        state.put(held.layer_key(subject), first.layer)
        state.put(held.signal_key(subject), "c" if first.signal == "c" else "h")
    return key


def _first(subject: Subject) -> Place:
    """The unit of the clearest finding, where a search is through; else the one looked at."""
    for one in known_findings(subject):
        if one.beyond_all and one.margin > 0:
            return one.place
    return Place("h", subject.model.num_layers - 1, unit_looked_at(subject))


def _ask_signal(subject: Subject) -> str:
    """Whether h or c is held, where there is a c."""
    if not CELLS[subject.model.cell].has_cell_state:
        return "h"
    names = ["h", "c"]
    asked = st.segmented_control(
        "What is held",
        names,
        required=True,
        wrap=True,
        format_func=signal_titles(subject).__getitem__,
        key=state.linked("signal", Among(names), "h", key=held.signal_key(subject)),
        persist_state="session",
        help=_SIGNAL_HELP,
    )
    return str(asked)


def _ask_level() -> At:
    names = list(_LEVELS)
    asked = st.segmented_control(
        "Held at",
        names,
        required=True,
        wrap=True,
        format_func=_LEVELS.__getitem__,
        key=state.linked("held", Among(names), names[0], key="held at"),
        persist_state="session",
        help=_LEVEL_HELP,
    )
    if asked != "value":
        return 0.0 if asked == "zero" else "mean"
    value = st.number_input(
        "Value",
        -_LARGEST,
        _LARGEST,
        step=0.1,
        key=state.linked("value", Number(-_LARGEST, _LARGEST), 0.5, key="held value"),
        persist_state="session",
        width=130,
        help="h of tanh, GRU and LSTM is between −1 and 1 where it is not held.",
    )
    return float(value)
