"""Learn: types of RNN, each with a small network that is trained here and can be typed into."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import appearance
from dashboard.components.contents import begin_contents, section
from dashboard.learn import choices
from dashboard.learn.lesson import closing
from dashboard.learn.types.drawings import five_drawings
from dashboard.learn.types.own import own_network
from dashboard.learn.types.sequence import film, series, tag, translate
from dashboard.learn.types.single import many_to_one, one_to_many, one_to_one
from dashboard.view import own_subject

_TASKS: dict[str, tuple[str, Callable[[], None]]] = {
    "Next character": ("one to one", one_to_one),
    "Picture → caption": ("one to many", one_to_many),
    "Sentence → sentiment": ("many to one", many_to_one),
    "Words → digits": ("many to many, one after the other", translate),
    "Words → tags": ("many to many, aligned", tag),
    "Frames → scenes": ("many to many, aligned", film),
    "Forecast": ("many to many, each output fed back", series),
}


st.caption(
    "A recurrent network is a loop, and it need not have an input and an output at every turn: "
    "where they stand makes the type. Inputs stand below, outputs above, h is "
    "the hidden state; dashed, an output becomes the next input."
)
begin_contents()
five_drawings()
tasks = dict(_TASKS)
if own_subject() is not None:
    tasks["Your network"] = ("many to many, aligned", own_network)
picked = choices.one_of(
    "task",
    "A small network for each: trained here, typed into by you",
    list(tasks),
    "Next character",
    wrap=True,
)
kind, show = tasks[picked]
with st.container(border=True):
    section(f"{picked}: {kind}")
    try:
        show()
    except ValueError as error:
        appearance.complain(error)
closing(
    "Which types could write a reply to an e-mail, and which must wait until all of it has been "
    "read? In *Words → digits*, type *one hundred* and then *one hundred and*: where is the "
    "number kept when the last word has been read?",
    "hidden_units",
    "See the hidden states of your own run",
    f"Where inputs and outputs stand makes the type: “{picked}” is {kind}. All but one to one hand "
    "a state on from timestep to timestep; they differ in when they read and when they answer.",
)
