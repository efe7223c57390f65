"""The unrolled network: what runs forward along time, and the gradient that comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.plots.characters import mark
from rnnviz.plots.svg_shapes import Drawing, arrow, box, document, line, number, sub, text
from rnnviz.plots.theme import LIGHT, Theme, blend, mix
from rnnviz.records import Floats

_CELL_WIDTH, _CELL_HEIGHT = 50, 22
_GAP = 74
_LEFT = 172
_TOP = 128
_BOX = 2 * _CELL_WIDTH + 12


@dataclass(frozen=True, slots=True, eq=False)
class UnrolledNumbers:
    """What the drawing shows.

    Attributes:
        text: the characters read and, one later, predicted (time + 1).
        h: hidden states (time + 1, unit); index 0 is the state before.
        dh: dL/dh_t (time, unit).
        from_next: the part of it that came back from t + 1 (time, unit).
        from_loss: the part of it that came from l_t (time, unit).
        probability: of the right next character (time).
        loss: l_t in nats (time).
        counted: whether l_t is part of L (time).
    """

    text: str
    h: Floats
    dh: Floats
    from_next: Floats
    from_loss: Floats
    probability: Floats
    loss: Floats
    counted: Sequence[bool]


def unrolled_graph(numbers: UnrolledNumbers, *, theme: Theme = LIGHT) -> Drawing:
    """A drawing: one column a timestep, states at the left of a box, gradients at the right.

    Solid arrows run forward, dashed ones back. Numbers beside a dashed arrow are the L2 norm of
    the gradient it carries.

    Args:
        numbers: of one word.
        theme: the colours.
    """
    units = numbers.h.shape[1]
    height = _TOP + units * _CELL_HEIGHT + 130
    width = _LEFT + len(numbers.loss) * (_BOX + _GAP) - _GAP + 16
    parts = _labels(units, theme) + _start(numbers.h[0], theme)
    for t in range(len(numbers.loss)):
        parts += _timestep(numbers, t, theme)
    label = "The network unrolled over the word, with hidden states and their gradients"
    return document(parts, width, height, label)


def _left(t: int) -> float:
    return _LEFT + t * (_BOX + _GAP)


def _bottom(units: int) -> float:
    return _TOP + units * _CELL_HEIGHT + 6


def _back(theme: Theme) -> str:
    return theme.series[1]


def _labels(units: int, theme: Theme) -> list[str]:
    middle = _TOP + units * _CELL_HEIGHT / 2
    rows = [(24, "loss"), (48, "p of target"), (72, "target"), (_bottom(units) + 62, "input")]
    parts = [text(8, y, word, theme.muted, anchor="start", size=12) for y, word in rows]
    parts.append(text(8, middle, "hidden state", theme.muted, anchor="start", size=12))
    return parts


def _start(h_0: Floats, theme: Theme) -> list[str]:
    """The state before the first timestep, small."""
    middle = _TOP + len(h_0) * _CELL_HEIGHT / 2
    return [
        text(_LEFT - 38, middle - 12, sub("h", "0") + " = 0", theme.muted, size=12),
        arrow((_LEFT - 64, middle + 4), (_LEFT - 8, middle + 4), theme.muted),
    ]


def _timestep(numbers: UnrolledNumbers, t: int, theme: Theme) -> list[str]:
    parts = _columns(numbers, t, theme) + _outside(numbers, t, theme)
    if t + 1 < len(numbers.loss):
        parts += _between(numbers, t, theme)
    return parts


def _columns(numbers: UnrolledNumbers, t: int, theme: Theme) -> list[str]:
    """The box: h_t at the left, dL/dh_t at the right, a row a unit."""
    left, units = _left(t), numbers.h.shape[1]
    limit = float(np.abs(numbers.dh).max()) or 1.0
    parts = [
        box(
            left,
            _TOP - 6,
            _BOX,
            units * _CELL_HEIGHT + 12,
            fill=theme.surface,
            line=theme.muted,
            radius=8,
        )
    ]
    for unit in range(units):
        y = _TOP + unit * _CELL_HEIGHT
        h, dh = float(numbers.h[t + 1, unit]), float(numbers.dh[t, unit])
        parts += _cell(left + 4, y, h, 1.0, theme)
        parts += _cell(left + 8 + _CELL_WIDTH, y, dh, limit, theme)
    return parts


def _cell(x: float, y: float, value: float, limit: float, theme: Theme) -> list[str]:
    fill = blend(theme, value / limit)
    width, height = _CELL_WIDTH, _CELL_HEIGHT - 2
    return [
        box(x, y + 1, width, height, fill=fill, line=theme.grid, radius=3),
        text(x + width / 2, y + _CELL_HEIGHT / 2, number(value), theme.text, size=12, mono=True),
    ]


def _outside(numbers: UnrolledNumbers, t: int, theme: Theme) -> list[str]:
    """Above the box the prediction and its loss, below it the input."""
    left, bottom = _left(t), _bottom(numbers.h.shape[1])
    forward, backward = left + 4 + _CELL_WIDTH / 2, left + 8 + 1.5 * _CELL_WIDTH
    centre, counted = left + _BOX / 2, numbers.counted[t]
    strong = theme.text if counted else mix(theme.background, theme.muted, 0.6)
    parts = [
        text(centre, 24, f"{sub('l', str(t + 1))} = {numbers.loss[t]:.2f}", strong, bold=counted),
        text(centre, 48, f"{numbers.probability[t]:.2f}", strong),
        text(centre, 72, mark(numbers.text[t + 1]), strong, mono=True, size=16),
        arrow((forward, _TOP - 8), (forward, 86), theme.series[0]),
        text(forward, bottom + 14, sub("h", str(t + 1)), theme.series[0], size=13),
        text(backward, bottom + 14, "∂L/∂" + sub("h", str(t + 1)), _back(theme), size=13),
        arrow((forward, bottom + 48), (forward, bottom + 26), theme.series[0]),
        box(forward - 15, bottom + 50, 30, 26, line=theme.series[0], radius=6),
        text(forward, bottom + 63, mark(numbers.text[t]), theme.text, mono=True, size=16),
        text(centre, bottom + 94, f"t = {t + 1}", theme.muted, size=12),
    ]
    if t == 0:
        parts.append(text(forward - 8, 104, sub("W", "hy"), theme.series[0], size=12, anchor="end"))
        at = forward - 8, bottom + 37
        parts.append(text(*at, sub("W", "xh"), theme.series[0], size=12, anchor="end"))
    if counted:
        norm = number(float(np.linalg.norm(numbers.from_loss[t])))
        parts.append(arrow((backward, 86), (backward, _TOP - 8), _back(theme), dash="4 3"))
        parts.append(text(backward + 6, 104, norm, _back(theme), size=11, anchor="start"))
    return parts


def _between(numbers: UnrolledNumbers, t: int, theme: Theme) -> list[str]:
    """Between two boxes: the state forward above, the gradient back below."""
    right, after = _left(t) + _BOX, _left(t + 1)
    middle = _TOP + numbers.h.shape[1] * _CELL_HEIGHT / 2
    norm = float(np.linalg.norm(numbers.from_next[t]))
    parts = [arrow((right + 4, middle - 8), (after - 4, middle - 8), theme.series[0])]
    centre = (right + after) / 2
    if t == 0:
        parts.append(text(centre, middle - 22, sub("W", "hh"), theme.series[0], size=12))
    if norm:
        parts.append(
            arrow((after - 4, middle + 8), (right + 4, middle + 8), _back(theme), dash="4 3")
        )
        parts.append(text(centre, middle + 22, number(norm), _back(theme), size=12))
    else:
        ends = [(right + 4, middle + 8), (after - 4, middle + 8)]
        parts.append(line(ends, theme.grid, dash="2 4"))
    return parts
