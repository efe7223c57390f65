"""The page about backpropagation with the numbers of the person's own network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import appearance
from dashboard.learn import readings
from dashboard.learn.bptt import own_words
from dashboard.learn.bptt.symbols import columns
from dashboard.learn.bptt.word import ARROWS, TWO_WAYS, ask_loss, ask_timestep, two_parts
from dashboard.learn.formulas import ROUNDED
from dashboard.learn.lesson import ask_text, first_unit, known_to
from rnnviz import plots
from rnnviz.lessons.by_hand.small_rnn import counted_losses
from rnnviz.lessons.by_hand.unrolled_backward import NetworkBackward, network_backward
from rnnviz.lessons.by_hand.unrolled_network import UnrolledNetwork
from rnnviz.models.subject import Subject
from rnnviz.notation import capitalised, numbered
from rnnviz.records import Array

_LONGEST, _SHOWN = 8, 3


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """A person's network there and back over a few characters.

    Attributes:
        subject: the network.
        text: the characters read and, one later, predicted (time + 1).
        which: the loss that counts; 0 for all.
        counted: 1 for the losses in L, 0 for the others (time).
        units: those shown.
        network: unrolled.
        found: its gradient.
    """

    subject: Subject
    text: str
    which: int
    counted: Array
    units: list[int]
    network: UnrolledNetwork
    found: NetworkBackward

    @property
    def top(self) -> int:
        """The highest layer."""
        return len(self.network.cells) - 1


def ask_own(subject: Subject) -> Own | None:
    """What it reads, the units shown, and which losses count."""
    units = subject.model.hidden_size
    with st.container(horizontal=True):
        typed = ask_text(subject, _LONGEST)
        first = first_unit(units)
        text = known_to(subject, typed)[:_LONGEST]
        if len(text) < 2:
            st.caption("Type at least two characters that the network knows.")
            return None
        which = ask_loss(len(text) - 1)
    network = readings.reading(subject, text[:-1])
    counted = counted_losses(len(text) - 1, which)
    targets = np.asarray(subject.alphabet.encode(text[1:]), np.int64)
    found = network_backward(network, targets, counted)
    shown = list(range(first, min(first + _SHOWN, units)))
    return Own(subject, text, which, counted, shown, network, found)


def own_there_and_back(own: Own) -> None:
    """The drawing, and one timestep worked out."""
    model, top = own.subject.model, own.found.layers[own.top]
    steps = own.network.layers[own.top]
    h = np.array([steps[0].h_before, *(step.h for step in steps)])[:, own.units]
    norms = {"norm of ∂L/∂h_t": np.linalg.norm(top.dh, axis=1)}
    if top.dc is not None:
        norms["norm of ∂L/∂c_t"] = np.linalg.norm(top.dc, axis=1)
    numbers = plots.UnrolledNumbers(
        text=own.text,
        h=h,
        dh=top.dh[:, own.units],
        from_next=top.from_next,
        from_loss=top.from_above,
        probability=own.found.probability,
        loss=own.found.loss,
        counted=[bool(one) for one in own.counted],
        input_weight="W_{xh}" if own.top == 0 else f"layer {own.top - 1}",
        limit=max(1.0, float(np.abs(h).max())),
        norms=norms,
    )
    appearance.drawing(plots.unrolled_graph(numbers, theme=appearance.theme()))
    st.caption(_what_is_drawn(own))
    st.markdown(f"Backward, {TWO_WAYS} {own_words.ABOUT[model.cell]}")
    st.latex(own_words.backward(model.cell, model.nonlinearity))
    st.latex(_formulas_of_deltas(own))
    _one_timestep(own)


def _formulas_of_deltas(own: Own) -> str:
    model = own.subject.model
    formulas = own_words.deltas(model.cell, model.nonlinearity)
    lines = (rf"{own_words.delta(gate, 't')} &= {formula}" for gate, formula in formulas.items())
    return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"


def _what_is_drawn(own: Own) -> str:
    size = own.subject.model.hidden_size
    layers = (
        f" The layers below layer {own.top} are not drawn: each timestep reads through them, and "
        "they carry a gradient back along time too."
        if own.top
        else ""
    )
    return (
        f"{capitalised(own.subject.origin.words)}. Of $h_t$ and its gradient you see "
        f"{numbered('unit', own.units)} of {size}, in layer {own.top}, from which the next "
        f"character is read out; all norms are over all {size} units.{layers} {ARROWS}"
    )


def _one_timestep(own: Own) -> None:
    """The two parts of one gradient, of the units shown."""
    top, units = own.found.layers[own.top], own.units
    more = len(units) < top.dh.shape[1]
    t = ask_timestep(len(top.dh))
    two_parts("h", t, top.from_above[t - 1, units], top.from_next[t - 1, units], more=more)
    if top.dc is not None and top.dc_from_next is not None:
        later = top.dc_from_next[t - 1, units]
        two_parts("c", t, top.dc[t - 1, units] - later, later, more=more)
    cell = own.network.cells[own.top]
    gates = list(own_words.deltas(cell.cell, cell.nonlinearity))
    found = {gate: top.by_input[t - 1, cell.block(gate)][units] for gate in gates}
    said = [
        f"{own_words.delta(gate, t)} = {columns(vector, more=more)[0]}"
        for gate, vector in found.items()
    ]
    for first in range(0, len(said), 2):
        st.latex(r" \qquad ".join(said[first : first + 2]))
    dots = f"Only {numbered('unit', units)}; the dots stand for the other units. " * more
    st.caption(f"{dots}{ROUNDED}")
