"""The sections of a long page: a list of them at its top, each a link to where it begins."""

from __future__ import annotations

import re

import streamlit as st

from dashboard import state
from dashboard.appearance import plain

# What a page remembers of itself while it is drawn.
_PLACE, _SECTIONS = "place of the contents", "sections of the page"


def begin_contents() -> None:
    """Leave room for the list, here."""
    state.keep(_PLACE, st.container())
    state.keep(_SECTIONS, [])


def section(title: str) -> None:
    """Begin a section: a heading that the list leads to."""
    sections: list[str] = state.kept(_SECTIONS, [])
    if title not in sections:
        sections.append(title)
    st.subheader(plain(title), anchor=anchor_of(title))


def list_contents() -> None:
    """Fill the list: all sections are known now."""
    links = [f"[{plain(title)}](#{anchor_of(title)})" for title in state.kept(_SECTIONS, [])]
    with state.kept(_PLACE):
        st.markdown("On this page: " + " · ".join(links))


def anchor_of(title: str) -> str:
    """What a heading is called in an address.

    Example:
        >>> anchor_of("Why the two l’s need memory"), anchor_of("“hello”")
        ('why-the-two-l-s-need-memory', 'hello')
    """
    return re.sub(r"\W+", "-", title.lower()).strip("-")
