"""A network drawn timestep by timestep: what goes in below, what comes out above."""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.plots.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme

_STEP, _CELL, _HEIGHT = 58, 34, 168
_TOP, _MIDDLE, _BOTTOM = 30, 84, 138
_WIDE, _HALF = 46, 15


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
    count, size = len(inputs), _size([*inputs, *outputs])
    drawing = Drawing(_STEP * count + 12, _HEIGHT, theme)
    for t, (given, said) in enumerate(zip(inputs, outputs, strict=True)):
        x = 6 + _STEP * t + _STEP / 2
        second = second_from is not None and t >= second_from
        _cell(drawing, x, theme.series[1] if second else theme.accent)
        if given:
            _bubble(drawing, x, _BOTTOM, given, size, filled=True)
            drawing.arrow([(x, _BOTTOM - _HALF), (x, _MIDDLE + _CELL / 2 + 1)])
        if said:
            drawing.arrow([(x, _MIDDLE - _CELL / 2), (x, _TOP + _HALF + 1)])
            _bubble(drawing, x, _TOP, said, size, filled=False)
        if connected and t + 1 < count:
            drawing.arrow([(x + _CELL / 2, _MIDDLE), (x + _STEP - _CELL / 2 - 1, _MIDDLE)])
        if fed_back and said and t + 1 < count and not inputs[t + 1]:
            _feed_back(drawing, x)
    read, written = (", ".join(filter(None, labels)) for labels in (inputs, outputs))
    return drawing.picture(f"A network over {count} timesteps reads {read} and writes {written}.")


def _cell(drawing: Drawing, x: float, colour: str) -> None:
    fill, corner = tint(drawing.theme, colour, 0.22), (x - _CELL / 2, _MIDDLE - _CELL / 2)
    drawing.box(*corner, _CELL, _CELL, fill=fill, stroke=colour, line=1.5, radius=6)
    drawing.text(x, _MIDDLE, "h")


def _bubble(drawing: Drawing, x: float, y: float, label: str, size: int, *, filled: bool) -> None:
    theme = drawing.theme
    fill, edge, line = theme.background, theme.series[2], 2.0
    if filled:
        fill, edge, line = theme.surface, theme.muted, 1.0
    corner = x - _WIDE / 2, y - _HALF
    drawing.box(*corner, _WIDE, 2 * _HALF, fill=fill, stroke=edge, line=line, radius=_HALF)
    drawing.text(x, y, label, size=size)


def _size(labels: Sequence[str]) -> int:
    """Of all letters of a drawing, so that its longest label has room."""
    longest = max(map(len, labels), default=0)
    return 13 if longest < 5 else 11 if longest < 6 else 9


def _feed_back(drawing: Drawing, x: float) -> None:
    """From an output, down between two cells, into the next cell from below."""
    between, after, cell_end = x + _STEP / 2, x + _STEP, _MIDDLE + _CELL / 2
    down = [(x + _WIDE / 2, _TOP), (between, _TOP), (between, cell_end + 18)]
    up = [(after, cell_end + 18), (after, cell_end + 1)]
    drawing.arrow([*down, *up], colour=drawing.theme.series[2], dashed=True)
