"""What Hidden units shows: one signal of one layer over a text, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

import numpy as np
import streamlit as st

from dashboard import appearance, cache, example, navigation, state
from dashboard.address import Among
from dashboard.components.polling import polled
from dashboard.components.text_heatmap import Picked
from dashboard.inspection.held import lead_to_hold
from dashboard.inspection.opening import ask_layer
from dashboard.inspection.passage import choose_passage, point_to
from dashboard.inspection.pointing import point_at, pointed_heatmap
from dashboard.inspection.under import under_key
from dashboard.inspection.unit_values import unit_values
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.states.signals import bounds, scales, signal, signal_names
from rnnviz.analysis.units.conclusions import shown_findings
from rnnviz.analysis.units.finding import Finding, Place
from rnnviz.analysis.units.finding_words import sentence
from rnnviz.analysis.units.unit_words import (
    GROWN,
    caveat,
    clipped,
    names_of,
    over_text,
    signal_titles,
)
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject
from rnnviz.notation import capitalised
from rnnviz.plots.text_heatmap.payload import Track
from rnnviz.records import Trace
from rnnviz.text.reading import TextError

_MEANS = {
    "h": "what the layer hands on after each character, to itself for the next one and upwards",
    "c": "the memory inside of the layer, of which h shows a part; nothing bounds it",
    "change of h": "h after a character less h before it",
}
_LAYERS = (
    " Layer 0 reads the characters, each other layer the h of the one below; from that of the top "
    "one the next character is predicted."
)
_LAYER = "signal layer"
_COUNTED = "Positions, units and layers are counted from 0."


def ask(subject: Subject, without: Sequence[str] = ()) -> tuple[Trace, int, str, int] | None:
    """Which text, signal and layer: the trace, its position, the signal's name and the layer.

    Args:
        subject: the network.
        without: signals that are not offered.
    """
    passage = choose_passage(subject, most=most_characters(subject))
    if passage is None:
        st.caption("Type at least one character.")
        return None
    text, start = passage
    try:
        trace = cache.trace(subject, text)
    except TextError as error:
        appearance.complain(error)
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = _ask_signal(subject, trace, without)
        layer = ask_layer(subject, _LAYER)
    above = _LAYERS * (subject.model.num_layers > 1)
    st.caption(f"{_means(subject, chosen)}{above} {_COUNTED}")
    return trace, start, chosen, layer


def _ask_signal(subject: Subject, trace: Trace, without: Sequence[str]) -> str:
    names = [name for name in signal_names(trace) if name not in without]
    if state.value_of(_signal_key(subject)) in without:
        state.put(_signal_key(subject), "h")
    name = st.segmented_control(
        "Signal",
        names,
        required=True,
        wrap=True,
        format_func=signal_titles(subject.model.cell).__getitem__,
        key=state.linked("signal", Among(names), "h", key=_signal_key(subject)),
        persist_state="session",
        help=" ".join(_means(subject, each) for each in names),
    )
    # A browser may still say what was chosen on another page, and is not offered here.
    return name if name in names else names[0]


def open_unit(
    subject: Subject,
    place: Place,
    under: str | None = None,
    passage: tuple[int, int] | None = None,
    selected: tuple[tuple[int, int], float] | None = None,
) -> NoReturn:
    """Show this page at a unit of a signal of a layer.

    Args:
        subject: the network.
        place: of the unit.
        under: the property that stands under the text, another than now.
        passage: from which character on, and how many, another than now.
        selected: what is selected in it, and which character is the first in view.
    """
    run = run_of(subject)
    for _, key, value in _choices(subject, place):
        state.wish(key, value)
    if under is not None:
        state.wish(under_key(run), under)
    if passage is not None:
        point_to(run, *passage, most=most_characters(subject))
    if selected is not None:
        point_at(heatmap_key(subject), *selected)
    navigation.go("hidden_units")


def show_unit(subject: Subject, unit: int) -> None:
    """Show a unit in the heatmap of this network's units, from the next rerun on."""
    state.wish(_unit_key(subject), unit)


def begin_at(subject: Subject, found: Sequence[Finding]) -> None:
    """Begin at the unit of the clearest finding where nobody has chosen one.

    That is in a new session, and when findings are known for the first time; a link that names a
    unit wins.
    """
    clear = shown_findings(found)
    waits = f"no findings yet of {subject.origin.run}"
    unit = state.value_of(_unit_key(subject))
    is_open = unit is None or (unit == 0 and state.kept(waits))
    if clear and is_open and not state.is_asked(("signal", "layer", "unit")):
        for choice in _choices(subject, clear[0].place):
            state.choose(*choice)
    state.keep(waits, not clear)


def _choices(subject: Subject, place: Place) -> list[tuple[str, str, str | int]]:
    """What shows a place: the name of each choice in the address, its key, and its value."""
    return [
        ("signal", _signal_key(subject), place.signal),
        ("layer", f"{_LAYER} of {subject.model.num_layers}", place.layer),
        ("unit", _unit_key(subject), place.unit),
    ]


