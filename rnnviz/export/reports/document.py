"""A whole HTML file that brings all it needs, and may load nothing and run nothing else."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from rnnviz.plots.still.ink import Palette
from rnnviz.plots.theme import DARK, LIGHT, MONOSPACE, SANS, Theme
from rnnviz.text.marks import printable

FOLDER = Path(__file__).parent
_COLOURS = ("background", "surface", "text", "muted", "grid", "accent")


@cache
def file(name: str) -> str:
    """A style sheet or script that stands beside this module."""
    return (FOLDER / name).read_text("utf-8")


def document(
    title: str,
    head: str,
    body: str,
    *,
    styles: tuple[str, ...],
    script: str = "",
    allowed: tuple[str, ...] = (),
) -> bytes:
    """The file.

    Its Content-Security-Policy allows the styles and the script that stand in it, by their digests,
    and nothing else: no request, no other script, no form, no frame.

    Args:
        title: in words.
        head: what stands in the head besides, in HTML.
        body: in HTML.
        styles: style sheets.
        script: a program; "" for none.
        allowed: style sheets that the script puts into the page.
    """
    policy = _policy((*styles, *allowed), script)
    sheets = "".join(f"<style>{sheet}</style>\n" for sheet in styles)
    program = f"<script>{script}</script>\n" if script else ""
    text = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
{head}
{sheets}</head>
<body>
{body}
{program}</body>
</html>
"""
    return text.encode("utf-8", "replace")


def _policy(styles: Sequence[str], script: str) -> str:
    """What the file may show and run: what stands in it."""
    allowed = {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": " ".join(map(_digest, styles)),
        "script-src": _digest(script) if script else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{kind} {source}" for kind, source in allowed.items())


def json_block(key: str, content: Mapping[str, Any]) -> str:
    r"""Data that stand in a file and are no program, whatever words are in them.

    Example:
        >>> json_block("told", {"name": "</script>\u2028"})
        '<script type="application/json" id="told">{"name": "\\u003c/script>\\u2028"}</script>'
    """
    data = json.dumps(content, ensure_ascii=True).replace("<", r"\u003c")
    return f'<script type="application/json" id="{key}">{data}</script>'


def bytes_block(key: str, data: bytes) -> str:
    """The same of bytes."""
    encoded = b64encode(data).decode("ascii")
    return f'<script type="application/octet-stream" id="{key}">{encoded}</script>'


def colours(palette: Palette) -> str:
    """A style sheet that says what the names of colours stand for: as the system is, light or dark.

    On paper they are the light ones.
    """
    light, dark = (f":root{{{_theme(theme)};{palette.css(theme.name)}}}" for theme in (LIGHT, DARK))
    fonts = f":root{{color-scheme:light dark;--sans:{SANS};--mono:{MONOSPACE}}}"
    return f"{fonts}\n{light}\n@media screen and (prefers-color-scheme:dark){{{dark}}}\n"


def title_of(text: str) -> str:
    """A text as the title of a window: on one line, without what acts."""
    return "".join(map(printable, " ".join(text.split())))


def _theme(theme: Theme) -> str:
    return ";".join(f"--{name}:{getattr(theme, name)}" for name in _COLOURS)


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"
