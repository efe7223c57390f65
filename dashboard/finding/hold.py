"""Holding units while a network reads and writes: what it costs, where, and what comes of it."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from dashboard import appearance, cache, charts
from dashboard.finding.hold_choices import ask_held
from dashboard.finding.hold_costs import Choice, held_cost
from dashboard.finding.hold_samples import samples
from dashboard.finding.hold_words import chances, cost_sentences
from dashboard.inspection.passage import choose_passage
from dashboard.inspection.pointing import pointed_heatmap
from dashboard.inspection.units import most_characters
from rnnviz import plots
from rnnviz.analysis.states.signals import signal
from rnnviz.analysis.units.held_cost import HeldCost, rise_by_character
from rnnviz.models.subject import Subject
from rnnviz.plots.held_cost import held_name
from rnnviz.plots.text_heatmap.shown import change_payload
from rnnviz.records import Trace
from rnnviz.text.reading import TextError

_SAYS = (
    "Keep units from changing while the network reads and writes, and see what it does without "
    "them. The weights stay as they are."
)
_GROWN = (
    "Over this text the states of this network grow until they are no longer finite numbers, so "
    "that nothing can be compared: choose an earlier snapshot, or a shorter text."
)
_CAVEAT = (
    "A cost says that the network uses what the units hold, over this text; it does not say what "
    "for. No cost does not say that they hold nothing: others may hold the same, and take their "
    "place. What lies far from all values that a unit takes costs more than its absence, for the "
    "network never saw it."
)


def hold_units(subject: Subject) -> None:
    """Ask what is held and over which text, and show what that costs."""
    st.caption(_SAYS)
    choice = ask_held(subject)
    passage = choose_passage(subject, most=most_characters(subject))
    if choice is None:
        return
    if passage is None or len(passage[0]) < 2:
        st.caption("Give at least two characters to read.")
        return
    try:
        trace = cache.trace(subject, passage[0])
    except TextError as error:
        appearance.complain(error)
        return
    if not np.isfinite(signal(trace, choice.signal, choice.layer)).all():
        appearance.complain(_GROWN)
        return
    cost = held_cost(subject, trace, choice)
    _show(subject, trace, passage[1], choice, cost)


def _show(subject: Subject, trace: Trace, start: int, choice: Choice, cost: HeldCost) -> None:
    if not np.isfinite(cost.change[:-1]).all():
        appearance.complain(_GROWN)
        return
    layers = subject.model.num_layers
    said, *more = map(appearance.plain, cost_sentences(cost, choice.at, layers))
    st.markdown(" ".join([f"**{said}**", *more]))
    payload = change_payload(trace, cost.change, subject.alphabet.vocabulary, start)
    pointed_heatmap(payload, key=f"what holding costs in {subject.origin.run}", height=380)
    of = held_name(cost.held, layers)
    theme = appearance.theme()
    charts.show_pair(
        (partial(plots.held_costs, cost, layers=layers, theme=theme), "cost beside other units"),
        (
            partial(
                plots.held_by_character,
                rise_by_character(cost),
                places=len(cost.text) - 1,
                theme=theme,
            ),
            "cost by character",
        ),
    )
    samples(subject, cost.held, of)
    st.subheader("What this says", anchor=False)
    st.markdown(f"{appearance.plain(chances(cost, of))} {_CAVEAT}")
