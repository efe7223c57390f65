"""Sums of rows, each added to the row of a table that it names."""

from __future__ import annotations

from rnnviz.recurrent.fused.code import Code, Matrix


def by_id(lanes: int) -> Code:
    """Table[ids[k]] += rows[k], for one k after the other."""
    code = Code(lanes)
    places = code.pointers("table", "ids", "rows")
    count, width = code.indices("count", "width")
    table, rows = (Matrix(code, places[k], width) for k in (0, 2))
    with code.loop(0, count) as row:
        named = code.integer(places[1], row)
        with code.loop(0, width, lanes) as column:
            total = table.load(named, column) + rows.load(row, column)
            table.store(named, column, total)
    return code
