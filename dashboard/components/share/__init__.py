"""The menu of what can be taken along of a page: its address, its pictures, its tables."""

from __future__ import annotations

from pathlib import Path

from dashboard.components.serving import served

_FOLDER = Path(__file__).parent


def share() -> None:
    """Draw it; all that it offers is found in the browser, as the page stands there."""
    html = (_FOLDER / "share.html").read_text("utf-8")
    served(_FOLDER, "share.js", html)(key="share")
