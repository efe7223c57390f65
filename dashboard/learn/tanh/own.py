"""The page about nonlinearities: where the states of the person's own network lie on theirs."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from dashboard import appearance, cache, charts
from dashboard.components.contents import section
from dashboard.view import own_subject, run_of
from rnnviz.cells import CELLS, Cell
from rnnviz.lessons.by_hand.cell import TAUGHT
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES
from rnnviz.lessons.pages.tanh.states import measure_states
from rnnviz.models.subject import Subject
from rnnviz.notation import are, percent
from rnnviz.plots.lessons import nonlinearities as drawn
from rnnviz.records import Floats, Trace

_PASSAGE = 2_000
_SYMBOLS: dict[Cell, tuple[str, str]] = {
    "rnn": ("h_t", "h<sub>t</sub>, the hidden state"),
    "gru": ("n_t", "n<sub>t</sub>, the candidate for the hidden state"),
    "lstm": (r"\tanh(c_t)", "tanh(c<sub>t</sub>), which the output gate lets through"),
}


def own_values() -> None:
    """What the selected run's nonlinearity gives over a passage, and its slope there."""
    subject = own_subject()
    if subject is None:
        return
    model = subject.model
    if model.cell not in TAUGHT:
        _say_why_not(subject)
        return
    section("Where your network works")
    name = model.nonlinearity if model.cell == "rnn" else "tanh"
    passage = run_of(subject).held_out_text[:_PASSAGE]
    values = _passed(cache.trace(subject, passage))
    if not np.isfinite(values).all():
        st.caption("Its states left the range of numbers.")
        return
    symbol, words = _SYMBOLS[model.cell]
    slope = float(NONLINEARITIES[name].slope_from_value(values.astype(np.float64)).mean())
    found = measure_states(values, name)
    ends = (
        f"{found.dead} of {found.units} units {are(found.dead)} zero at every timestep"
        if name == "relu"
        else f"{percent(found.saturated)} of the values lie within 0.01 of an end, where "
        f"$\\varphi$ is flat, and {found.always_saturated} of {found.units} units do at every "
        "timestep"
    )
    st.markdown(
        f"**{appearance.plain(subject.name)}** {subject.origin.at}, over "
        f"{len(values):,} characters: ${symbol}$ has the slope $\\varphi' = {slope:.3f}$ in the "
        f"mean; {ends}."
    )
    figure = partial(drawn.histogram, values, name, words, theme=appearance.theme())
    charts.show(figure, key="own phi")


def _say_why_not(subject: Subject) -> None:
    """What stands between two states of a network whose gates do not read them."""
    if CELLS[subject.model.cell].reads_state:
        return
    section("Where your network works")
    st.markdown(
        f"**{appearance.plain(subject.name)}** has no slope to show here: in a "
        f"{subject.model.kind} no function stands between two states, only a gate that multiplies "
        "the old one."
    )


def _passed(trace: Trace) -> Floats:
    """What has gone through the nonlinearity in the top layer (time, unit)."""
    if trace.c is None:
        passed: Floats = trace.gates.get("n", trace.h)[-1]
    else:
        passed = np.tanh(trace.c[-1])
    return passed
