"""What is read out of a hidden state: y_t = W_hy h_t + b_y, and its probabilities as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.notation import short
from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme, blend
from rnnviz.records import Array

_CELL = 56.0, 32.0
_BAR = 160.0


def readout(
    weight: Array,
    bias: Array,
    h: Array,
    logits: Array,
    probability: Array,
    names: Sequence[str],
    *,
    theme: Theme = LIGHT,
) -> Picture:
    """W_hy h_t + b_y = y_t, then sigmoid (one output) or softmax (one for each class).

    Args:
        weight: W_hy (class, unit).
        bias: b_y (class).
        h: h_t (unit).
        logits: y_t (class).
        probability: sigmoid or softmax of them (class).
        names: the classes; of a single output, the one whose probability it is.
        theme: the colours.

    Example:
        >>> one = np.ones(1)
        >>> picture = readout(np.ones((1, 1)), 0 * one, one, one, one / 2, ["<good>"])
        >>> "P(&lt;good&gt;)" in picture.svg, "sigmoid" in picture.svg
        (True, True)
    """
    width, height = _CELL
    classes, units = weight.shape
    tall = max(classes, units) * height
    drawing = Drawing((units + 4) * width + 440, tall + 44, theme)
    middle, green = 36 + tall / 2, theme.series[2]
    x = 10.0
    fill = tint(theme, green)
    _matrix(drawing, x, middle, weight, "W_{hy}", fill)
    x += units * width + 22
    _matrix(drawing, x, middle, h[:, np.newaxis], "h_t", None)
    x = _sign(drawing, x + width, middle, "+")
    _matrix(drawing, x, middle, bias[:, np.newaxis], "b_y", tint(theme, theme.muted))
    x = _sign(drawing, x + width, middle, "=")
    _matrix(drawing, x, middle, logits[:, np.newaxis], "y_t", theme.surface)
    x += width
    drawing.arrow([(x + 10, middle), (x + 76, middle)])
    function = "sigmoid" if classes == 1 else "softmax"
    drawing.text(x + 42, middle - 13, function, colour=theme.muted)
    _bars(drawing, x + 88, middle, probability, names)
    likely = ", ".join(
        f"P({n}) = {short(float(p))}" for n, p in zip(names, probability, strict=True)
    )
    return drawing.picture(f"The output worked out: {likely}.")


def _matrix(
    drawing: Drawing, x: float, middle: float, values: Array, name: str, fill: str | None
) -> None:
    """A matrix in brackets; without a fill, each number has its activation colour."""
    theme, (width, height) = drawing.theme, _CELL
    rows, columns = values.shape
    top = middle - rows * height / 2
    for (row, column), value in np.ndenumerate(values):
        own = blend(theme, float(value)) if fill is None else fill
        place = x + column * width, top + row * height
        drawing.cell(*place, width, height, float(value), fill=own, stroke=theme.grid)
    drawing.brackets(x, top, columns * width, rows * height)
    drawing.symbol(x + columns * width / 2, top - 17, name)


def _sign(drawing: Drawing, x: float, middle: float, sign: str) -> float:
    drawing.text(x + 20, middle, sign, size=18, colour=drawing.theme.muted)
    return x + 40


def _bars(
    drawing: Drawing, x: float, middle: float, probability: Array, names: Sequence[str]
) -> None:
    theme, height = drawing.theme, _CELL[1]
    top = middle - len(probability) * height / 2
    for row, (name, share) in enumerate(zip(names, probability, strict=True)):
        y = top + (row + 0.5) * height
        best = len(probability) == 1 or row == int(np.argmax(probability))
        drawing.text(x, y, f"P({name})", anchor="start", bold=best)
        drawing.box(x + 78, y - 8, _BAR, 16, fill=tint(theme, theme.muted, 0.12), radius=4)
        wide = max(1.0, _BAR * float(share))
        drawing.box(x + 78, y - 8, wide, 16, fill=theme.series[2], radius=min(4.0, wide / 2))
        drawing.text(x + 84 + _BAR, y, f"{share:.2f}", anchor="start", bold=best)
