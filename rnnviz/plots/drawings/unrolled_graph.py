"""The unrolled network: what runs forward along time, and the gradient that comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rnnviz.notation import magnitude
from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme, blend
from rnnviz.records import Floats
from rnnviz.text.marks import mark

_CELL_WIDTH, _CELL_HEIGHT = 50, 22
_GAP = 60
_LEFT = 150
_TOP = 128
_BOX = 2 * _CELL_WIDTH + 12
_ROW = 24


@dataclass(frozen=True, slots=True, eq=False)
class UnrolledNumbers:
    """What the drawing shows.

    Attributes:
        text: the characters read and, one later, predicted (time + 1).
        h: hidden states of the units shown (time + 1, unit); index 0 is the state before.
        dh: dL/dh_t of the units shown (time, unit).
        from_next: the part of dL/dh_t that came back from t + 1, of all units (time, unit).
        from_loss: the part of it that came from l_t, of all units (time, unit).
        probability: of the right next character (time).
        loss: l_t in nats (time).
        counted: whether l_t is part of L (time).
        input_weight: what stands beside the arrow from the first input.
        limit: the |h| of full colour.
        norms: further norms by name, a row each below the timesteps (time).
    """

    text: str
    h: Floats
    dh: Floats
    from_next: Floats
    from_loss: Floats
    probability: Floats
    loss: Floats
    counted: Sequence[bool]
    input_weight: str = "W_{xh}"
    limit: float = 1.0
    norms: Mapping[str, Floats] = field(default_factory=dict)


def unrolled_graph(numbers: UnrolledNumbers, *, theme: Theme = LIGHT) -> Picture:
    """A drawing: one column a timestep, states at the left of a box, gradients at the right.

    Solid arrows run forward, dashed ones back. Numbers beside a dashed arrow are the L2 norm of
    the gradient it carries.

    Args:
        numbers: of one word.
        theme: the colours.
    """
    units = numbers.h.shape[1]
    height = _TOP + units * _CELL_HEIGHT + 130 + len(numbers.norms) * _ROW
    width = _LEFT + len(numbers.loss) * (_BOX + _GAP) - _GAP + 4
    drawing = Drawing(width, height, theme)
    _labels(drawing, units)
    _start(drawing, units)
    for t in range(len(numbers.loss)):
        _timestep(drawing, numbers, t)
    _norms(drawing, numbers)
    return drawing.picture(
        "The network unrolled over the word, with hidden states and their gradients"
    )


def _left(t: int) -> float:
    return _LEFT + t * (_BOX + _GAP)


def _middle(units: int) -> float:
    return _TOP + units * _CELL_HEIGHT / 2


def _bottom(units: int) -> float:
    return _TOP + units * _CELL_HEIGHT + 6


def _labels(drawing: Drawing, units: int) -> None:
    rows = [(24.0, "loss, nats"), (48, "p of target"), (72, "target")]
    rows += [(_middle(units), "hidden state"), (_bottom(units) + 62, "input")]
    for y, words in rows:
        drawing.text(8, y, words, colour=drawing.theme.muted, anchor="start", size=12)


def _start(drawing: Drawing, units: int) -> None:
    """The state before the first timestep, small."""
    y = _middle(units)
    muted = drawing.theme.muted
    drawing.symbol(_LEFT - 38, y - 12, "h_0 = 0", colour=muted, size=12, upright=True)
    drawing.arrow([(_LEFT - 56, y + 4), (_LEFT - 8, y + 4)])


def _timestep(drawing: Drawing, numbers: UnrolledNumbers, t: int) -> None:
    _columns(drawing, numbers, t)
    _prediction(drawing, numbers, t)
    _input(drawing, numbers, t)
    if t + 1 < len(numbers.loss):
        _between(drawing, numbers, t)


def _columns(drawing: Drawing, numbers: UnrolledNumbers, t: int) -> None:
    """The box: h_t at the left, dL/dh_t at the right, a row a unit."""
    theme, left, units = drawing.theme, _left(t), numbers.h.shape[1]
    limit = float(np.abs(numbers.dh).max()) or 1.0
    tall = units * _CELL_HEIGHT + 12
    drawing.box(left, _TOP - 6, _BOX, tall, fill=theme.surface, stroke=theme.muted, radius=8)
    for unit in range(units):
        y = _TOP + unit * _CELL_HEIGHT
        _cell(drawing, left + 4, y, float(numbers.h[t + 1, unit]), numbers.limit)
        _cell(drawing, left + 8 + _CELL_WIDTH, y, float(numbers.dh[t, unit]), limit)


def _cell(drawing: Drawing, x: float, y: float, value: float, limit: float) -> None:
    fill, stroke = blend(drawing.theme, value / limit), drawing.theme.grid
    drawing.box(x, y + 1, _CELL_WIDTH, _CELL_HEIGHT - 2, fill=fill, stroke=stroke)
    middle = x + _CELL_WIDTH / 2, y + _CELL_HEIGHT / 2
    written = magnitude(value)
    drawing.text(*middle, written, size=12 if len(written) < 7 else 11, mono=True)


def _sides(t: int) -> tuple[float, float]:
    """Where what belongs to h_t stands, and where what belongs to its gradient."""
    return _left(t) + 4 + _CELL_WIDTH / 2, _left(t) + 8 + 1.5 * _CELL_WIDTH


def _prediction(drawing: Drawing, numbers: UnrolledNumbers, t: int) -> None:
    """Above the box: the target, its probability, the loss, and the gradient that comes from it."""
    theme, counted, centre = drawing.theme, numbers.counted[t], _left(t) + _BOX / 2
    (forward, backward), (blue, orange, *_) = _sides(t), theme.series
    colour = theme.text if counted else tint(theme, theme.muted, 0.6)
    loss = f"l_{{{t + 1}}} = {numbers.loss[t]:.2f}"
    drawing.symbol(centre, 24, loss, size=13, colour=colour, bold=counted, upright=True)
    drawing.text(centre, 48, magnitude(numbers.probability[t]), colour=colour)
    drawing.text(centre, 72, mark(numbers.text[t + 1]), colour=colour, mono=True, size=16)
    drawing.arrow([(forward, _TOP - 8), (forward, 86)], colour=blue)
    if t == 0:
        _weight(drawing, forward - 8, 104, "W_{hy}", anchor="end")
    if counted:
        norm = magnitude(float(np.linalg.norm(numbers.from_loss[t])))
        drawing.arrow([(backward, 86), (backward, _TOP - 8)], colour=orange, dashed=True)
        drawing.text(backward + 6, 104, norm, colour=orange, size=11, anchor="start")


def _input(drawing: Drawing, numbers: UnrolledNumbers, t: int) -> None:
    """Below the box: the names of its columns, and the character read."""
    theme, bottom, h = drawing.theme, _bottom(numbers.h.shape[1]), f"h_{{{t + 1}}}"
    (forward, backward), (blue, orange, *_) = _sides(t), theme.series
    drawing.symbol(forward, bottom + 14, h, size=13, colour=blue, upright=True)
    drawing.symbol(backward, bottom + 14, f"∂L/∂{h}", size=13, colour=orange, upright=True)
    drawing.arrow([(forward, bottom + 48), (forward, bottom + 26)], colour=blue)
    if t == 0:
        _weight(drawing, forward - 8, bottom + 37, numbers.input_weight, anchor="end")
    drawing.box(forward - 15, bottom + 50, 30, 26, stroke=blue, radius=6)
    drawing.text(forward, bottom + 63, mark(numbers.text[t]), mono=True, size=16)
    drawing.text(_left(t) + _BOX / 2, bottom + 94, f"t = {t + 1}", colour=theme.muted, size=12)


def _between(drawing: Drawing, numbers: UnrolledNumbers, t: int) -> None:
    """Between two boxes: the state forward above, the gradient back below."""
    left, right = _left(t) + _BOX + 4, _left(t + 1) - 4
    theme, centre, middle = drawing.theme, (left + right) / 2, _middle(numbers.h.shape[1])
    (blue, orange, *_), norm = theme.series, float(np.linalg.norm(numbers.from_next[t]))
    drawing.arrow([(left, middle - 8), (right, middle - 8)], colour=blue)
    if t == 0:
        _weight(drawing, centre, middle - 22, "W_{hh}")
    back = [(right, middle + 8), (left, middle + 8)]
    if norm:
        drawing.arrow(back, colour=orange, dashed=True)
        drawing.text(centre, middle + 22, magnitude(norm), colour=orange, size=12)
    else:
        drawing.line(back, colour=theme.grid, dashed=True)


def _norms(drawing: Drawing, numbers: UnrolledNumbers) -> None:
    """Below the timesteps: a row for each further norm."""
    theme, bottom = drawing.theme, _bottom(numbers.h.shape[1]) + 94
    for row, (name, values) in enumerate(numbers.norms.items(), start=1):
        y = bottom + row * _ROW
        drawing.symbol(8, y, name, size=12, colour=theme.muted, anchor="start", upright=True)
        for t, value in enumerate(values):
            norm = magnitude(float(value))
            drawing.text(_left(t) + _BOX / 2, y, norm, colour=theme.series[1], size=12)


def _weight(drawing: Drawing, x: float, y: float, symbol: str, anchor: str = "middle") -> None:
    colour = drawing.theme.series[0]
    drawing.symbol(x, y, symbol, size=12, colour=colour, anchor=anchor, upright=True)
