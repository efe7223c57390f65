"""How things are put on the page: light or dark, charts, and sentences that may hold any text."""

from __future__ import annotations

import re

import streamlit as st

from rnnviz.plots import Figure
from rnnviz.plots.characters import printable
from rnnviz.plots.theme import LIGHT, THEMES, Theme

_TOP = 12


def theme() -> Theme:
    """The colours of the appearance this visitor uses."""
    return THEMES.get(str(st.context.theme.type), LIGHT)


def chart(figure: Figure, key: str) -> None:
    """A figure as wide as its place, its title and subtitle above it as text that wraps."""
    title, _, subtitle = figure.layout.title.text.partition("<br>")
    st.markdown(f"**{title}**")
    if subtitle:
        words = re.sub(r"</?span[^>]*>", "", subtitle).replace("<br>", " ")
        st.caption(words, unsafe_allow_html=True)
    height = figure.layout.height - figure.layout.margin.t + _TOP
    figure.update_layout(title=None, margin_t=_TOP, height=height)
    st.plotly_chart(figure, theme=None, key=key, width="stretch", config={"displayModeBar": False})


def complain(problem: object) -> None:
    """An error's sentence, whatever text it quotes."""
    sentence = str(problem)
    st.error(plain(sentence[:1].upper() + sentence[1:]), icon=":material/error:")


def seen(text: str) -> str:
    r"""The text with characters that would do something instead of being seen as their pictures.

    Example:
        >>> seen("a\n\x1b[31m")
        'a\n␛[31m'
    """
    return "".join(map(printable, text))


def plain(text: str) -> str:
    r"""Text that Markdown shows as it is.

    Example:
        >>> plain("*a* [b](c)")
        '\\*a\\* \\[b\\]\\(c\\)'
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text).replace("\n", " ")
