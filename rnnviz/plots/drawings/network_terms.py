"""What goes into a gate of a network too large to show every product: its terms, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.cells import Nonlinearity
from rnnviz.notation import short
from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme, blend, part_colour
from rnnviz.records import Array

_CHIP = 112.0, 44.0
_LEFT, _STEP, _ROW = 66.0, _CHIP[0] + 20, 60.0


def network_terms(
    units: Sequence[int],
    terms: Sequence[tuple[str, str, Array]],
    a: Array,
    value: Array,
    function: Nonlinearity,
    *,
    theme: Theme = LIGHT,
) -> Picture:
    """A line for each unit: the terms, their sum a, and the function of it.

    Args:
        units: which units.
        terms: symbol, where it comes from, and value (unit): first from x_t, then from h_{t-1}.
        a: the sum (unit).
        value: function(a) (unit).
        function: its name.
        theme: the colours.

    Example:
        >>> import numpy as np
        >>> one = np.ones(1)
        >>> picture = network_terms([7], [("W x_t", "from x", one)], 2 * one, one, "relu")
        >>> "unit 7" in picture.svg, "2.00" in picture.svg
        (True, True)
    """
    end = _LEFT + len(terms) * _STEP
    drawing = Drawing(end + 220, 34 + _ROW * len(units), theme)
    for place, (_symbol, origin, _values) in enumerate(terms):
        x = _LEFT + place * _STEP + _CHIP[0] / 2
        drawing.text(x, 12, origin, size=11.5, colour=theme.muted)
    for row, unit in enumerate(units):
        y = 30 + _ROW * row + _CHIP[1] / 2
        drawing.text(2, y, f"unit {unit}", size=12, anchor="start", colour=theme.muted)
        for place, (symbol, _origin, values) in enumerate(terms):
            _term(drawing, place, y, symbol, float(values[row]))
        drawing.text(end - 10, y, "=", size=15, colour=theme.muted)
        drawing.text(end + 28, y, short(float(a[row])), bold=True)
        drawing.arrow([(end + 58, y), (end + 118, y)])
        drawing.text(end + 86, y - 12, function, size=12, colour=theme.muted)
        share = float(value[row])
        box = end + 126, y - 15, 62, 30
        drawing.cell(*box, share, fill=blend(theme, share), stroke=theme.grid, bold=True)
    listed = ", ".join(f"unit {u}: {short(float(v))}" for u, v in zip(units, value, strict=True))
    return drawing.picture(f"What goes into each unit, and after {function}: {listed}.")


def _term(drawing: Drawing, place: int, y: float, symbol: str, value: float) -> None:
    theme, x, (width, height) = drawing.theme, _LEFT + place * _STEP, _CHIP
    colour = (part_colour(theme, "x"), part_colour(theme, "h"), theme.muted)[min(place, 2)]
    if place:
        drawing.text(x - 10, y, "+", size=15, colour=theme.muted)
    fill, stroke = tint(theme, colour), tint(theme, colour, 0.45)
    drawing.box(x, y - height / 2, width, height, fill=fill, stroke=stroke)
    drawing.symbol(x + width / 2, y - 10, symbol, size=14, colour=colour)
    drawing.text(x + width / 2, y + 10, short(value))
