"""The menu of what can be taken along of a page: its address, its pictures, its tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from dashboard.components.serving import declare

_FOLDER = Path(__file__).parent


def share() -> None:
    """Draw it; all that it offers is found in the browser, as the page stands there."""
    _mounted(declare("dashboard", "share", _FOLDER, "scripts"))(key="share")


@cache
def _mounted(name: str) -> ComponentRenderer:
    html, css = ((_FOLDER / f"share.{kind}").read_text("utf-8") for kind in ("html", "css"))
    return st.components.v2.component(name, html=html, css=css, js="share.js")
