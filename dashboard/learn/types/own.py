"""The type of the person's own network: at every timestep a character in, the next one foretold."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import appearance, cache, charts
from dashboard.learn.lesson import known_to
from dashboard.learn.types.parts import ask_words
from dashboard.view import own_subject, run_of
from rnnviz import plots
from rnnviz.plots.drawings.unrolled import unrolled
from rnnviz.text.marks import mark

_MOST_DRAWN = 14


def own_network() -> None:
    """The network of the run while it reads what is typed."""
    subject = own_subject()
    if subject is None:
        st.caption("The run chosen on the left has no snapshot yet.")
        return
    theme = appearance.theme()
    st.markdown(
        f"The network of **{appearance.plain(subject.name)}**, "
        f"{subject.origin.words}, reads a character at each timestep and answers with a "
        "probability for every character to come next. When it writes a sample, each output "
        "becomes the next input instead: one to many."
    )
    begin = cache.text_of(run_of(subject))[:_MOST_DRAWN]
    typed = ask_words("Characters", begin.replace("\n", " "), subject.origin.run)
    text = known_to(subject, typed)
    if not text:
        st.caption("Type at least one character that the network knows.")
        return
    trace = cache.trace(subject, text)
    characters = subject.alphabet.vocabulary.characters
    likeliest = [mark(characters[ids[0]]) for ids in trace.likeliest]
    drawn = slice(0, _MOST_DRAWN)
    appearance.drawing(
        unrolled([mark(each) for each in text][drawn], likeliest[drawn], theme=theme)
    )
    st.caption(
        "Above each timestep stands the likeliest next character. Characters the network never saw "
        f"are left out, and the first {_MOST_DRAWN} timesteps are drawn; below are all."
    )
    figure = partial(plots.hidden_heatmap, trace, theme=theme)
    charts.show(figure, key="own states")
