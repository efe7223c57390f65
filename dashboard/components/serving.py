"""Components of this program whose scripts are served as files.

A browser loads them once: beside the data they would travel with every message. Streamlit serves
the scripts of installed packages alone, whose folders it finds by what they declare; this one is
not installed, and declares its folders itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

_PACKAGE, _SCRIPTS = "rnnviz", "scripts"


def served(folder: Path, script: str, html: str) -> ComponentRenderer:
    """The component of a folder, whose name it has; beside it stand NAME.css and `scripts/`.

    Args:
        folder: of the component.
        script: the first of its scripts.
        html: what it shows at first.
    """
    manager, name = get_bidi_component_manager(), f"{_PACKAGE}.{folder.name}"
    if manager.get_component_asset_root(name) is None:
        declared = ComponentConfig(folder.name, asset_dir=_SCRIPTS)
        manager.register_from_manifest(ComponentManifest(_PACKAGE, "", [declared]), folder)
    return _mounted(name, folder, script, html)


@cache
def _mounted(name: str, folder: Path, script: str, html: str) -> ComponentRenderer:
    css = (folder / f"{folder.name}.css").read_text("utf-8")
    return st.components.v2.component(name, html=html, css=css, js=script)
