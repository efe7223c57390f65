"""Folders of scripts that the server gives to browsers as files.

A browser loads them once: beside the data of a component they would travel with every message.
Streamlit serves the scripts of installed packages alone, whose folders it finds by what they
declare; these are not installed that way, and are declared here.
"""

from __future__ import annotations

from pathlib import Path

from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest


def declare(package: str, name: str, folder: Path, scripts: str) -> str:
    """Let a component's scripts be served, once; what the component is called from then on.

    Args:
        package: it belongs to.
        name: of the component.
        folder: of the component.
        scripts: the folder in it that holds them.
    """
    manager, called = get_bidi_component_manager(), f"{package}.{name}"
    if manager.get_component_asset_root(called) is None:
        config = ComponentConfig(name, asset_dir=scripts)
        manager.register_from_manifest(ComponentManifest(package, "", [config]), folder)
    return called
