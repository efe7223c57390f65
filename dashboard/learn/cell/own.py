"""The page about the cell with the numbers of the person's own network."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import appearance
from dashboard.components.contents import section
from dashboard.learn import readings
from dashboard.learn.cell import words
from dashboard.learn.cell.timesteps import choose_timestep
from dashboard.learn.cell.wiring import draw_wiring
from dashboard.learn.formulas import ROUNDED, formula
from dashboard.learn.gates import choose_gate
from dashboard.learn.lesson import ask_text, first_unit, known_to
from rnnviz.cells import CELLS
from rnnviz.lessons.by_hand.cell import CellWeights, Step
from rnnviz.lessons.by_hand.unrolled_network import UnrolledNetwork
from rnnviz.models.subject import Subject
from rnnviz.notation import capitalised, numbered
from rnnviz.plots.drawings.network_terms import network_terms
from rnnviz.plots.drawings.recurrence import Calls, recurrence
from rnnviz.records import Array
from rnnviz.text.marks import mark

_MOST = 6
_USUAL = 3  # a timestep with something in h_{t-1}


def show_own(subject: Subject) -> str:
    """The same lesson over a few characters; it in one sentence."""
    model = subject.model
    text, first = _ask(subject)
    if not text:
        st.caption("Type at least one character that the network knows.")
        return words.HANDED_ON
    reading = readings.reading(subject, text)
    units = list(range(first, min(first + 2, model.hidden_size)))
    steps, place = reading.steps, st.container()
    read = [mark(character) for character in text]
    t = choose_timestep(read, usual=_USUAL)
    with place:
        _draw(subject, reading, read, units, t)
    section(f"Inside the module at t = {t + 1}")
    st.latex(formula(model.cell, model.nonlinearity))
    if CELLS[model.cell].gates:
        st.markdown(words.ABOUT[model.cell])
    _terms(reading.weights, steps[t], units, text[t])
    if CELLS[model.cell].gates:
        st.caption(f"The wiring of unit {first}:")
        draw_wiring(model.cell, steps[t], first)
    numbers = sum(weight.size for weight in subject.read_weights().values())
    return words.handed_on("Your network", model.cell, numbers, read)


def _ask(subject: Subject) -> tuple[str, int]:
    units = subject.model.hidden_size
    with st.container(horizontal=True):
        typed = ask_text(subject, _MOST)
        first = first_unit(units)
    return known_to(subject, typed)[:_MOST], first


def _draw(
    subject: Subject, reading: UnrolledNetwork, read: list[str], units: list[int], t: int
) -> None:
    """Each call of the module, over the characters read."""
    h = np.array([reading.steps[0].h_before, *(step.h for step in reading.steps)])[:, units]
    characters = subject.alphabet.vocabulary.characters
    outputs: list[str | None] = [
        f"{mark(characters[int(share.argmax())])} {share.max():.2f}"
        for share in reading.probability
    ]
    calls = Calls(read, h, outputs, max(1.0, float(np.abs(h).max())))
    appearance.drawing(recurrence(calls, t, theme=appearance.theme()))
    st.caption(
        f"{capitalised(subject.origin.words)}. Of $h_t$ you see "
        f"{numbered('unit', units)} of {subject.model.hidden_size}, in layer 0. "
        f"{words.COUNTED} Beside $y_t$ stands the likeliest next character and its "
        f"probability. {words.COLOURED}"
    )


def _terms(weights: CellWeights, step: Step, units: list[int], character: str) -> None:
    cell = weights.cell
    gate = choose_gate(cell)
    made, rows = step.gates[gate], weights.block(gate)
    from_x = (weights.weight_ih[rows] @ step.x)[units]
    from_h = (made.factor * (weights.weight_hh[rows] @ step.h_before))[units]
    bias = (weights.bias_ih[rows] + made.factor * weights.bias_hh[rows])[units]
    names = _names(gate)
    origins = (f"column of {mark(character)}", f"{weights.units} products", "")
    terms: list[tuple[str, str, Array]] = [
        (name, origin, values)
        for name, origin, values in zip(names, origins, (from_x, from_h, bias), strict=True)
    ]
    shown = made.z[units], made.value[units], weights.function(gate)
    appearance.drawing(network_terms(units, terms, *shown, theme=appearance.theme()))
    st.caption(
        "$x_t$ is one-hot: a single 1 in a vector of zeros, so that $W x_t$ is simply one column "
        "of the matrix, the column of the character. " + ROUNDED
    )


def _names(gate: str) -> tuple[str, str, str]:
    if gate == "h":
        return "W_{xh} x_t", "W_{hh} h_{t−1}", "b"
    if gate == "n":
        return "W_{in} x_t", "r_t W_{hn} h_{t−1}", "b_{in} + r_t b_{hn}"
    return f"W_{{i{gate}}} x_t", f"W_{{h{gate}}} h_{{t−1}}", f"b_{{i{gate}}} + b_{{h{gate}}}"
