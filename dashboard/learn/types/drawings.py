"""The page about types: a drawing of each, with what one of its networks reads and answers."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import appearance
from rnnviz.plots.drawings.unrolled import unrolled


@dataclass(frozen=True, slots=True)
class Type:
    """One of the five drawings: labels of inputs and outputs by timestep, and what to know."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    says: str
    fed_back: bool = False
    second_from: int | None = None


TYPES = (
    Type("One to one", ("q",), ("u",), "One input, one output, no memory."),
    Type(
        "One to many",
        ("▦", "", "", ""),
        ("a", "blue", "ring", "…"),
        "▦ is a picture, the one input; each output is the next input.",
        fed_back=True,
    ),
    Type(
        "Many to one",
        ("the", "film", "was", "good"),
        ("", "", "", "positive"),
        "Read all, answer once, at the end.",
    ),
    Type(
        "Many to many, one after the other",
        ("이", "십", "오", "", "", ""),
        ("", "", "", "2", "5", "end"),
        "An encoder (blue) reads 이 십 오, Korean for “two ten five” (2×10+5); then a decoder "
        "(orange) writes 25.",
        fed_back=True,
        second_from=3,
    ),
    Type(
        "Many to many, aligned",
        ("they", "can", "see", "you"),
        ("PRON", "AUX", "VERB", "PRON"),
        "An answer at every timestep: PRON pronoun, AUX auxiliary verb, VERB verb.",
    ),
)


def five_drawings() -> None:
    """All types beside each other; inputs below, outputs above."""
    theme = appearance.theme()
    with st.container(horizontal=True, gap="medium"):
        for kind in TYPES:
            drawing = unrolled(
                kind.inputs,
                kind.outputs,
                connected=len(kind.inputs) > 1,
                fed_back=kind.fed_back,
                second_from=kind.second_from,
                theme=theme,
            )
            with st.container(width=max(150, drawing.width + 2), gap="xsmall"):
                st.markdown(f"**{kind.name}**")
                appearance.drawing(drawing)
                st.caption(kind.says)
