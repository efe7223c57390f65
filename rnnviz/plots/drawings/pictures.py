"""Small pictures of a few pixels."""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.plots.drawings.drawing import Drawing, Picture
from rnnviz.plots.theme import LIGHT, Theme


def pixel_picture(
    rows: Sequence[str], colours: Sequence[str], *, pixel: int = 18, theme: Theme = LIGHT
) -> Picture:
    """A picture written in letters: a point is an unlit pixel, each letter has a colour.

    Args:
        rows: lines of letters.
        colours: the letters in the order of the theme's series; others stay unlit.
        pixel: side of a pixel on the screen.
        theme: the colours.

    Example:
        >>> pixel_picture(["b."], "bogp").svg.count("<rect")
        2
    """
    series = dict(zip(colours, theme.series, strict=False))
    drawing = Drawing(max(map(len, rows), default=0) * pixel + 2, len(rows) * pixel + 2, theme)
    for row, line in enumerate(rows):
        for column, letter in enumerate(line):
            corner, fill = (1 + column * pixel, 1 + row * pixel), series.get(letter, theme.surface)
            drawing.box(*corner, pixel - 1, pixel - 1, fill=fill, stroke=theme.grid, radius=2)
    return drawing.picture(f"The picture typed, in {len(rows)} lines")


def film_strip(places: Sequence[tuple[int, int]], side: int, *, theme: Theme = LIGHT) -> Picture:
    """Frames side by side, the lit pixel of each in the accent colour.

    Args:
        places: row and column of the lit pixel in each frame.
        side: pixels of a frame's side.
        theme: the colours.
    """
    pixel, gap = 8, 6
    frame = side * pixel
    drawing = Drawing(max(1, len(places) * (frame + gap)), frame + 2, theme)
    for number, (row, column) in enumerate(places):
        x = 1 + number * (frame + gap)
        drawing.box(x, 1, frame, frame, fill=theme.surface, stroke=theme.grid, radius=0)
        lit = x + column * pixel, 1 + row * pixel
        drawing.box(*lit, pixel, pixel, fill=theme.accent, radius=0)
    return drawing.picture(f"{len(places)} frames, a ball in each")
