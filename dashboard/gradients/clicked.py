"""A text that is clicked to say which of its characters is asked about."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import state
from dashboard.components.text_heatmap import Picked, picked_before
from dashboard.inspection.pointing import pointed_heatmap

UNBOUNDED = (
    "Over this text the numbers of this network grow until they are no longer finite, so there is "
    "nothing to click: choose an earlier snapshot, or a shorter text."
)


def clicked_text(
    payload: Callable[[int], bytes], characters: int, *, key: str, first: int = 0, height: int = 300
) -> int:
    """Show a text whose colours hang on which of its characters was clicked; that character.

    Another text is drawn before it is known where in it the address points, and then once more.

    Args:
        payload: what the heatmap shows where a character was clicked, by its index.
        characters: of the text, of which the last is asked about at first.
        key: of this heatmap.
        first: the first character that can be asked about; before it, it is that one.
        height: of the text at most, in CSS pixels.
    """
    usual = characters - 1
    chosen = _asked(picked_before(key), first, usual)
    picked = pointed_heatmap(payload(chosen), key=key, height=height, cursor=usual, last=False)
    if _asked(picked, first, usual) != chosen:
        state.write_address_of_part()
        st.rerun(scope="fragment" if state.is_part() else "app")
    return chosen


def _asked(picked: Picked | None, first: int, usual: int) -> int:
    if picked is None or picked.cursor is None:
        return usual
    return max(first, min(picked.cursor, usual))
