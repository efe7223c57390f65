"""Two samples with the same random numbers: the network as it is, and with units held."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, cache
from dashboard.finding.hold_words import parting, parting_words
from dashboard.inspection.sampling import ask_prompt, ask_seed, ask_temperature, config_of
from rnnviz import plots
from rnnviz.models.subject import Subject
from rnnviz.records import Held
from rnnviz.runs.verdicts.kept_samples import NOTHING_DRAWN
from rnnviz.text.marks import marked
from rnnviz.text.reading import TextError

_CHARACTERS, _HEIGHT = 400, 260


def samples(subject: Subject, held: tuple[Held, ...], name: str) -> None:
    """Ask how they are drawn, and show them beside each other.

    Args:
        subject: the network.
        held: the units, and their values.
        name: what they are called.
    """
    st.subheader("What it writes then", anchor=False)
    prompt = ask_prompt()
    with st.grid(2, min_column_width=240):
        temperature, seed = ask_temperature(), ask_seed()
    config = config_of(subject, prompt, seed, temperature=temperature, length=_CHARACTERS)
    if config is None:
        return
    try:
        written = [cache.sample(subject, config, each).text for each in ((), held)]
    except TextError as error:
        appearance.complain(error)
        return
    free, bound = map(subject.alphabet.shown, written)
    st.markdown(appearance.plain(parting_words(free, bound)))
    place = parting(free, bound)
    titles = "As it is", f"With {name} held"
    grid = st.grid(2, min_column_width=240, gap="medium")
    for title, text in zip(titles, (free, bound), strict=True):
        with grid.cell():
            st.markdown(f"**{appearance.plain(title)}**")
            st.html(plots.parted_text(text, place, height=_HEIGHT, theme=appearance.theme()))
    begins = appearance.plain(marked(config.prompt))
    st.caption(
        f"Each of {_CHARACTERS} characters after the prompt “{begins}”, drawn with the same random "
        "numbers at every place: grey while the two are the same, marked where they part."
        + f" {NOTHING_DRAWN}"
        * any(len(text) < _CHARACTERS for text in written)
    )
