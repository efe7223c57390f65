"""Learn: types of RNN, each with a small network that is trained here and can be typed into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard import appearance
from dashboard.learn.lesson import closing, own_view
from dashboard.learn.types_own import own_network
from dashboard.learn.types_sequence import film, series, tag, translate
from dashboard.learn.types_single import many_to_one, one_to_many, one_to_one
from rnnviz.plots.unrolled import unrolled


@dataclass(frozen=True, slots=True)
class _Type:
    """One of the five drawings: labels of inputs and outputs by timestep, and what to know."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    says: str
    fed_back: bool = False
    second_from: int | None = None


_TYPES = (
    _Type("One to one", ("q",), ("u",), "One input, one output, no memory."),
    _Type(
        "One to many",
        ("▦", "", "", ""),
        ("a", "blue", "ring", "end"),
        "One input; each output is the next input.",
        fed_back=True,
    ),
    _Type(
        "Many to one",
        ("the", "film", "was", "good"),
        ("", "", "", "kind"),
        "Read all, answer once, at the end.",
    ),
    _Type(
        "Many to many, one after the other",
        ("이", "십", "오", "", "", ""),
        ("", "", "", "2", "5", "end"),
        "An encoder reads, then a decoder writes.",
        fed_back=True,
        second_from=3,
    ),
    _Type(
        "Many to many, aligned",
        ("they", "can", "see", "it"),
        ("PRON", "AUX", "VERB", "PRON"),
        "An answer at every timestep.",
    ),
)


def five_drawings() -> None:
    """All types beside each other; inputs below, outputs above."""
    theme = appearance.theme()
    with st.container(horizontal=True, gap="medium"):
        for kind in _TYPES:
            with st.container(width=max(150, 58 * len(kind.inputs) + 14), gap="xsmall"):
                st.markdown(f"**{kind.name}**")
                drawing = unrolled(
                    kind.inputs,
                    kind.outputs,
                    connected=len(kind.inputs) > 1,
                    fed_back=kind.fed_back,
                    second_from=kind.second_from,
                    theme=theme,
                )
                appearance.drawing(drawing)
                st.caption(kind.says)


_TASKS: dict[str, tuple[str, Callable[[], None]]] = {
    "Next character": ("one to one", one_to_one),
    "Picture → caption": ("one to many", one_to_many),
    "Sentence → mood": ("many to one", many_to_one),
    "Words → digits": ("many to many, one after the other", translate),
    "Words → tags": ("many to many, aligned", tag),
    "Frames → scenes": ("many to many, aligned", film),
    "Forecast": ("each output fed back", series),
}


st.caption(
    "A recurrent network is a loop, and it need not have an input and an output at every turn: "
    "where they stand makes the type. Inputs stand below, outputs above, h is "
    "the hidden state; dashed, an output becomes the next input."
)
five_drawings()
tasks = dict(_TASKS)
if own_view() is not None:
    tasks["Your network"] = ("many to many, aligned", own_network)
picked = str(
    st.segmented_control(
        "A small network for each: trained here, typed into by you",
        list(tasks),
        default="Next character",
        required=True,
        key="task",
        persist_state="session",
    )
)
kind, show = tasks[picked]
with st.container(border=True):
    st.subheader(f"{picked}: {kind}", anchor=False)
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
)
