"""A simple recurrent layer's window: see `rnnviz.recurrent.rnn` for the equation."""

from __future__ import annotations

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.fused.code import Code, Matrix
from rnnviz.recurrent.fused.functions import NONLINEARITIES, THROUGH
from rnnviz.recurrent.fused.tile import SIZES, add_product, each_row, read_rows


def forward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn: each h is made of its sum, in the same place."""
    code = Code(lanes)
    places = code.pointers("h", "after", "table", "panels", "ids")
    timesteps, batch, begin, rows, units = code.indices(*SIZES)
    h, after, table = (Matrix(code, place, units) for place in places[:3])
    with code.loop(0, timesteps) as t:
        first = t * batch + begin
        read_rows(table, places[4], after, first, rows)
        add_product(h, places[3], first, rows, after)
        for row, unit in each_row(first, rows, units):
            after.store(row, unit, NONLINEARITIES[nonlinearity](after.load(row, unit)))
    return code


def backward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn, the last first: dz, then what it gives to h one before."""
    code = Code(lanes)
    places = code.pointers("dh", "dz", "h", "panels")
    timesteps, batch, begin, rows, units = code.indices(*SIZES)
    dh, dz, h = (Matrix(code, place, units) for place in places[:3])
    with code.loop(0, timesteps) as back:
        first = (timesteps - back - 1) * batch + begin
        for row, unit in each_row(first, rows, units):
            d, reached = dh.load(row + batch, unit), h.load(row + batch, unit)
            dz.store(row, unit, THROUGH[nonlinearity](d, reached))
        add_product(dz, places[3], first, rows, dh)
    return code
