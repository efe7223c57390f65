"""Small pictures of a few pixels, as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.plots.theme import Theme


def pixel_picture(
    rows: Sequence[str], colours: Sequence[str], theme: Theme, *, pixel: int = 18
) -> str:
    """A picture written in letters: a point is an unlit pixel, each letter has a colour.

    Args:
        rows: lines of letters.
        colours: the letters in the order of the theme's series; others stay unlit.
        theme: the colours.
        pixel: side of a pixel on the screen.

    Example:
        >>> from rnnviz.plots.theme import LIGHT
        >>> pixel_picture(["b."], "bogp", LIGHT).count("<rect")
        2
    """
    series = dict(zip(colours, theme.series, strict=False))
    squares = "".join(
        f'<rect x="{column * pixel}" y="{row * pixel}" width="{pixel - 1}" height="{pixel - 1}" '
        f'rx="2" fill="{series.get(letter, theme.surface)}" stroke="{theme.grid}"/>'
        for row, line in enumerate(rows)
        for column, letter in enumerate(line)
    )
    width, height = max(map(len, rows), default=0) * pixel, len(rows) * pixel
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="-1 -1 {width + 2} {height + 2}" width="{width + 2}" height="{height + 2}" '
        f'style="max-width:100%">{squares}</svg>'
    )


def film_strip(places: Sequence[tuple[int, int]], side: int, theme: Theme) -> str:
    """Frames side by side, the lit pixel of each in the accent colour.

    Args:
        places: row and column of the lit pixel in each frame.
        side: pixels of a frame's side.
        theme: the colours.
    """
    pixel, gap = 6, 5
    frame = side * pixel
    parts = []
    for number, (row, column) in enumerate(places):
        x = number * (frame + gap)
        parts.append(
            f'<rect x="{x}" y="0" width="{frame}" height="{frame}" fill="{theme.surface}" '
            f'stroke="{theme.grid}"/><rect x="{x + column * pixel}" y="{row * pixel}" '
            f'width="{pixel}" height="{pixel}" fill="{theme.accent}"/>'
        )
    width = max(1, len(places) * (frame + gap))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="-1 -1 {width} {frame + 2}" width="100%" '
        f'style="max-width:{width}px">{"".join(parts)}</svg>'
    )
