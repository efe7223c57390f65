"""The gradient of one weight as a sum over timesteps, every term a small matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.notation import short
from rnnviz.plots.drawings.drawing import Drawing, Picture
from rnnviz.plots.theme import LIGHT, Theme, blend
from rnnviz.powers import shared_power, ten_to
from rnnviz.records import Floats

_CELL_WIDTH, _CELL_HEIGHT = 44, 22
_ABOVE, _BETWEEN, _SIDE = 44, 34, 54
_WIDTH = 1120


def gradient_terms(
    terms: Floats,
    name: str,
    rows: Sequence[str],
    columns: Sequence[str],
    inputs: Sequence[str],
    *,
    theme: Theme = LIGHT,
) -> Picture:
    """A drawing: the sum first, then what every timestep adds to it.

    All share one colour scale and one power of ten, so that the terms can be added up.

    Args:
        terms: (time, row, column).
        name: of the weight, its index after an underscore: "W_hh".
        rows: what stands beside the rows.
        columns: what stands above the columns.
        inputs: the character read at each timestep.
        theme: the colours.

    Raises:
        ValueError: names and terms do not fit.
    """
    if terms.shape != (len(inputs), len(rows), len(columns)):
        raise ValueError(
            f"the terms are of shape {terms.shape}; with these names they must be "
            f"{(len(inputs), len(rows), len(columns))}."
        )
    total = terms.sum(0)
    limit = float(max(np.abs(terms).max(), np.abs(total).max())) or 1.0
    power = shared_power(limit)
    terms, total, limit = terms / 10.0**power, total / 10.0**power, limit / 10.0**power
    symbol, index = name.split("_")
    titles = [f"∂L/∂{symbol}_{{{index}}}" + f" in {ten_to(power)}" * (power != 0)]
    titles += [f"t = {t}, reads {character}" for t, character in enumerate(inputs, start=1)]
    wide = _SIDE + len(columns) * _CELL_WIDTH + _BETWEEN
    tall = _ABOVE + len(rows) * _CELL_HEIGHT + 16
    across = max(1, min(len(titles), int(_WIDTH // wide)))
    drawing = Drawing(across * wide + 8, tall * -(-len(titles) // across), theme)
    for place, (title, matrix) in enumerate(zip(titles, [total, *terms], strict=True)):
        x, y = (place % across) * wide, (place // across) * tall
        sign = ("", "=")[place] if place < 2 else "+"
        _matrix(drawing, matrix, limit, (x + _BETWEEN, y), (title, sign), (rows, columns))
    return drawing.picture(f"The gradient of {name} and the term of every timestep")


def _matrix(
    drawing: Drawing,
    matrix: Floats,
    limit: float,
    place: tuple[float, float],
    heading: tuple[str, str],
    names: tuple[Sequence[str], Sequence[str]],
) -> None:
    theme, (x, y), (title, sign), (rows, columns) = drawing.theme, place, heading, names
    left, top = x + _SIDE - _BETWEEN / 2, y + _ABOVE
    wide, tall = len(columns) * _CELL_WIDTH, len(rows) * _CELL_HEIGHT
    if sign:
        drawing.text(left + wide / 2, y + 12, title)
        drawing.text(x - _BETWEEN / 2 + 4, top + tall / 2, sign, colour=theme.muted, size=18)
    else:
        drawing.symbol(left + wide / 2, y + 12, title, size=13, bold=True, upright=True)
    for column, name in enumerate(columns):
        at = left + (column + 0.5) * _CELL_WIDTH
        mono = len(name) == 1
        drawing.text(at, top - 11, name, colour=theme.muted, size=11, mono=mono)
    for row, name in enumerate(rows):
        at = top + (row + 0.5) * _CELL_HEIGHT
        mono = len(name) == 1
        drawing.text(left - 5, at, name, colour=theme.muted, size=11, anchor="end", mono=mono)
    for (row, column), value in np.ndenumerate(matrix):
        corner = left + column * _CELL_WIDTH, top + row * _CELL_HEIGHT
        _cell(drawing, corner, float(value), blend(theme, float(value) / limit))
    edge, line = (theme.muted, 1.0) if sign else (theme.text, 1.8)
    drawing.box(left, top, wide, tall, stroke=edge, line=line, radius=0)


def _cell(drawing: Drawing, at: tuple[float, float], value: float, fill: str) -> None:
    theme, middle = drawing.theme, (at[0] + _CELL_WIDTH / 2, at[1] + _CELL_HEIGHT / 2)
    drawing.box(*at, _CELL_WIDTH, _CELL_HEIGHT, fill=fill, stroke=theme.grid, radius=0)
    colour = theme.text if value else theme.muted
    drawing.text(*middle, short(value) if value else "0", colour=colour, size=11, mono=True)
