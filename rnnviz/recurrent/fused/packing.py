"""Weights in the order in which products read them: panels, each to be read from end to end."""

from __future__ import annotations

from rnnviz.recurrent.fused.code import Code, Matrix
from rnnviz.recurrent.fused.tile import by_panels


def by_columns(lanes: int) -> Code:
    """A matrix (inner, columns) in panels of some columns."""
    code = Code(lanes)
    weight, panels = code.pointers("weight", "panels")
    inner, columns = code.indices("inner", "columns")
    source = Matrix(code, weight, columns)
    for column, panel in by_panels(code, panels, inner, columns):
        with code.loop(0, inner) as k:
            for step in panel.columns:
                panel.store(k, step, source.load(k, column + step))
    return code


def by_rows(lanes: int) -> Code:
    """A matrix (columns, inner), which stands for its transpose, likewise."""
    code = Code(lanes)
    weight, panels = code.pointers("weight", "panels")
    columns, inner = code.indices("columns", "inner")
    source = Matrix(code, weight, inner)
    for column, panel in by_panels(code, panels, inner, columns):
        with code.loop(0, inner) as k:
            for step in panel.columns:
                panel.store(k, step, source.down(column + step, k))
    return code


def by_units(lanes: int, gates: int) -> Code:
    """A matrix (gates * unit, inner), likewise: all gates of some units in a panel."""
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
