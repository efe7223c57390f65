"""The gradient at one timestep, taken apart by the loss it comes from."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import appearance, charts
from dashboard.components.polling import part
from dashboard.gradients import measured
from dashboard.gradients.asking import ask_number, ask_path
from rnnviz import plots
from rnnviz.analysis.gradients.mattered_words import itemised_words
from rnnviz.models.subject import Subject
from rnnviz.text.marks import mark


@part
def show_itemised(subject: Subject, text: str, layer: int) -> None:
    """What each later loss adds to the gradient at a timestep that is chosen."""
    losses = len(text) - 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        timestep = ask_number(
            "timestep",
            "Timestep",
            losses,
            max(1, losses // 2),
            "Whose state: that after reading the character there.",
        )
        path = ask_path(subject)
    found = measured.itemised(subject, text, timestep - 1, path, layer)
    theme = appearance.theme()
    charts.show_pair(
        (partial(plots.itemised, found, path, theme=theme), "itemised"),
        (partial(plots.angles, found, theme=theme), "angles"),
        of=subject.words,
    )
    st.caption(
        "In a network that remembers longer, losses further to the right still have a share: what "
        "is held at this timestep serves them too. The angles say nothing of how long."
    )
    where = f"In this network, {subject.origin.at}, on this passage, "
    came = mark(text[found.timestep])
    st.markdown(appearance.plain(where + itemised_words(found, came)))
