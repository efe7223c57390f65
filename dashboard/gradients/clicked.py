"""A text that is clicked to say which of its characters is asked about."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import state
from dashboard.inspection.pointing import pointed_heatmap

UNBOUNDED = (
    "Over this text the numbers of this network grow until they are no longer finite, so there is "
    "nothing to click: choose an earlier snapshot, or a shorter text."
)


def clicked_text(
    payload: Callable[[int], bytes], characters: int, *, key: str, first: int = 0, height: int = 300
) -> int:
    """Show a text whose colours hang on which of its characters was clicked; that character.

    What is clicked is known once the heatmap is drawn: where that is news, it is drawn again.

    Args:
        payload: what the heatmap shows where a character was clicked, by its index.
        characters: of the text, of which the last is asked about at first.
        key: of this heatmap.
        first: the first character that can be asked about; before it, it is that one.
        height: of the text at most, in CSS pixels.
    """
    asked = f"asked about in {key}"
    usual = characters - 1
    chosen = max(first, min(int(state.kept(asked, usual)), usual))
    shown = payload(chosen)
    picked = pointed_heatmap(shown, key=key, height=height, cursor=usual, last=False)
    now = usual if picked.cursor is None else max(first, picked.cursor)
    if now != chosen:
        state.keep(asked, now)
        state.write_address_of_part()
        st.rerun(scope="fragment" if state.is_part() else "app")
    return chosen
