"""Weights in the order in which products read them: panels, each to be read from end to end."""

from __future__ import annotations

from rnnviz.recurrent.fused.code import Code, Matrix
from rnnviz.recurrent.fused.tile import by_panels


def by_columns(lanes: int, transposed: bool) -> Code:
    """A matrix (inner, columns), or its transpose, in panels of some columns."""
    code = Code(lanes)
    weight, panels = code.pointers("weight", "panels")
    height, width = code.indices("height", "width")
    inner, columns = (width, height) if transposed else (height, width)
    source = Matrix(code, weight, width)
    for column, panel in by_panels(code, panels, inner, columns):
        with code.loop(0, inner) as k:
            for step in panel.columns:
                place = column + step
                taken = source.down(place, k) if transposed else source.load(k, place)
                panel.store(k, step, taken)
    return code


def by_units(lanes: int, gates: int) -> Code:
    """The transpose of a matrix (gates * unit, inner): all gates of some units in a panel."""
    code = Code(lanes)
    weight, panels = code.pointers("weight", "panels")
    units, inner = code.indices("units", "inner")
    source = Matrix(code, weight, inner)
    with code.loop(0, units, lanes) as unit:
        panel = Matrix(code, panels, gates * lanes).after(unit * gates * inner)
        with code.loop(0, inner) as k:
            for gate, step in enumerate(panel.columns):
                panel.store(k, step, source.down(gate * units + unit, k))
    return code
