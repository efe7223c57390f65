"""The curves, points, bars and words of a figure, in pixels from the corner of its plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from rnnviz.plots.still import symbols
from rnnviz.plots.still.ink import Ink
from rnnviz.plots.still.markup import lines
from rnnviz.plots.still.plot import SMALL, Plot
from rnnviz.plots.still.scales import Scale

_DASHES = {
    "dash": "9,6",
    "dot": "2,4",
    "dashdot": "9,4,2,4",
    "longdash": "15,6",
    "longdashdot": "15,5,2,5",
}
_BAR = 0.8

Point = tuple[float, float]


def drawn(trace: Any, plot: Plot, ink: Ink) -> str:
    """One trace of a figure."""
    if trace.type == "bar":
        return "".join(_bars(trace, plot, ink))
    points, mode = places(trace, plot), trace.mode or "lines"
    said = ""
    if "lines" in mode:
        said += _line(trace, points, ink)
    if "markers" in mode:
        said += "".join(_marks(trace, points, ink))
    if "text" in mode:
        said += "".join(_words(trace, points, ink))
    faint = "" if trace.opacity is None else f' opacity="{trace.opacity:g}"'
    return f"<g{faint}>{said}</g>"


def places(trace: Any, plot: Plot) -> list[Point]:
    """Where its points stand; NaN where one has no place."""
    return [
        (plot.x.at(x), plot.y.at(y)) if x is not None and y is not None else (np.nan, np.nan)
        for x, y in zip(trace.x, trace.y, strict=True)
    ]


def dashes(name: str | None) -> str:
    """The attribute that breaks a line; "" for a solid one.

    Example:
        >>> dashes("dot"), dashes("9px,3px"), dashes(None)
        (' stroke-dasharray="2,4"', ' stroke-dasharray="9,3"', '')
    """
    if name in (None, "solid"):
        return ""
    return f' stroke-dasharray="{_DASHES.get(str(name), str(name).replace("px", ""))}"'


def mark(symbol: str, size: float, colour: str, ring: tuple[float, str], at: str = "") -> str:
    """One mark; a ring is how wide its outline is, and its colour."""
    path, (line, outline) = symbols.path(symbol, size), ring
    if symbols.is_open(symbol):
        look = f'fill="none" stroke="{colour}" stroke-width="{max(line, 1.5):g}"'
    else:
        look = f'fill="{colour}"' + (f' stroke="{outline}" stroke-width="{line:g}"' if line else "")
    return f'<path d="{path}"{at} {look}/>'


def colour_of(trace: Any) -> str:
    """The colour of its marks; it may be that of their outlines, or of the curve."""
    return str(trace.marker.color or trace.marker.line.color or trace.line.color)


def _line(trace: Any, points: Sequence[Point], ink: Ink) -> str:
    path = _path(points)
    if not path:
        return ""
    if trace.fill == "toself":
        return f'<path d="{path}Z" fill="{ink(trace.fillcolor)}"/>'
    wide = 2 if trace.line.width is None else trace.line.width
    return (
        f'<path d="{path}" fill="none" stroke="{ink(trace.line.color)}" stroke-width="{wide:g}" '
        f'stroke-linejoin="round"{dashes(trace.line.dash)}/>'
    )


def _path(points: Sequence[Point]) -> str:
    """Through all points that have a place; a gap where one has none."""
    said, pen = [], "M"
    for x, y in points:
        if not (np.isfinite(x) and np.isfinite(y)):
            pen = "M"
            continue
        said.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return "".join(said)


def _marks(trace: Any, points: Sequence[Point], ink: Ink) -> Iterator[str]:
    marker = trace.marker
    symbol, size = str(marker.symbol or "circle"), float(marker.size or 6)
    outline = marker.line
    for x, y in points:
        if np.isfinite(x) and np.isfinite(y):
            wide = float(outline.width or 0)
            # An open mark is its outline, in its own colour; there is no other ink in it.
            around = "" if symbols.is_open(symbol) or not wide else ink(outline.color)
            colour = ink(colour_of(trace))
            at = f' transform="translate({x:.1f} {y:.1f})"'
            yield mark(symbol, size, colour, (wide, around), at)


def _words(trace: Any, points: Sequence[Point], ink: Ink) -> Iterator[str]:
    for (x, y), said in zip(points, trace.text, strict=True):
        yield text(x, y, said, ink(trace.textfont.color), anchor="start", upright="middle")


def text(
    x: float,
    y: float,
    said: str,
    colour: str,
    *,
    anchor: str,
    upright: str,
    size: float = SMALL,
    over: bool = False,
) -> str:
    """Words around a place, of one line or several.

    Args:
        x: the place.
        y: likewise.
        said: as figures have it.
        colour: of the letters.
        anchor: which end of a line is at x: start, middle or end.
        upright: what is at y: top, middle or bottom.
        size: of the letters.
        over: whether they stand over curves, and a ground of their own around them.
    """
    rows, high = lines(said), 1.15 * size
    first = y + 0.75 * size - {"top": 0.0, "middle": 0.5, "bottom": 1.0}[upright] * high * len(rows)
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{first + high * row + 0.1 * size:.1f}">{inside}</tspan>'
        for row, inside in enumerate(rows)
    )
    kind = ' class="over"' * over
    return f'<text{kind} font-size="{size:g}" text-anchor="{anchor}" fill="{colour}">{spans}</text>'


def _bars(trace: Any, plot: Plot, ink: Ink) -> Iterator[str]:
    level = trace.orientation == "h"
    along, across = (plot.x, plot.y) if level else (plot.y, plot.x)
    amounts, rows = (trace.x, trace.y) if level else (trace.y, trace.x)
    colours = trace.marker.color
    faint = "" if trace.opacity is None else f' opacity="{trace.opacity:g}"'
    outline = trace.marker.line
    thick = _BAR * abs(across.placed(1.0) - across.placed(0.0)) * (0.7 if level else 1.0)
    for place, (amount, row) in enumerate(zip(amounts, rows, strict=True)):
        colour = colours if isinstance(colours, str) else colours[place]
        begin, size = _span(along, float(amount))
        side = across.at(row) - thick / 2
        box = (begin, side, size, thick) if level else (side, begin, thick, size)
        x, y, wide, high = (f"{number:.1f}" for number in box)
        look = f'fill="{ink(colour)}"'
        look += f' stroke="{ink(outline.color)}"' if outline.width else ""
        yield f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" {look}{faint}/>'


def _span(along: Scale, amount: float) -> tuple[float, float]:
    """From zero to the amount: where it begins, and how long it is."""
    zero, end = along.at(0.0), along.at(amount)
    return min(zero, end), abs(end - zero)
