"""What Learn pages share: a score as a table, the states while reading, a drawing, the way on."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import appearance, sidebar
from rnnviz.plots.reading import reading

if TYPE_CHECKING:
    from rnnviz.lessons.small_network import Reading, Score


def show_drawing(svg: str, says: str) -> None:
    """An SVG of `rnnviz.plots` as an image: Streamlit takes the tags of bare ones away.

    Args:
        svg: the drawing.
        says: the same in words.
    """
    data = b64encode(svg.encode("utf-8", "replace")).decode()
    st.html(
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(says)}" '
        'style="max-width:100%;display:block">'
    )


def ask_words(label: str, value: str, key: str) -> str:
    """One line to be read."""
    return st.text_input(label, value, key=key, max_chars=120, persist_state="session")


def show_reading(read: Reading, key: str) -> None:
    """Inputs, hidden states and outputs of one input."""
    figure = reading(read.inputs, read.outputs, read.h, read.sure, theme=appearance.theme())
    appearance.chart(figure, key=key)


def show_score(score: Score, what: str, more: Mapping[str, float] | None = None) -> None:
    """Right answers on held-out examples beside those that cannot know better.

    Args:
        score: the network's.
        what: what is counted, in the plural.
        more: further shares by name.
    """
    rows = {**score.controls, **(more or {})}
    lines = [
        f"| right answers on {score.held_out:,} held-out {what} | |",
        "|:--|--:|",
        f"| **the trained network** | **{score.accuracy:.1%}** |",
        *(f"| {appearance.plain(name)} | {share:.1%} |" for name, share in rows.items()),
    ]
    st.markdown("\n".join(lines))


def try_this(question: str) -> None:
    """One question at the end of a page, and the way into the visitor's own network."""
    st.subheader("Try this", anchor=False)
    st.markdown(question)
    if sidebar.chosen_run() is None:
        st.page_link(
            "app_pages/train.py",
            label="Train a network of your own",
            icon=":material/model_training:",
        )
