"""What Hidden units shows: one signal of one layer over a text, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import numpy as np
import streamlit as st

from dashboard import appearance, cache, navigation, state
from dashboard.address import Among
from dashboard.components.heatmaps import truth_track
from dashboard.components.polling import polled
from dashboard.components.text_heatmap import Picked
from dashboard.components.text_heatmap.payload import Track
from dashboard.inspection.held import open_held
from dashboard.inspection.opening import ask_layer
from dashboard.inspection.passage import choose_passage
from dashboard.inspection.pointing import pointed_heatmap
from dashboard.inspection.unit_values import unit_values
from dashboard.inspection.unit_words import CAVEAT, clipped, did
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.states.signals import bounds, scales, signal, signal_names
from rnnviz.analysis.units.finding import Finding, Place
from rnnviz.analysis.units.finding_words import sentence
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject
from rnnviz.notation import capitalised
from rnnviz.records import Trace
from rnnviz.text.reading import TextError

_SIGNALS = {"h": "hidden state h", "c": "cell state c", "change of h": "change of h"}
_MEANS = {
    "h": "what the layer hands on after each character, to itself for the next one and upwards",
    "c": "the memory inside of the layer, of which h shows a part; nothing bounds it",
    "change of h": "h after a character less h before it",
}
_LAYERS = (
    " Layer 0 reads the characters, each other layer the h of the one below; from that of the top "
    "one the next character is predicted."
)
_GROWN = (
    "Over this text the states of this network grow until they are no longer finite numbers, so "
    "there are none to colour: choose an earlier snapshot, or a shorter text."
)
_LAYER = "signal layer"
_COUNTED = "Positions, units and layers are counted from 0."


def ask(subject: Subject) -> tuple[Trace, int, str, int] | None:
    """Which text, signal and layer: the trace, its position, the signal's name and the layer."""
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
    names = signal_names(trace)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control(
            "Signal",
            names,
            required=True,
            wrap=True,
            format_func=signal_titles(subject).__getitem__,
            key=state.linked("signal", Among(names), "h", key=_signal_key(subject)),
            persist_state="session",
            help=" ".join(_means(subject, each) for each in names),
        )
        layer = ask_layer(subject, _LAYER)
    above = _LAYERS * (subject.model.num_layers > 1)
    st.caption(f"{_means(subject, str(name))}{above} {_COUNTED}")
    return trace, start, str(name), layer


def open_unit(subject: Subject, name: str, layer: int, unit: int) -> NoReturn:
    """Show this page at a unit of a signal of a layer."""
    state.put(_signal_key(subject), name)
    state.put(f"{_LAYER} of {subject.model.num_layers}", layer)
    state.put(f"unit of {_heatmap_key(subject)}", unit)
    navigation.go("hidden_units")


def _signal_key(subject: Subject) -> str:
    return f"signal of a {subject.model.cell}"


def unit_looked_at(subject: Subject) -> int:
    """The unit that was shown last here; 0 where none was."""
    return int(state.value_of(f"unit of {_heatmap_key(subject)}") or 0)


def _heatmap_key(subject: Subject) -> str:
    return f"heatmap of {subject.origin.run}"


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
) -> None:
    """The component; what is picked in it goes into the address, at first the usual unit."""
    if not np.isfinite(signal(trace, name, layer)).all():
        appearance.complain(_GROWN)
        return
    payload = cache.signal_payload(subject, trace, name, layer, start, track)
    key = _heatmap_key(subject)
    picked = pointed_heatmap(payload, key=key, height=560, unit=usual)
    downloads(subject, trace, start, name, layer, picked.unit)
    label = f"Hold unit {picked.unit} and see what that costs"
    if st.button(label, icon=":material/back_hand:", key="hold the unit"):
        open_held(subject, Place(name, layer, picked.unit))
    conclusion(subject, trace, start, (name, layer), picked)
    _name_findings(found, Place(name, layer, picked.unit))


def _name_findings(found: Sequence[Finding], place: Place) -> None:
    """What the unit follows better than its controls do, where a search has shown that."""
    for one in found:
        if one.place == place and one.beyond_all and one.margin > 0:
            st.markdown("**Found on Find units.** " + appearance.plain(sentence(one)))


def downloads(subject: Subject, trace: Trace, start: int, name: str, layer: int, unit: int) -> None:
    """The unit as coloured text, a page of its own, and the numbers behind it."""
    values = signal(trace, name, layer)
    scale = scales(values, bounds(trace, name))[0]
    title = f"{name} of unit {unit}, layer {layer}, iteration {subject.origin.iteration:,}"

    theme = appearance.theme()

    def page() -> bytes:
        document = plots.coloured_text(
            trace.text, values[:, unit], scale, unit=unit, title=title, theme=theme
        )
        return document.encode("utf-8", "surrogatepass")

    def table() -> bytes:
        return unit_values(trace, values[:, unit], start)

    with st.container(horizontal=True):
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
    """What the unit did over this text, and what that does not say."""
    name, layer = shown
    every = signal(trace, name, layer)
    values = every[:, picked.unit]
    scale = next(
        (one for one in scales(every, bounds(trace, name)) if one.name == picked.scale), None
    )
    beyond = "" if scale is None else " " + clipped(values, scale, picked.unit)
    called = signal_titles(subject)[name]
    st.subheader("What this says", anchor=False)
    st.markdown(
        f"Over these {len(trace.text):,} characters, read at iteration "
        f"{subject.origin.iteration:,} of training, {called} of unit {picked.unit} in layer "
        f"{layer} " + appearance.plain(did(trace, name, values, start) + beyond)
    )
    st.markdown(CAVEAT)


def signal_titles(subject: Subject) -> dict[str, str]:
    """What each signal of a network is called."""
    return _SIGNALS | CELLS[subject.model.cell].names


def _means(subject: Subject, name: str) -> str:
    gates = {gate.symbol: gate.does for gate in CELLS[subject.model.cell].gates}
    return f"{capitalised(signal_titles(subject)[name])}: {(_MEANS | gates)[name]}."


def ask_truth(subject: Subject, trace: Trace, start: int, usual: str | None = None) -> Track | None:
    """Which property that is known of a generated text to show under it; None for none.

    Args:
        subject: the network.
        trace: of a text.
        start: where in the run's text that begins.
        usual: the property that is shown at first, where the run knows it.
    """
    run = run_of(subject)
    facts = cache.truth_of(run)
    text = cache.text_of(run) if facts else ""
    if not facts or text[start : start + len(trace.text)] != trace.text:
        return None
    known = st.segmented_control(
        "Under each row, what is known to be true",
        list(facts),
        wrap=True,
        format_func=appearance.plain,
        key=state.linked(
            "truth", Among([None, *facts]), usual, key=f"truth of {subject.origin.run}"
        ),
        persist_state="session",
        help="The text was generated, so these properties are known exactly at every character. "
        "Click the one chosen to take it away again.",
    )
    return None if known is None else truth_track(facts, known, start, len(trace.text))


def most_characters(subject: Subject) -> int:
    """As many as keep the trace at 64 MB, 10,000 at most."""
    model = subject.model
    signals = 2 + len(CELLS[model.cell].gates)
    return max(200, min(10_000, 16_000_000 // (model.hidden_size * model.num_layers * signals)))
