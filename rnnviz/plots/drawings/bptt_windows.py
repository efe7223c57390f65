"""Truncated backpropagation: a text in its windows, and how far back one loss reaches."""

from __future__ import annotations

import math

from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.text.marks import mark

_ACROSS, _CELL, _ROW = 35, 16, 84
_TEXT_HEIGHT = 26
_SIDE = 12


def bptt_windows(
    characters: str, sequence_length: int, timestep: int, *, theme: Theme = LIGHT
) -> Picture:
    """A drawing: the text in its windows, and how far back one loss reaches.

    Above the text the hidden state runs through; below it the gradient of the chosen loss runs
    back to the first timestep of its window, and is cut there.

    Args:
        characters: the text read (time).
        sequence_length: the BPTT window k.
        timestep: of the loss, counted from 0.
        theme: the colours.

    Raises:
        ValueError: the timestep is outside the text.

    Example:
        >>> "A text in windows of 4 timesteps" in bptt_windows("to be or not", 4, 6).svg
        True
    """
    if not 0 <= timestep < len(characters):
        raise ValueError(f"the timestep is {timestep}; the text has {len(characters)}.")
    rows = math.ceil(len(characters) / _ACROSS)
    drawing = Drawing(2 * _SIDE + _ACROSS * _CELL, rows * _ROW + 8, theme)
    for row in range(rows):
        _line_of_text(drawing, characters, row, sequence_length, timestep)
    return drawing.picture(f"A text in windows of {sequence_length} timesteps")


def _line_of_text(
    drawing: Drawing, characters: str, row: int, sequence_length: int, timestep: int
) -> None:
    begin, end = row * _ACROSS, min((row + 1) * _ACROSS, len(characters))
    first = timestep - timestep % sequence_length
    top = row * _ROW + 34
    for start in range(begin - begin % sequence_length, end, sequence_length):
        ends = max(start, begin), min(start + sequence_length, end)
        _window(drawing, *ends, sequence_length, top)
    for place in range(begin, end):
        x = _x(place)
        if first <= place <= timestep:
            share = 0.12 + 0.38 * (place - first + 1) / (timestep - first + 1)
            fill = tint(drawing.theme, drawing.theme.series[1], share)
            drawing.box(x, top, _CELL, _TEXT_HEIGHT, fill=fill, radius=0)
        drawing.text(x + _CELL / 2, top + 13, mark(characters[place]), mono=True, size=14)
    _forward(drawing, begin, end, end < len(characters), top)
    _back(drawing, first, timestep, (begin, end), top)


def _x(place: int) -> float:
    return _SIDE + (place % _ACROSS) * _CELL


def _window(drawing: Drawing, begin: int, end: int, length: int, top: float) -> None:
    """Its ground; a mark where the gradient is cut, where it begins in this line."""
    theme, left, odd = drawing.theme, _x(begin), begin // length % 2
    fill = tint(theme, theme.accent, 0.16 if odd else 0.07)
    drawing.box(left, top, (end - begin) * _CELL, _TEXT_HEIGHT, fill=fill, radius=0)
    if begin % length == 0 and begin:
        cut = [(left, top - 4), (left, top + _TEXT_HEIGHT + 10)]
        drawing.line(cut, colour=theme.positive, dashed=True)


def _forward(drawing: Drawing, begin: int, end: int, goes_on: bool, top: float) -> None:
    """The state, carried through every window."""
    left, right = _x(begin), _SIDE + (end - begin) * _CELL
    y, colour = top - 10, drawing.theme.series[0]
    drawing.arrow([(left, y), (right + (10 if goes_on else 0), y)], colour=colour)
    if begin == 0:
        words = "forward: the state runs through"
        drawing.text(left, y - 12, words, colour=colour, anchor="start", size=12)


def _back(drawing: Drawing, first: int, timestep: int, row: tuple[int, int], top: float) -> None:
    """The gradient of the chosen loss, as far as it comes in this line of text."""
    begin, end = max(first, row[0]), min(timestep + 1, row[1])
    if begin >= end:
        return
    y, colour = top + _TEXT_HEIGHT + 10, drawing.theme.series[1]
    right, left = _SIDE + (end - row[0]) * _CELL - 3, _x(begin) + 2
    drawing.arrow([(right, y), (left, y)], colour=colour, dashed=True)
    if end == timestep + 1:
        words = f"gradient of the loss at t = {timestep + 1}"
        near_left = right < _ACROSS * _CELL / 2
        at, anchor = (left, "start") if near_left else (right, "end")
        drawing.text(at, y + 14, words, colour=colour, anchor=anchor, size=12)
