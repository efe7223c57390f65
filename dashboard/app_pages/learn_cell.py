"""Learn: the recurrent cell, every number of it."""

from __future__ import annotations

import streamlit as st

from dashboard.components.contents import begin_contents
from dashboard.learn import choices
from dashboard.learn.cell import words
from dashboard.learn.cell.own import show_own
from dashboard.learn.cell.review import show_review
from dashboard.learn.lesson import closing, own_numbers
from rnnviz.cells import CELLS
from rnnviz.lessons.by_hand.cell import TAUGHT

st.markdown(
    "A recurrent network reads a sequence one timestep at a time. At each timestep it calls the "
    "same module A, with the same weights W: from what it reads now, $x_t$, and what it "
    "remembers, the hidden state $h_{t-1}$, the module makes the new hidden state $h_t$, and from "
    "that the output $y_t$."
)
begin_contents()
called = st.container()
with st.container(horizontal=True):
    subject = own_numbers("a review of five words")
    if subject is None:
        cell = choices.one_of(
            "cell", "Cell", TAUGHT, "rnn", format_func=lambda cell: CELLS[cell].title
        )
    else:
        cell = subject.model.cell
with called:
    st.latex(words.CALL[cell])
    if CELLS[cell].has_cell_state:
        st.caption(words.CARRIED)
if subject is not None:
    said = show_own(subject)
    ask = (
        "Step through the characters and watch one unit. Does it follow what is read now, or what "
        "was read before? Which of the terms is larger?"
    )
else:
    st.caption(
        "Each word is three numbers: how good, how bad, how much of a turn. The hidden state has "
        "two units; the weights were set by hand: unit 0 holds the verdict so far, unit 1 "
        "whether a turn has come. " + words.COUNTED
    )
    said = show_review(cell)
    ask = words.TRY[cell]
closing(ask, "hidden_units", "See what every unit of your own network does", said)
