"""The head of every page: its title, and what can be taken along of it."""

from __future__ import annotations

import streamlit as st

from dashboard import reports
from dashboard.components.share import share


def head(title: str) -> None:
    """Draw it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False)
        with st.popover("Share", icon=":material/share:", width="content"):
            share()
            reports.begin()
