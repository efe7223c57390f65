"""Line drawings as SVG: boxes, arrows and letters, every letter escaped, nothing loaded, no script.

A drawing is shown as an image, so it brings its own colours and uses the fonts of the system.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from math import hypot

from rnnviz.notation import short
from rnnviz.plots.theme import MONOSPACE, SANS, Theme, mix
from rnnviz.text.marks import mark

_SERIF = "'STIX Two Text', Cambria, 'Latin Modern Roman', 'Times New Roman', 'DejaVu Serif', serif"
_SUBSCRIPT = re.compile(r"([^_]+)|_\{([^}]*)\}|_(.)")
_HEAD = 7.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished drawing.

    Attributes:
        svg: the document.
        width: in pixels, at which letters have the size of the page's.
        height: likewise.
        says: what it shows, for those who cannot see it.
        focus: how far from the left stands what is looked at, in pixels: where there is no room for
            all, this is in view.
    """

    svg: str
    width: int
    height: int
    says: str
    focus: int = 0


def tint(theme: Theme, colour: str, share: float = 0.14) -> str:
    """A pale background of a colour.

    Example:
        >>> from rnnviz.plots.theme import LIGHT
        >>> tint(LIGHT, LIGHT.accent, 0.0) == LIGHT.background
        True
    """
    return mix(theme.background, colour, share)


@dataclass(slots=True)
class Drawing:
    """What has been drawn so far; y grows downwards.

    Example:
        >>> from rnnviz.plots.theme import LIGHT
        >>> drawing = Drawing(40, 20, LIGHT)
        >>> drawing.text(20, 10, "<b>")
        >>> "&lt;b&gt;" in drawing.picture("a mark").svg
        True
    """

    width: float
    height: float
    theme: Theme
    _parts: list[str] = field(default_factory=list)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        line: float = 1.0,
        radius: float = 3.0,
    ) -> None:
        """A rectangle from its upper left corner."""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'rx="{radius:g}" fill="{fill}" stroke="{stroke}" stroke-width="{line:g}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 13,
        colour: str | None = None,
        anchor: str = "middle",
        bold: bool = False,
        mono: bool = False,
    ) -> None:
        """Letters around the height y; they are shown as they are."""
        family = MONOSPACE if mono else SANS
        self._write(x, y, _plain(words), size, colour, anchor, bold, family)

    def symbol(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 16,
        colour: str | None = None,
        anchor: str = "middle",
        bold: bool = False,
        upright: bool = False,
    ) -> None:
        """A formula's symbol: what follows _ or stands in _{} is lower.

        Letters are italic, as in print; upright ones are those of `text`, for beside numbers.
        """
        family = SANS if upright else _SERIF
        self._write(x, y, _subscripts(words, not upright), size, colour, anchor, bold, family)

    def _write(
        self,
        x: float,
        y: float,
        inside: str,
        size: float,
        colour: str | None,
        anchor: str,
        bold: bool,
        family: str,
    ) -> None:
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" font-size="{size:g}" '
            f'text-anchor="{anchor}" fill="{colour or self.theme.text}"{weight} '
            f'font-family="{family}">{inside}</text>'
        )

    def line(
        self, points: Sequence[Point], *, colour: str | None = None, dashed: bool = False
    ) -> None:
        """A line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour or self.theme.muted}" '
            f'stroke-width="1.6" stroke-linejoin="round"{dash}/>'
        )

    def arrow(
        self, points: Sequence[Point], *, colour: str | None = None, dashed: bool = False
    ) -> None:
        """A line through points that ends in an arrow's head."""
        (x0, y0), (x, y) = points[-2:]
        length = hypot(x - x0, y - y0) or 1.0
        across, down = (x - x0) / length, (y - y0) / length
        back = x - _HEAD * across, y - _HEAD * down
        self.line([*points[:-1], back], colour=colour, dashed=dashed)
        sides = [
            (back[0] + turn * down * _HEAD / 2, back[1] - turn * across * _HEAD / 2)
            for turn in (1, -1)
        ]
        corners = " ".join(f"{a:.1f},{b:.1f}" for a, b in [(x, y), *sides])
        self._parts.append(f'<polygon points="{corners}" fill="{colour or self.theme.muted}"/>')

    def brackets(self, x: float, y: float, width: float, height: float) -> None:
        """Square brackets around a matrix's place."""
        for side, inward in ((x - 5, 5), (x + width + 5, -5)):
            top, bottom = y - 3, y + height + 3
            self.line([(side + inward, top), (side, top), (side, bottom), (side + inward, bottom)])

    def cell(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        value: float,
        *,
        fill: str,
        stroke: str = "none",
        bold: bool = False,
        size: float = 13,
    ) -> None:
        """A number in a coloured box."""
        self.box(x, y, width, height, fill=fill, stroke=stroke)
        middle = x + width / 2, y + height / 2
        self.text(*middle, short(value), size=size, bold=bold)

    def picture(self, says: str, *, focus: float = 0.0) -> Picture:
        """The document, with what it shows in words, and how far from the left one shall look."""
        width, height = round(self.width), round(self.height)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img"><title>{_plain(says)}</title>'
            f"{''.join(self._parts)}</svg>"
        )
        return Picture(svg, width, height, says, round(focus))


def _plain(words: str) -> str:
    return escape("".join(mark(c) if c != " " else c for c in words))


def _subscripts(words: str, italic: bool) -> str:
    """Tspans that go down and come up again; digits and signs stay upright."""
    parts, raised = [], True
    for level, braced, single in _SUBSCRIPT.findall(words):
        slanted = italic and any(c.isalpha() for c in level or braced or single)
        style = ' font-style="italic"' if slanted else ""
        if level:
            parts.append(f'<tspan dy="{0 if raised else -0.22:g}em"{style}>{_plain(level)}</tspan>')
            raised = True
        else:
            drop = f'font-size="72%" dy="{0.3 if raised else 0:g}em"'
            parts.append(f"<tspan {drop}{style}>{_plain(braced or single)}</tspan>")
            raised = False
    return "".join(parts)
