"""A gate's sum worked out: the 2 x 5 matrix times [x_t; h_{t-1}], then entry by entry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.cells import Nonlinearity
from rnnviz.notation import short
from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme, blend, part_colour
from rnnviz.records import Array

_CELL = 54.0, 32.0
_CHIP = 75.0, 42.0
_NAME = 44.0  # room for a unit's name before its line


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """value = function(a), where a = W_xh x_t + factor (W_hh h_{t-1}) + b.

    Attributes:
        gate: its letter; "h" in the plain RNN.
        weight_x: W_xh (unit, input).
        weight_h: W_hh (unit, unit).
        bias: b (unit).
        x: x_t (input).
        h: h_{t-1} (unit).
        a: the sum, or pre-activation (unit); not the GRU's z_t, which is a gate.
        value: function(a) (unit).
        function: its name.
        factor: r_t in the GRU's n (unit); None where there is none.
    """

    gate: str
    weight_x: Array
    weight_h: Array
    bias: Array
    x: Array
    h: Array
    a: Array
    value: Array
    function: Nonlinearity
    factor: Array | None = None

    @property
    def result(self) -> str:
        """The symbol of the value."""
        return f"{self.gate}_t"

    @property
    def names(self) -> tuple[str, str, str]:
        """The symbols of W_xh, W_hh and b."""
        if self.gate == "h":
            return "W_{xh}", "W_{hh}", "b"
        return f"W_{{i{self.gate}}}", f"W_{{h{self.gate}}}", f"b_{self.gate}"


def matrix_product(shown: Sum, *, theme: Theme = LIGHT) -> Picture:
    """[W_xh | W_hh] [x_t; h_{t-1}] + b = a, and the function of a: with its numbers.

    Example:
        >>> one, two = np.ones(1), np.array([[2.0]])
        >>> picture = matrix_product(Sum("h", two, two, one, one, one, 5 * one, one, "tanh"))
        >>> "5.00" in picture.svg
        True
    """
    inputs, units = len(shown.x), len(shown.h)
    (width, height), theme_of = _CELL, _colours(theme)
    columns, tall = inputs + units, (inputs + units) * height
    drawing = Drawing(columns * width + 4 * width + 290, tall + 48, theme)
    middle = 34 + tall / 2
    x = _matrix(drawing, 8, middle, shown)
    vector = np.concatenate([shown.x, shown.h])
    for k, value in enumerate(vector):
        colour = theme_of[k >= inputs]
        fill, stroke = tint(theme, colour), tint(theme, colour, 0.45)
        drawing.cell(x, 34 + k * height, width, height, value, fill=fill, stroke=stroke)
    drawing.brackets(x, 34, width, tall)
    x += width
    high, low = 34 + inputs * height / 2, 34 + (inputs + units / 2) * height
    drawing.symbol(x + 13, high, "x_t", colour=theme_of[0], anchor="start")
    drawing.symbol(x + 13, low, "h_{t−1}", colour=theme_of[1], anchor="start")
    x = _sign(drawing, x + 46, middle, "+") + 8
    x = _column(drawing, x, middle, shown.bias, shown.names[2], tint(theme, theme.muted))
    x = _sign(drawing, x + 8, middle, "=") + 8
    x = _column(drawing, x, middle, shown.a, "a", theme.surface)
    drawing.arrow([(x + 8, middle), (x + 62, middle)])
    drawing.text(x + 33, middle - 13, shown.function, size=13, colour=theme.muted)
    _column(drawing, x + 76, middle, shown.value, shown.result, None)
    return drawing.picture(_says(shown))


def entry_by_entry(shown: Sum, *, theme: Theme = LIGHT) -> Picture:
    """The same sum with every product on its own, a line for each unit."""
    inputs, units = len(shown.x), len(shown.h)
    chips = (inputs + units) * (_CHIP[0] + 16) + 58
    more = 0 if shown.factor is None else 92
    drawing = Drawing(_NAME + 38 + chips + more + 186, 26 + units * (_CHIP[1] + 16), theme)
    for unit in range(units):
        _line(drawing, unit, 14 + unit * (_CHIP[1] + 16) + _CHIP[1] / 2, shown)
    return drawing.picture(_says(shown))


def _colours(theme: Theme) -> tuple[str, str]:
    """Of what is read of x and of h."""
    return part_colour(theme, "x"), part_colour(theme, "h")


def _matrix(drawing: Drawing, x: float, middle: float, shown: Sum) -> float:
    theme, (width, height) = drawing.theme, _CELL
    both = np.hstack([shown.weight_x, shown.weight_h])
    units, columns, inputs = *both.shape, len(shown.x)
    top = middle - units * height / 2
    for row in range(units):
        for column in range(columns):
            colour = _colours(theme)[column >= inputs]
            drawing.cell(
                x + column * width,
                top + row * height,
                width,
                height,
                float(both[row, column]),
                fill=tint(theme, colour),
                stroke=tint(theme, colour, 0.45),
            )
    drawing.brackets(x, top, columns * width, units * height)
    split = x + inputs * width
    drawing.line([(split, top - 3), (split, top + units * height + 3)], colour=theme.text)
    drawing.symbol(x + inputs * width / 2, top - 18, shown.names[0], colour=part_colour(theme, "x"))
    right = split + (columns - inputs) * width / 2
    drawing.symbol(right, top - 18, shown.names[1], colour=part_colour(theme, "h"))
    return float(x + columns * width + 24)


def _column(
    drawing: Drawing, x: float, middle: float, values: Array, name: str, fill: str | None
) -> float:
    """A vector in brackets; without a fill, each number has its activation colour."""
    theme, (width, height) = drawing.theme, _CELL
    top = middle - len(values) * height / 2
    for row, value in enumerate(values):
        own = blend(theme, float(value)) if fill is None else fill
        y = top + row * height
        drawing.cell(x, y, width, height, float(value), fill=own, stroke=theme.grid, bold=not fill)
    drawing.brackets(x, top, width, len(values) * height)
    drawing.symbol(x + width / 2, top - 18, name)
    return x + width


def _sign(drawing: Drawing, x: float, middle: float, sign: str) -> float:
    drawing.text(x + 14, middle, sign, size=18, colour=drawing.theme.muted)
    return x + 32


def _line(drawing: Drawing, unit: int, y: float, shown: Sum) -> None:
    theme = drawing.theme
    drawing.text(2, y, f"unit {unit}", size=12, anchor="start", colour=theme.muted)
    x = _gap(drawing, _NAME, y, "a =") + 6
    x = _chips(drawing, x, y, shown.weight_x[unit], shown.x, part_colour(theme, "x"))
    x = _gap(drawing, x, y, "+")
    if shown.factor is not None:
        x = _single(drawing, x, y, float(shown.factor[unit]), "r_t")
        x = _gap(drawing, x + 2, y, "× (") + 4
    x = _chips(drawing, x, y, shown.weight_h[unit], shown.h, part_colour(theme, "h"))
    if shown.factor is not None:
        drawing.text(x + 5, y, ")", size=17, colour=theme.muted)
        x += 8
    x = _gap(drawing, x, y, "+")
    x = _single(drawing, x, y, float(shown.bias[unit]), shown.names[2])
    x = _gap(drawing, x, y, "=")
    drawing.text(x + 24, y, short(float(shown.a[unit])), bold=True)
    drawing.arrow([(x + 48, y), (x + 96, y)])
    drawing.text(x + 70, y - 12, shown.function, size=12, colour=theme.muted)
    value = float(shown.value[unit])
    box = x + 100, y - 15, 52, 30
    drawing.cell(*box, value, fill=blend(theme, value), stroke=theme.grid, bold=True)


def _chips(
    drawing: Drawing, x: float, y: float, weights: Array, values: Array, colour: str
) -> float:
    theme, (width, height) = drawing.theme, _CHIP
    for k, (weight, value) in enumerate(zip(weights, values, strict=True)):
        if k:
            x = _gap(drawing, x, y, "+")
        fill, stroke = tint(theme, colour), tint(theme, colour, 0.45)
        drawing.box(x, y - height / 2, width, height, fill=fill, stroke=stroke)
        factors = f"{short(weight)} · {short(value)}"
        drawing.text(x + width / 2, y - 9, factors, size=11.5, colour=theme.muted)
        drawing.text(x + width / 2, y + 9, short(weight * value), size=13)
        x += width
    return x


def _single(drawing: Drawing, x: float, y: float, value: float, name: str) -> float:
    theme, height = drawing.theme, _CHIP[1]
    drawing.box(x, y - height / 2, 52, height, fill=tint(theme, theme.muted))
    drawing.symbol(x + 26, y - 10, name, size=13, colour=theme.muted)
    drawing.text(x + 26, y + 9, short(value), size=13)
    return x + 52


def _gap(drawing: Drawing, x: float, y: float, sign: str) -> float:
    room = 16.0 if len(sign) == 1 else 26.0
    drawing.text(x + room / 2, y, sign, size=15, colour=drawing.theme.muted)
    return x + room


def _says(shown: Sum) -> str:
    values = ", ".join(short(float(value)) for value in shown.value)
    return f"The sum of {shown.gate} worked out; after {shown.function} it is {values}."
