"""Which units are held, and at what."""

from __future__ import annotations

import re

import streamlit as st

from dashboard import appearance, example, state
from dashboard.address import Among, Number, Words
from dashboard.finding.hold_costs import Choice
from dashboard.finding.searches import known_findings
from dashboard.inspection import held
from dashboard.inspection.opening import ask_layer
from dashboard.inspection.units import place_looked_at
from rnnviz.analysis.units.conclusions import shown_findings
from rnnviz.analysis.units.finding import Place
from rnnviz.analysis.units.held_cost import At
from rnnviz.analysis.units.unit_words import signal_titles
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
    "h held at v: h is v after every character, and all that reads the unit reads v. A gate, or c, "
    "held at v: it is v at every character, and what the cell makes of it follows, in the end h; "
    "from a c that is held, h = o tanh(c), where the output gate o is still the network's own."
)
_LEVEL_HELP = (
    "Mean: each unit at its own mean over this text, which takes away what it says without moving "
    "the others far. Zero: as if it were cut out. A value: the same for all units named."
)


def ask_held(subject: Subject) -> Choice | None:
    """Ask what is held; None where the units named cannot be, which is then said."""
    _begin(subject)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            "Units",
            key=state.linked("units", Words(), "", key=held.units_key(subject)),
            persist_state="session",
            width=170,
            max_chars=500,
            help=_HELP,
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


def _begin(subject: Subject) -> None:
    """Where no unit is named yet, choose the first to be held, and its layer and signal."""
    key = state.linked("units", Words(), "", key=held.units_key(subject))
    if not str(state.value_of(key)).strip():
        first = _first(subject)
        state.link("units", Words(), "", key=key, value=str(first.unit))
        state.put(held.layer_key(subject), first.layer)
        known = first.signal in held.names(subject)
        state.put(held.signal_key(subject), first.signal if known else "h")


def _first(subject: Subject) -> Place:
    """The unit of the clearest finding, where a search is through; else the one looked at.

    Of the example, the unit that counts.
    """
    clear = shown_findings(known_findings(subject))
    if not clear and example.is_looked_at():
        return example.counting_place()
    return clear[0].place if clear else place_looked_at(subject)


def _ask_signal(subject: Subject) -> str:
    """Which signal of the units is held, where there are several."""
    names = held.names(subject)
    if len(names) == 1:
        return names[0]
    asked = st.segmented_control(
        "What is held",
        names,
        required=True,
        wrap=True,
        format_func=signal_titles(subject.model.cell).__getitem__,
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
