"""What a page needs to show a text heatmap: its markup, its style, and its scripts as one."""

from __future__ import annotations

import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from rnnviz.plots.theme import MONOSPACE, SANS

FOLDER = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.M)
_EXPORT = re.compile(r"^export (?=const|function|class)", re.M)


@cache
def markup() -> str:
    """A template, which the place of a heatmap must hold when it is mounted there."""
    return (FOLDER / "text_heatmap.html").read_text("utf-8")


@cache
def style() -> str:
    """The style sheet, with fonts of the page's own system; for a shadow root, by its short names.

    Example:
        >>> style().splitlines()[0]
        ".heatmap { --heat-font: 'Source Sans', ... monospace; }"
    """
    fonts = f".heatmap {{ --heat-font: {SANS}; --heat-code-font: {MONOSPACE}; }}\n"
    return fonts + (FOLDER / "text_heatmap.css").read_text("utf-8")


@cache
def program() -> str:
    """All scripts as one, without imports: an adapter written behind it calls `mount`.

    They share one scope then, so no name stands at the top of two of them.
    """
    scripts = {path.stem: path.read_text("utf-8") for path in (FOLDER / "scripts").glob("*.js")}
    needs = {name: sorted(_IMPORT.findall(text)) for name, text in sorted(scripts.items())}
    ordered = TopologicalSorter(needs).static_order()
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", scripts[name])) for name in ordered)
