"""What figures say, as HTML, as SVG and as plain words: a few tags stay, all else is escaped.

Figures are written for Plotly, which reads <sub>, <sup>, <b>, <i> and <br>; whatever else looks
like a tag was escaped by who wrote it, and is text here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from rnnviz.text.marks import printable

_TAG = re.compile(r"<(/?)(sub|sup|b|i|br|span)\b[^<>]*>")
_KEPT = ("sub", "sup", "b", "i")
# How far each moves, and how small it is; in SVG nothing moves back by itself.
_MOVES = {"sub": "0.3", "sup": "-0.45"}
_LINE = 1.15


def html(text: str) -> str:
    """The text as HTML in which nothing but subscripts, bold letters and line breaks is markup.

    Example:
        >>> html("l<sub>t</sub> &lt; <script>"), html('<br><a href="x">')
        ('l<sub>t</sub> &lt; &lt;script&gt;', '<br>&lt;a href=&quot;x&quot;&gt;')
    """
    return "".join(
        _tag(closing, name) if name else escape(seen(words))
        for closing, name, words in _parts(text)
    )


def words(text: str) -> str:
    """The text without markup, a space for a break.

    Example:
        >>> words("<b>0</b><br>(start) &amp; new")
        '0 (start) & new'
    """
    return "".join((" " * (name == "br")) if name else seen(said) for _, name, said in _parts(text))


def lines(text: str) -> list[str]:
    r"""Each of its lines as the inside of an SVG text, subscripts lowered.

    Example:
        >>> lines("0<br>h<sub>t</sub>")
        ['0', 'h<tspan dy="0.3em" font-size="75%">t</tspan><tspan dy="-0.3em">\u200b</tspan>']
    """
    found = [""]
    inside = ""
    for closing, name, said in _parts(text):
        if name == "br":
            found.append("")
        elif name in _MOVES:
            inside = "" if closing else name
        elif not name and said:
            found[-1] += _moved(escape(seen(said)), inside)
    return found


def width(text: str, size: float) -> float:
    """About how wide the longest line of a text is, in pixels, at a size of letters."""
    return max(len(words(line)) for line in text.split("<br>")) * size * 0.56


def seen(text: str) -> str:
    """The text with characters that would do something as pictures of them."""
    return "".join(map(printable, text))


def _moved(said: str, inside: str) -> str:
    if not inside:
        return said
    down = _MOVES[inside]
    up = down.removeprefix("-") if down.startswith("-") else f"-{down}"
    lowered = f'<tspan dy="{down}em" font-size="75%">{said}</tspan>'
    return f'{lowered}<tspan dy="{up}em">\u200b</tspan>'


def _tag(closing: str, name: str) -> str:
    if name == "br":
        return "<br>"
    return f"<{closing}{name}>" if name in _KEPT else ""


def _parts(text: str) -> Iterator[tuple[str, str, str]]:
    """Whether a tag closes, its name, and text: either is ""."""
    end = 0
    for found in _TAG.finditer(text):
        yield "", "", unescape(text[end : found.start()])
        yield found[1], found[2], ""
        end = found.end()
    yield "", "", unescape(text[end:])
