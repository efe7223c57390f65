"""The same module called again and again: rolled up with its loop, and unrolled over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme, blend, part_colour
from rnnviz.records import Array

_ROLLED = 126.0
_MODULE = 50.0
_CELL = 40.0, 20.0
_BEFORE, _AFTER = 8.0, 16.0  # lines into and out of a state
_STEP = _MODULE + _BEFORE + _CELL[0] + _AFTER
_TOP = 20.0
_OUTPUT, _LETTER = 15.0, 7.6  # where what is written over y_t begins, and how wide a bold letter is


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """What every call of the module read, held and gave.

    Attributes:
        inputs: what was read, as it is written under x_t (time).
        h: hidden states of the units shown, from h_0 on (time + 1, unit).
        outputs: what is written over y_t (time); None where nothing is read out.
        limit: the value of h with full colour.
    """

    inputs: Sequence[str]
    h: Array
    outputs: Sequence[str | None]
    limit: float = 1.0


def recurrence(calls: Calls, selected: int, *, theme: Theme = LIGHT) -> Picture:
    """Rolled on the left, unrolled on the right, and the timestep looked at stands out.

    It is in view where there is no room for all.

    Args:
        calls: the timesteps.
        selected: the timestep looked at, from 0.
        theme: the colours.

    Example:
        >>> import numpy as np
        >>> calls = Calls(["a", "<"], np.zeros((3, 2)), [None, "0.5"])
        >>> "&lt;" in recurrence(calls, 0).svg
        True
    """
    shown = calls.h.shape[1]
    middle = _TOP + 92.0 + max(0, shown - 2) * _CELL[1] / 2
    first = _ROLLED + 28 + _CELL[0] + _AFTER
    width = first + len(calls.inputs) * _STEP - _AFTER + 4
    if calls.inputs and (last := calls.outputs[-1]):
        width = max(width, first + (len(calls.inputs) - 1) * _STEP + _output_end(last))
    drawing = Drawing(width, middle + 112, theme)
    _rolled(drawing, middle)
    drawing.text(_ROLLED + 12, middle, "=", size=22, colour=theme.muted)
    _state(drawing, _ROLLED + 28, middle, calls, 0)
    for t in range(len(calls.inputs)):
        x = first + t * _STEP
        _call(drawing, x, middle, calls, t, selected == t)
        _state(drawing, x + _MODULE + _BEFORE, middle, calls, t + 1)
    words = ", ".join(calls.inputs)
    return drawing.picture(
        f"One module A drawn once with a loop, and unrolled over the timesteps {words}; timestep "
        f"{selected + 1} is marked.",
        focus=first + selected * _STEP + _MODULE / 2,
    )


def _output_end(words: str) -> float:
    """How far what is written over y_t may reach, from where the module begins: in bold."""
    return _MODULE / 2 + _OUTPUT + _LETTER * len(words) + 1


def _rolled(drawing: Drawing, middle: float) -> None:
    theme, centre = drawing.theme, _ROLLED / 2
    left, right, high = centre - _MODULE / 2, centre + _MODULE / 2, middle - 46
    _module(drawing, left, middle, marked=False)
    out = [(right, middle), (right + 28, middle), (right + 28, high)]
    back = [(left - 28, high), (left - 28, middle), (left - 2, middle)]
    drawing.arrow([*out, *back], colour=part_colour(theme, "h"))
    drawing.symbol(right + 26, middle + 15, "h_t", size=14, colour=part_colour(theme, "h"))
    drawing.symbol(left - 24, middle + 15, "h_{t−1}", size=14, colour=part_colour(theme, "h"))
    _ends(drawing, centre, middle, "x_t", "y_t")


def _call(drawing: Drawing, x: float, middle: float, calls: Calls, t: int, marked: bool) -> None:
    theme, centre = drawing.theme, x + _MODULE / 2
    _module(drawing, x, middle, marked=marked)
    output = calls.outputs[t]
    _ends(drawing, centre, middle, f"x_{{{t + 1}}}", None if output is None else f"y_{{{t + 1}}}")
    colour = theme.text if marked else theme.muted
    drawing.text(centre, middle + 102, calls.inputs[t], bold=marked, colour=colour)
    if output is not None:
        drawing.text(centre + _OUTPUT, middle - 77, output, size=12, anchor="start", bold=marked)


def _module(drawing: Drawing, x: float, middle: float, *, marked: bool) -> None:
    theme = drawing.theme
    fill = tint(theme, theme.accent, 0.28 if marked else 0.1)
    stroke = theme.accent if marked else theme.muted
    line = 2.6 if marked else 1.2
    drawing.box(x, middle - 26, _MODULE, 52, fill=fill, stroke=stroke, line=line, radius=9)
    drawing.text(x + _MODULE / 2, middle - 7, "A", size=17, bold=True)
    drawing.symbol(x + _MODULE / 2, middle + 12, "f_W", size=13, colour=theme.muted)


def _ends(drawing: Drawing, centre: float, middle: float, x: str, y: str | None) -> None:
    theme = drawing.theme
    drawing.arrow([(centre, middle + 68), (centre, middle + 28)], colour=part_colour(theme, "x"))
    drawing.symbol(centre, middle + 80, x, colour=part_colour(theme, "x"))
    if y is not None:
        drawing.arrow(
            [(centre, middle - 28), (centre, middle - 64)], colour=part_colour(theme, "y")
        )
        drawing.symbol(centre, middle - 77, y, colour=part_colour(theme, "y"))


def _state(drawing: Drawing, x: float, middle: float, calls: Calls, t: int) -> None:
    """h_t as a little column of numbers on the arrow from one call to the next."""
    theme, (width, height), values = drawing.theme, _CELL, calls.h[t]
    blue = part_colour(theme, "h")
    if t:
        drawing.line([(x - _BEFORE, middle), (x, middle)], colour=blue)
    if t < len(calls.inputs):
        drawing.arrow([(x + width, middle), (x + width + _AFTER - 2, middle)], colour=blue)
    top = middle - height * len(values) / 2
    for row, value in enumerate(values):
        fill = blend(theme, float(value) / calls.limit)
        y = top + row * height
        drawing.cell(x, y, width, height, float(value), fill=fill, stroke=blue, size=11.5)
    drawing.symbol(x + width / 2, top - 12, f"h_{{{t}}}", size=14, colour=blue)
