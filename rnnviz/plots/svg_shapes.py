"""The shapes that lesson drawings are made of, as SVG text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from rnnviz.plots.frame import MONOSPACE, SANS


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished drawing: shown as an image, it can run nothing, whatever words are in it.

    Attributes:
        svg: the document.
        width: in pixels, where letters are as large as the page's.
        label: what it shows, for those who cannot see it.
    """

    svg: str
    width: int
    label: str


def document(parts: list[str], width: float, height: float, label: str) -> Drawing:
    """The shapes put together.

    Args:
        parts: shapes.
        width: in pixels.
        height: likewise.
        label: what the drawing shows, for those who cannot see it.
    """
    return Drawing(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}">{"".join(parts)}</svg>',
        round(width),
        label,
    )


def text(
    x: float,
    y: float,
    content: str,
    colour: str,
    *,
    size: float = 13,
    anchor: str = "middle",
    bold: bool = False,
    mono: bool = False,
) -> str:
    """One line of text, y at its middle; sub("h", "t") writes indices.

    Example:
        >>> "&lt;b&gt;" in text(0, 0, "<b>", "#000000")
        True
    """
    family = MONOSPACE if mono else SANS
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" dy="0.35em" fill="{colour}" font-size="{size:g}"{weight} '
        f'text-anchor="{anchor}" font-family="{escape(family)}">{_indices(content)}</text>'
    )


def sub(symbol: str, index: str) -> str:
    """A symbol with an index, for `text`."""
    return f"{symbol}\x01{index}\x02"


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str = "none",
    line: str = "none",
    radius: float = 0,
    thick: float = 1,
) -> str:
    """A rectangle."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="{radius:g}" fill="{fill}" stroke="{line}" stroke-width="{thick:g}"/>'
    )


def line(
    points: list[tuple[float, float]], colour: str, *, thick: float = 1, dash: str = ""
) -> str:
    """A line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{thick:g}"'
        f"{dashed}/>"
    )


def arrow(
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    *,
    thick: float = 1.6,
    dash: str = "",
) -> str:
    """A straight arrow; its head is drawn, not referred to, so that drawings share no names.

    Example:
        >>> arrow((0, 0), (20, 0), "#000000").count("<poly")
        2
    """
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    along_x, along_y = (x1 - x0) / length, (y1 - y0) / length
    size = 5 + 2 * thick
    back_x, back_y = x1 - size * along_x, y1 - size * along_y
    half = 0.45 * size
    head = [
        (x1, y1),
        (back_x - half * along_y, back_y + half * along_x),
        (back_x + half * along_y, back_y - half * along_x),
    ]
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in head)
    shaft = line([start, (back_x, back_y)], colour, thick=thick, dash=dash)
    return f'{shaft}<polygon points="{corners}" fill="{colour}"/>'


def number(value: float) -> str:
    """A number in five characters or so, with a real minus sign.

    Example:
        >>> [number(value) for value in (0.0, -0.126, 3e-5, 12.3, 1e7)]
        ['0', '−0.13', '3e−5', '12.3', '1e7']
    """
    size = abs(value)
    if size == 0:
        return "0"
    if size < 0.005 or size >= 1000:
        written = f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    else:
        written = f"{value:.2f}" if size < 10 else f"{value:.1f}"
    return written.replace("-", "−")


def _indices(content: str) -> str:
    small = '<tspan font-size="72%" dy="0.35em">'
    # A tspan of no width brings the line back up.
    back = '</tspan><tspan dy="-0.25em">&#8203;</tspan>'
    return escape(content).replace("\x01", small).replace("\x02", back)
