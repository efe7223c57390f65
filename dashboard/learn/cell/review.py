"""The page about the cell with the numbers of the review, every one of which can be changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from dashboard import appearance
from dashboard.components.contents import section
from dashboard.learn import choices
from dashboard.learn.cell import number_fields, words
from dashboard.learn.cell.timesteps import choose_timestep
from dashboard.learn.cell.wiring import draw_wiring
from dashboard.learn.formulas import ROUNDED, formula
from dashboard.learn.gates import choose_gate
from rnnviz.cells import CELLS, Cell
from rnnviz.lessons.by_hand.cell import CellWeights, Step, unroll
from rnnviz.lessons.by_hand.readout import Output, read_out
from rnnviz.lessons.pages.cell import review
from rnnviz.plots.drawings.products import Sum, entry_by_entry, matrix_product
from rnnviz.plots.drawings.readout import readout
from rnnviz.plots.drawings.recurrence import Calls, recurrence
from rnnviz.records import Array

_TAGGING, _SENTIMENT = "at every timestep", "only at the last"
_BESIDE_Y = {
    1: "Beside $y_t$ stands the probability that the review is good, from what was read so far.",
    3: "Beside $y_t$ stands the likeliest of the classes bad, mixed and good, and its probability.",
}
# Numbers by their names in the address; no two cells have a gate of one name.
_ROWS, _WORDS = "w_{}".format, "x"
_ONE, _CLASSES = "one number (sigmoid)", "three classes (softmax)"


def show_review(cell: Cell) -> str:
    """The whole lesson; it in one sentence."""
    rows = {gate: _kept(cell, gate) for gate in CELLS[cell].blocks}
    weights = review.cell_weights(cell, rows)
    inputs = number_fields.kept_numbers(_WORDS, review.sequence(), review.LIMIT)
    steps = unroll(weights, inputs)
    drawn, tagging, classes = st.container(), *_ask_output()
    table = number_fields.kept_numbers(
        _readout_name(classes), review.readout(classes), review.LIMIT
    )
    outputs = [read_out(table[:, :2], table[:, 2], step.h) for step in steps]
    with drawn:
        place = st.container()
        t = choose_timestep(list(review.WORDS), usual=3)
        with place:
            written = [_written(output, classes) for output in outputs]
            unread = [] if tagging else [None] * (len(steps) - 1)
            _draw_calls(steps, [*unread, *written[len(unread) :]], t)
            st.caption(f"{_BESIDE_Y[len(classes)]} {words.COLOURED}")
    section(f"Inside the module at t = {t + 1}: “{review.WORDS[t]}”")
    st.latex(formula(cell))
    st.markdown(words.ABOUT[cell])
    if CELLS[cell].gates:
        _wiring(cell, steps[t])
    _gate(cell, weights, steps[t], rows, inputs, t)
    if tagging or t + 1 == len(steps):
        _output(table, outputs[t], steps[t], classes)
    else:
        section("From h to y")
        st.markdown("Here $y$ is read out only at the last timestep. Step forward to it.")
    numbers = sum(row.size for row in rows.values())
    return words.handed_on("The module", cell, numbers, review.WORDS)


def _draw_calls(steps: Sequence[Step], written: Sequence[str | None], t: int) -> None:
    """The module once a timestep; what it is to answer with stands above those that are read."""
    h = np.array([steps[0].h_before, *(step.h for step in steps)])
    calls = Calls(review.WORDS, h, written)
    appearance.drawing(recurrence(calls, t, theme=appearance.theme()))


def _kept(cell: Cell, gate: str) -> Array:
    return number_fields.kept_numbers(_ROWS(gate), review.rows(cell, gate), review.LIMIT)


def _readout_name(classes: tuple[str, ...]) -> str:
    return "w_y" if len(classes) == 1 else "w_classes"


def _ask_output() -> tuple[bool, tuple[str, ...]]:
    with st.container(horizontal=True):
        when = choices.one_of(
            "read-out",
            "Read out y",
            [_TAGGING, _SENTIMENT],
            _TAGGING,
            help="At every timestep: a tag for each word. Only at the last: one verdict on the "
            "whole text, as in sentiment analysis. The module is the same.",
        )
        kind = choices.one_of(
            "y",
            "y is",
            [_ONE, _CLASSES],
            _ONE,
            help="Two classes need one number: the sigmoid of y is the probability of one of "
            "them. More classes need one number each, and softmax.",
        )
    return when != _SENTIMENT, review.CLASSES if kind == _CLASSES else review.BINARY


def _written(output: Output, classes: tuple[str, ...]) -> str:
    best = int(output.probability.argmax())
    return f"{classes[best]} {output.probability[best]:.2f}"


def _wiring(cell: Cell, step: Step) -> None:
    unit = choices.one_of(
        "wiring",
        "Wiring of unit",
        range(review.UNITS),
        0,
        help="Unit 0 holds the verdict so far, unit 1 whether a turn has come.",
    )
    draw_wiring(cell, step, unit)


def _gate(
    cell: Cell,
    weights: CellWeights,
    step: Step,
    rows: dict[str, Array],
    inputs: Array,
    t: int,
) -> None:
    gate = choose_gate(cell)
    own, made = rows[gate], step.gates[gate]
    factor = made.factor if gate == "n" else None
    parts = own[:, :3], own[:, 3:5], own[:, 5], step.x, step.h_before, made.z, made.value
    shown = Sum(gate, *parts, weights.function(gate), factor)
    theme = appearance.theme()
    if factor is None:
        appearance.drawing(matrix_product(shown, theme=theme))
    st.caption(
        "Entry by entry, a line for each unit: each product is a weight times the number it meets, "
        "and $a$ is the sum of the line. " + ROUNDED
    )
    appearance.drawing(entry_by_entry(shown, theme=theme))
    with st.expander("Change the numbers", icon=":material/tune:", expanded=True):
        _ask_weights(cell, gate, own, inputs, t)


def _ask_weights(cell: Cell, gate: str, own: Array, inputs: Array, t: int) -> None:
    left, bias = ("x", "b") if gate == "h" else ("i", f"b_{gate}")
    groups = [
        (f":violet[$W_{{{left}{gate}}}$: first 3 columns]", 3),
        (f":blue[$W_{{h{gate}}}$: last 2 columns]", 2),
        (f":gray[${bias}$]", 1),
    ]
    with st.container(horizontal=True):
        number_fields.ask_numbers(_ROWS(gate), own, groups, limit=review.LIMIT)
        _ask_word(inputs, t)
    st.caption(
        "The same weights serve every timestep: change one, and every $h_t$ above changes. "
        "PyTorch keeps two biases for each gate, $b_{ih}$ and $b_{hh}$; here $b$ is the "
        "first, and the second is 0."
    )
    names = [*map(_ROWS, CELLS[cell].blocks), _WORDS]
    st.button("Back to the numbers it began with", on_click=_forget, args=names)


def _ask_word(inputs: Array, t: int) -> None:
    headings = [f":violet[$x_{{{t + 1}}}$: {what}]" for what in review.MEANS]
    number_fields.ask_row(_WORDS, inputs, t, headings, limit=review.LIMIT)


def _forget(*names: str) -> None:
    for name in names:
        number_fields.forget(name)


def _output(table: Array, output: Output, step: Step, classes: tuple[str, ...]) -> None:
    section("From h to y")
    one = len(classes) == 1
    function = r"\sigma(y_t)" if one else r"\operatorname{softmax}(y_t)"
    st.latex(r"y_t = W_{hy}\,h_t + b_y, \qquad p_t = " + function)
    parts = table[:, :2], table[:, 2], step.h, output.logits, output.probability
    appearance.drawing(readout(*parts, classes, theme=appearance.theme()))
    with st.expander("Change the numbers of the output", icon=":material/tune:"):
        groups = [(":green[$W_{hy}$]", 2), (":gray[$b_y$]", 1)]
        name = _readout_name(classes)
        with st.container(horizontal=True):
            number_fields.ask_numbers(name, table, groups, limit=review.LIMIT)
        st.button("Back to its first numbers", on_click=_forget, args=(name,))
