"""A simple recurrent layer's window: see `rnnviz.recurrent.rnn` for the equation."""

from __future__ import annotations

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.fused.code import Code
from rnnviz.recurrent.fused.functions import NONLINEARITIES, THROUGH
from rnnviz.recurrent.fused.sweep import Sweep
from rnnviz.recurrent.fused.tile import add_product, each_row, read_rows


def forward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn: each h is made of its sum, in the same place."""
    sweep = Sweep(lanes, ("h", "after", "table"), ("panels", "ids"))
    h, after, table = sweep.matrices
    panels, ids = sweep.others
    with sweep.forth() as first:
        read_rows(table, ids, after, first, sweep.rows)
        add_product(h, panels, first, sweep.rows, after)
        for row, unit in each_row(first, sweep.rows, sweep.units):
            after.store(row, unit, NONLINEARITIES[nonlinearity](after.load(row, unit)))
    return sweep.code


def backward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn, the last first: dz, then what it gives to h one before."""
    sweep = Sweep(lanes, ("dh", "dz", "h"), ("panels",))
    dh, dz, h = sweep.matrices
    (panels,) = sweep.others
    with sweep.back() as first:
        for row, unit in each_row(first, sweep.rows, sweep.units):
            d, reached = dh.load(row + sweep.batch, unit), h.load(row + sweep.batch, unit)
            dz.store(row, unit, THROUGH[nonlinearity](d, reached))
        add_product(dz, panels, first, sweep.rows, dh)
    return sweep.code
