"""The HTML page that holds a coloured text: every character escaped, nothing loaded, no script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from rnnviz.plots.theme import MONOSPACE, SANS, Theme, blend
from rnnviz.text.marks import printable

MAX_TOOLTIPS = 20_000
LEVELS = 64

_NEWLINE = '<span class="mark">↵</span>\n'


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """What is behind the characters of a text, and what the page says about it.

    Attributes:
        share: value over limit (time), from -1 to +1; further out is clipped and underlined; NaN
            has no colour.
        title: of the page.
        legend: what the colours mean.
        ends: shares at the left and right end of the legend's bar.
        numbers: below the bar: at its left end, middle and right end.
        tooltips: for each character; None for none.
        colour: of a share.
    """

    share: NDArray[np.float64]
    title: str
    legend: str
    ends: tuple[float, float]
    numbers: Sequence[str]
    tooltips: Sequence[str] | None
    colour: Callable[[Theme, float], str] = blend


def page(text: str, colouring: Colouring, theme: Theme) -> str:
    """The whole document.

    Colours are rounded to 64 levels on each side; neighbours of one level share an element where
    there are no tooltips.
    """
    levels = _levels(colouring.share)
    body = "".join(_spans(text, levels, colouring))
    title = escape(colouring.title)
    clipped = int(np.count_nonzero(np.abs(colouring.share) > 1))
    said = f"; underlined: clipped, {clipped:,} in all" if clipped else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{_style(levels, colouring, theme)}
</style>
</head>
<body>
<h1>{title}</h1>
<figure class="legend">
<div class="bar"></div>
<div class="numbers">{"".join(f"<span>{escape(n)}</span>" for n in colouring.numbers)}</div>
<figcaption>{escape(colouring.legend)}{said}</figcaption>
</figure>
<main translate="no">{body}</main>
</body>
</html>
"""


def _levels(share: NDArray[np.float64]) -> list[int | None]:
    """Whole numbers from -64 to 64; None for NaN, and beyond 64 for clipped ones."""
    found = np.round(np.clip(np.nan_to_num(share), -1, 1) * LEVELS)
    found = np.where(np.abs(share) > 1, np.sign(share) * (LEVELS + 1), found)
    return [None if np.isnan(s) else int(level) for s, level in zip(share, found, strict=True)]


def _spans(text: str, levels: Sequence[int | None], colouring: Colouring) -> Iterator[str]:
    if colouring.tooltips is not None:
        for character, level, tip in zip(text, levels, colouring.tooltips, strict=True):
            tip = "" if level is None else f' title="{escape(tip)}"'
            yield f"<span{_class(level)}{tip}>{escaped(character)}</span>"
        return
    for level, run in groupby(zip(levels, text, strict=True), key=lambda pair: pair[0]):
        yield f"<span{_class(level)}>{''.join(escaped(character) for _, character in run)}</span>"


def escaped(character: str) -> str:
    r"""A character as HTML that shows it, and does nothing; a newline behind its mark.

    Example:
        >>> escaped("<"), escaped("\x1b")
        ('&lt;', '␛')
    """
    return _NEWLINE if character == "\n" else escape(printable(character))


def _class(level: int | None) -> str:
    """No colour for None and zero; n for negative, p for positive."""
    if level is None:
        return ""
    side = "n" if level < 0 else "p"
    clipped = " clipped" if abs(level) > LEVELS else ""
    return f' class="{side}{min(abs(level), LEVELS)}{clipped}"'


def _style(levels: Sequence[int | None], colouring: Colouring, theme: Theme) -> str:
    used = sorted({max(-LEVELS, min(LEVELS, level)) for level in levels if level is not None})
    colour = colouring.colour
    rules = [
        f".{'n' if level < 0 else 'p'}{abs(level)}{{background:{colour(theme, level / LEVELS)}}}"
        for level in used
    ]
    low, high = colouring.ends
    stops = [colour(theme, share) for share in (low, (low + high) / 2, high)]
    return f"""\
:root {{ color-scheme: {theme.name}; }}
body {{ margin: 1rem; background: {theme.background}; color: {theme.text};
  font-family: {SANS}; }}
h1 {{ margin: 0 0 .5rem; font-size: 1.1rem; font-weight: 600; }}
.legend {{ margin: 0 0 1rem; max-width: 22rem; font-size: .8rem; color: {theme.muted}; }}
.bar {{ height: .7rem; border: 1px solid {theme.grid};
  background: linear-gradient(to right, {", ".join(stops)}); }}
.numbers {{ display: flex; justify-content: space-between; }}
main {{ white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; font-size: .9rem;
  font-family: {MONOSPACE}; }}
.mark {{ font-weight: 300; user-select: none; }}
.clipped {{ text-decoration: underline; text-decoration-thickness: 2px; }}
{chr(10).join(rules)}"""
