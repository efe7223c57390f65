"""The text heatmap: one unit's value behind each character of a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from dashboard import state
from dashboard.components.addresses import address_of
from dashboard.components.serving import declare
from dashboard.components.text_heatmap.dialogue import COLOURS, Dialogue, Extent, Picked, alike
from rnnviz.plots.text_heatmap import parts
from rnnviz.plots.text_heatmap.payload import json_block, read_header

__all__ = ["COLOURS", "Extent", "Picked", "alike", "read_header", "text_heatmap"]

_FOLDER = Path(__file__).parent


def text_heatmap(
    payload: bytes,
    *,
    key: str,
    unit: int,
    also: Mapping[str, Any] | None = None,
    follows: bool = False,
    height: int = 560,
    of_picked: Callable[[Picked], bytes] | None = None,
) -> Picked:
    """Show a payload, and give what is picked in it.

    What is picked lives in the browser: it outlasts a new payload and leaving the page. What is
    asked for and is news (neither what was asked before nor what was picked last) is shown, so what
    was picked can be passed back in.

    Args:
        payload: as `heatmap_payload` makes it; a browser that has seen it is not sent it again.
        key: of this heatmap, unique in the app.
        unit: the unit to show.
        also: more to show, by the names of `Picked`.
        follows: whether what is picked is always asked for the next time; then what was asked
            before is news when it is asked for again.
        height: of the text at most, in CSS pixels.
        of_picked: what is shown in place of the payload, where that hangs on what is picked: the
            same text, units and names.
    """
    extent = Extent.of(read_header(payload))
    dialogue: Dialogue = state.kept(f"dialogue of {key}") or Dialogue(extent)
    state.keep(f"dialogue of {key}", dialogue)
    dialogue.show(extent)
    said = state.value_of(key) or {}
    dialogue.hear(said.get("picked"))
    dialogue.ask(unit, follows=follows, **(also or {}))
    shown = payload if of_picked is None else of_picked(dialogue.picked)
    digest = read_header(shown)["digest"]
    address = None if said.get("missed") == digest else address_of(shown, key)
    about = {"key": key, "height": height, "digest": digest, "address": address}
    _component()(
        data=json_block({**about, "wish": dialogue.wish}) + (b"" if address else shown),
        key=key,
        on_picked_change=_nothing,
        on_missed_change=_nothing,
    )
    return dialogue.picked


def _component() -> ComponentRenderer:
    """The component: the heatmap's own scripts, and what stands between them and Streamlit."""
    declare("rnnviz", "text_heatmap", parts.FOLDER, "scripts")
    return _mounted(declare("dashboard", "text_heatmap", _FOLDER, "."))


@cache
def _mounted(name: str) -> ComponentRenderer:
    css = parts.style() + (_FOLDER / "streamlit.css").read_text("utf-8")
    return st.components.v2.component(name, html=parts.markup(), css=css, js="streamlit.js")


def _nothing() -> None:
    """Streamlit keeps only state that has a callback."""