def place_looked_at(subject: Subject) -> Place:
    """The signal, layer and unit that were shown last; at first those of a fresh page."""
    name, layer, unit = map(
        state.value_of,
        (_signal_key(subject), f"{_LAYER} of {subject.model.num_layers}", _unit_key(subject)),
    )
    top = subject.model.num_layers - 1
    return Place(str(name or "h"), top if layer is None else int(layer), int(unit or 0))


def _unit_key(subject: Subject) -> str:
    return f"unit of {heatmap_key(subject)}"


def _signal_key(subject: Subject) -> str:
    return f"signal of a {subject.model.cell}"


def heatmap_key(subject: Subject) -> str:
    """Of the heatmap of a network's units, on every page that has one."""
    return f"heatmap of {subject.origin.run}"


def can_be_shown(trace: Trace, name: str, layer: int) -> bool:
    """Whether all values are numbers; where they are not, that is said."""
    if finite := bool(np.isfinite(signal(trace, name, layer)).all()):
        return finite
    appearance.complain(GROWN)
    return False


def no_more(_: Picked) -> None:
    """Nothing stands under the heatmap."""


@polled(None)
def heatmap(
    subject: Subject,
    trace: Trace,
    start: int,
    name: str,
    layer: int,
    track: Track | None,
    usual: int = 0,
    found: Sequence[Finding] = (),
    beside: Callable[[Picked], None] = no_more,
) -> None:
    """The component; what is picked in it goes into the address, at first the usual unit."""
    if not can_be_shown(trace, name, layer):
        return
    clear = shown_findings(found)
    named = names_of(clear, name, layer)
    payload = cache.signal_payload(subject, trace, name, layer, start, track, named)
    key = heatmap_key(subject)
    picked = pointed_heatmap(payload, key=key, height=560, unit=usual)
    with st.container(horizontal=True):
        downloads(subject, trace, start, name, layer, picked.unit)
        lead_to_hold(subject, Place(name, layer, picked.unit))
        beside(picked)  # last: it comes and goes with the selection
    conclusion(subject, trace, start, (name, layer), picked)
    evidence = _evidence(subject, clear, Place(name, layer, picked.unit))
    st.markdown(caveat(evidence, begun=0 in run_of(subject).folder.snapshots_there()))
    label = "All findings" if found else "Find which unit follows what"
    navigation.link("find_units", label, forward=True)


def _evidence(subject: Subject, clear: Sequence[Finding], place: Place) -> list[str]:
    """What the unit follows better than its controls do, where that has been shown."""
    told = [one for one in clear if one.place == place]
    said = ["**Found on Find units:** " + appearance.plain(sentence(one)) for one in told]
    return said or example.evidence(subject, place)


def downloads(subject: Subject, trace: Trace, start: int, name: str, layer: int, unit: int) -> None:
    """The unit as coloured text, a page of its own, and the numbers behind it."""
    values = signal(trace, name, layer)
    scale = scales(values, bounds(trace, name))[0]
    title = f"{name} of unit {unit}, layer {layer}, {subject.origin.words}"

    theme = appearance.theme()

    def page() -> bytes:
        document = plots.coloured_text(
            trace.text, values[:, unit], scale, unit=unit, title=title, theme=theme
        )
        return document.encode("utf-8", "surrogatepass")

    def table() -> bytes:
        return unit_values(trace, values[:, unit], start)

    for what, made, ending, mime in (
        ("as coloured text (HTML)", page, "html", "text/html"),
        ("in numbers (CSV)", table, "csv", "text/csv"),
    ):
        st.download_button(
            f"Download unit {unit} {what}",
            made,
            file_name=f"unit-{unit}-iteration-{subject.origin.iteration}.{ending}",
            mime=mime,
            icon=":material/download:",
            on_click="ignore",
        )


def conclusion(
    subject: Subject, trace: Trace, start: int, shown: tuple[str, int], picked: Picked
) -> None:
    """What the unit did over this text."""
    name, layer = shown
    every = signal(trace, name, layer)
    values = every[:, picked.unit]
    scale = next(
        (one for one in scales(every, bounds(trace, name)) if one.name == picked.scale), None
    )
    beyond = "" if scale is None else " " + clipped(values, scale, picked.unit)
    st.subheader("What this says", anchor=False)
    said = over_text(subject.model.cell, subject.origin.at, trace, start, shown, picked.unit)
    st.markdown(appearance.plain(f"{said}{beyond}"))


def _means(subject: Subject, name: str) -> str:
    gates = {gate.symbol: gate.does for gate in CELLS[subject.model.cell].gates}
    return f"{capitalised(signal_titles(subject.model.cell)[name])}: {(_MEANS | gates)[name]}."


def most_characters(subject: Subject) -> int:
    """As many as keep the trace at 64 MB, 10,000 at most."""
    model = subject.model
    signals = 2 + len(CELLS[model.cell].gates)
    return max(200, min(10_000, 16_000_000 // (model.hidden_size * model.num_layers * signals)))
