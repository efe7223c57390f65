"""Hidden units: what every unit does over a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.components.text_heatmap import text_heatmap
from dashboard.inspect.opening import View, choose_passage, opening
from dashboard.inspect.unit_values import unit_values
from dashboard.sidebar import polled
from rnnviz import plots
from rnnviz.analysis.states.signals import bounds, scales, signal, signal_names
from rnnviz.text.reading import TextError

if TYPE_CHECKING:
    from rnnviz.records import Trace

_SIGNALS = {
    "h": "hidden state h",
    "c": "cell state c",
    "change of h": "change of h",
}
_GATES = {
    "i": "input gate i",
    "f": "forget gate f",
    "g": "candidate g",
    "o": "output gate o",
    "r": "reset gate r",
    "z": "update gate z",
    "n": "candidate n",
}


def ask(view: View) -> tuple[Trace, int, str, int] | None:
    """Which text, signal and layer: the trace, its position, the signal's name and the layer."""
    passage = choose_passage(view, most=_most_characters(view))
    if passage is None:
        st.caption("Type at least one character.")
        return None
    text, start = passage
    try:
        trace = cache.trace(view.run, view.iteration, text)
    except TextError as error:
        appearance.complain(error)
        return None
    names = signal_names(trace)
    layers = view.run.model_config.num_layers
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control(
            "Signal",
            names,
            default="h",
            required=True,
            format_func=lambda name: (_SIGNALS | _GATES)[name],
            key=f"signal of {'-'.join(names)}",
            persist_state="session",
        )
        layer = layers - 1
        if layers > 1:
            layer = st.segmented_control(
                "Layer",
                range(layers),
                default=layers - 1,
                required=True,
                key=f"layer among {layers}",
                persist_state="session",
            )
    return trace, start, str(name), int(layer)


@polled(None)
def heatmap(view: View, trace: Trace, start: int, name: str, layer: int) -> None:
    """The component; a unit picked in it goes into the address."""
    try:
        payload = cache.heatmap_payload(view.run, view.iteration, trace, name, layer, start)
    except ValueError as error:  # states of a relu network can grow without bound
        appearance.complain(error)
        return
    units = view.run.model_config.hidden_size
    unit = min(state.chosen_number("unit") or 0, units - 1)
    key = f"heatmap of {view.run.id}"
    picked = text_heatmap(payload, key=key, unit=unit, follows=True, height=560)
    if picked.unit != unit:
        state.choose("unit", picked.unit)
        state.write_address()
    downloads(view, trace, start, name, layer, picked.unit)


def downloads(view: View, trace: Trace, start: int, name: str, layer: int, unit: int) -> None:
    """The unit as coloured text, a page of its own, and the numbers behind it."""
    values = signal(trace, name, layer)
    scale = scales(values, bounds(view.run.model_config, name))[0]
    title = f"{name} of unit {unit}, layer {layer}, iteration {view.iteration:,}"

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
                file_name=f"unit-{unit}-iteration-{view.iteration}.{ending}",
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
            )


def truth(view: View, trace: Trace, start: int, known: str) -> None:
    """A known property of the text, in the same colours."""
    payload = cache.truth_payload(view.run, trace, known, start)
    text_heatmap(payload, key=f"truth {known} of {view.run.id}", unit=0, height=560)


def ask_truth(view: View, trace: Trace, start: int) -> str | None:
    """Which property that is known of a generated text to show beside; None for none."""
    run = view.run
    known = cache.truth_of(run.id, run)
    text = cache.text_of(run.id, run.description.text_sha256, run) if known else ""
    if text[start : start + len(trace.text)] != trace.text:
        return None
    return st.segmented_control(
        "Beside it, what is known to be true",
        list(known),
        key=f"truth of {view.run.id}",
        persist_state="session",
        help="The text was generated, so these properties are known exactly at every character.",
    )


def _most_characters(view: View) -> int:
    """As many as keep the trace at 64 MB, 10,000 at most."""
    model = view.run.model_config
    signals = 2 + {"rnn": 0, "gru": 3, "lstm": 4}[model.cell]
    return max(200, min(10_000, 16_000_000 // (model.hidden_size * model.num_layers * signals)))


view = opening(
    "What each hidden unit does while the network reads: its value behind every character, blue "
    "negative, red positive. The network starts from the zero state."
)
asked = ask(view)
if asked is not None:
    trace, start, name, layer = asked
    known = ask_truth(view, trace, start)
    if known is None:
        heatmap(view, trace, start, name, layer)
    else:
        left, right = st.columns(2)
        with left:
            heatmap(view, trace, start, name, layer)
        with right:
            truth(view, trace, start, known)
