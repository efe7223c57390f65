"""The gradient of one weight as a sum over timesteps, every term a small matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.plots.svg_shapes import Drawing, box, document, number, sub, text
from rnnviz.plots.theme import LIGHT, Theme, blend
from rnnviz.records import Floats

_CELL_WIDTH, _CELL_HEIGHT = 44, 22
_ABOVE, _BETWEEN, _SIDE = 44, 34, 40
_WIDTH = 1120


def gradient_terms(
    terms: Floats,
    name: str,
    rows: Sequence[str],
    columns: Sequence[str],
    inputs: Sequence[str],
    *,
    theme: Theme = LIGHT,
) -> Drawing:
    """A drawing: the sum first, then what every timestep adds to it; all share one colour scale.

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
    titles = ["∂L/∂" + sub(*name.split("_"))]
    titles += [f"t = {t}, reads {character}" for t, character in enumerate(inputs, start=1)]
    wide = _SIDE + len(columns) * _CELL_WIDTH + _BETWEEN
    tall = _ABOVE + len(rows) * _CELL_HEIGHT + 16
    across = max(1, min(len(titles), int(_WIDTH // wide)))
    parts: list[str] = []
    for place, (title, matrix) in enumerate(zip(titles, [total, *terms], strict=True)):
        x, y = (place % across) * wide, (place // across) * tall
        sign = ("", "=")[place] if place < 2 else "+"
        at = x + _BETWEEN, y
        parts += _matrix(matrix, limit, at, (title, sign), (rows, columns), theme)
    height = tall * -(-len(titles) // across)
    label = f"The gradient of {name} and the term of every timestep"
    return document(parts, across * wide + 8, height, label)


def _matrix(
    matrix: Floats,
    limit: float,
    place: tuple[float, float],
    heading: tuple[str, str],
    names: tuple[Sequence[str], Sequence[str]],
    theme: Theme,
) -> list[str]:
    (x, y), (title, sign), (rows, columns) = place, heading, names
    left, top = x + _SIDE - _BETWEEN / 2, y + _ABOVE
    middle = top + len(rows) * _CELL_HEIGHT / 2
    wide = len(columns) * _CELL_WIDTH
    whole = sign == ""
    parts = [
        text(left + wide / 2, y + 12, title, theme.text, size=13, bold=whole),
        text(x - _BETWEEN / 2 + 4, middle, sign, theme.muted, size=18),
    ]
    for column, name in enumerate(columns):
        at = left + (column + 0.5) * _CELL_WIDTH
        parts.append(text(at, top - 11, name, theme.muted, size=11, mono=True))
    for row, name in enumerate(rows):
        at = top + (row + 0.5) * _CELL_HEIGHT
        parts.append(text(left - 5, at, name, theme.muted, size=11, anchor="end", mono=True))
    for (row, column), value in np.ndenumerate(matrix):
        corner = left + column * _CELL_WIDTH, top + row * _CELL_HEIGHT
        parts += _cell(corner, float(value), blend(theme, float(value) / limit), theme)
    edge = theme.text if whole else theme.muted
    tall = len(rows) * _CELL_HEIGHT
    parts.append(box(left, top, wide, tall, line=edge, thick=1.8 if whole else 1))
    return parts


def _cell(at: tuple[float, float], value: float, fill: str, theme: Theme) -> list[str]:
    colour = theme.text if value else theme.muted
    middle = at[0] + _CELL_WIDTH / 2, at[1] + _CELL_HEIGHT / 2
    return [
        box(*at, _CELL_WIDTH, _CELL_HEIGHT, fill=fill, line=theme.grid),
        text(*middle, number(value), colour, size=11, mono=True),
    ]
