"""A network drawn timestep by timestep: what goes in below, what comes out above."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from unicodedata import east_asian_width

from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme

_GAP, _CELL, _HEIGHT = 12, 34, 168
_TOP, _MIDDLE, _BOTTOM = 30, 84, 138
_LEAST, _HALF = 46.0, 15
_SIZE = 13
_UPPER, _OTHER, _EAST_ASIAN = 0.76, 0.58, 1.0  # widths of letters, in the size of the letters


def unrolled(
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    connected: bool = True,
    fed_back: bool = False,
    second_from: int | None = None,
    theme: Theme = LIGHT,
) -> Picture:
    """A cell at every timestep, arrows between them, inputs and outputs marked.

    A timestep is as wide as its labels need.

    Args:
        inputs: a label for each timestep; "" where nothing goes in.
        outputs: likewise for what comes out.
        connected: whether the hidden state goes on to the next timestep.
        fed_back: whether each output is the next input where none is given.
        second_from: the timestep from which another network (a decoder) goes on.
        theme: the colours.

    Example:
        >>> svg = unrolled(["x"], ["y"]).svg
        >>> svg.count("<rect"), ">x<" in svg, ">y<" in svg
        (3, True, True)
    """
    widths = [max(map(_width, labels)) for labels in zip(inputs, outputs, strict=True)]
    ends = [6.0, *(6 + end for end in accumulate(width + _GAP for width in widths))]
    places = [(left + right) / 2 for left, right in pairwise(ends)]
    drawing, count = Drawing(ends[-1] + 6, _HEIGHT, theme), len(inputs)
    for t, (x, given, said) in enumerate(zip(places, inputs, outputs, strict=True)):
        second = second_from is not None and t >= second_from
        _cell(drawing, x, theme.series[1] if second else theme.accent)
        if given:
            _pill(drawing, x, _BOTTOM, given, filled=True)
            drawing.arrow([(x, _BOTTOM - _HALF), (x, _MIDDLE + _CELL / 2 + 1)])
        if said:
            drawing.arrow([(x, _MIDDLE - _CELL / 2), (x, _TOP + _HALF + 1)])
            _pill(drawing, x, _TOP, said, filled=False)
        if connected and t + 1 < count:
            drawing.arrow([(x + _CELL / 2, _MIDDLE), (places[t + 1] - _CELL / 2 - 1, _MIDDLE)])
        if fed_back and said and t + 1 < count and not inputs[t + 1]:
            _feed_back(drawing, x + _width(said) / 2, ends[t + 1], places[t + 1])
    read, written = (", ".join(filter(None, labels)) for labels in (inputs, outputs))
    return drawing.picture(f"A network over {count} timesteps reads {read} and writes {written}.")


def _cell(drawing: Drawing, x: float, colour: str) -> None:
    fill, corner = tint(drawing.theme, colour, 0.22), (x - _CELL / 2, _MIDDLE - _CELL / 2)
    drawing.box(*corner, _CELL, _CELL, fill=fill, stroke=colour, line=1.5, radius=6)
    drawing.text(x, _MIDDLE, "h")


def _pill(drawing: Drawing, x: float, y: float, label: str, *, filled: bool) -> None:
    theme, width = drawing.theme, _width(label)
    fill, edge, line = theme.background, theme.series[2], 2.0
    if filled:
        fill, edge, line = theme.surface, theme.muted, 1.0
    corner = x - width / 2, y - _HALF
    drawing.box(*corner, width, 2 * _HALF, fill=fill, stroke=edge, line=line, radius=_HALF)
    drawing.text(x, y, label, size=_SIZE)


def _width(label: str) -> float:
    """Of the pill around a label."""
    shares = (
        _EAST_ASIAN if east_asian_width(c) in "WF" else _UPPER if c.isupper() else _OTHER
        for c in label
    )
    return max(_LEAST, _SIZE * sum(shares) + _HALF)


def _feed_back(drawing: Drawing, x: float, between: float, after: float) -> None:
    """From an output, down between two cells, into the next cell from below."""
    cell_end = _MIDDLE + _CELL / 2
    down = [(x, _TOP), (between, _TOP), (between, cell_end + 18)]
    up = [(after, cell_end + 18), (after, cell_end + 1)]
    drawing.arrow([*down, *up], colour=drawing.theme.series[2], dashed=True)
