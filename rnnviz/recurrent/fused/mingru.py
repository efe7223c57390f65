"""A minGRU layer's window: see `rnnviz.recurrent.mingru` for the equations."""

from __future__ import annotations

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.fused.code import Code, Gates, fma
from rnnviz.recurrent.fused.functions import positive, sigmoid, through_positive, through_sigmoid
from rnnviz.recurrent.fused.sweep import Sweep
from rnnviz.recurrent.fused.tile import each_row, read_rows


def forward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn: no product stands between them."""
    sweep = Sweep(lanes, ("gates", "h", "table"), ("panels", "ids"))
    gates, h, table = sweep.matrices
    _, ids = sweep.others
    zn, by_id = Gates(gates, 2), Gates(table, 2)
    with sweep.forth() as first:
        read_rows(by_id.rows, ids, zn.rows, first, sweep.rows)
        for row, unit in each_row(first, sweep.rows, sweep.units):
            a_z, a_n = zn.load(row, unit)
            z, n, before = sigmoid(a_z), positive(a_n), h.load(row, unit)
            zn.store(row, unit, (z, n))
            h.store(row + sweep.batch, unit, fma(z, n - before, before))
    return sweep.code


def backward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn, the last first: what reaches the gates, and h one before."""
    sweep = Sweep(lanes, ("dh", "dz", "gates", "h"), ("panels",))
    dh, dz, gates, h = sweep.matrices
    zn, d_zn = Gates(gates, 2), Gates(dz, 2)
    with sweep.back() as first:
        for row, unit in each_row(first, sweep.rows, sweep.units):
            z, n = zn.load(row, unit)
            d = dh.load(row + sweep.batch, unit)
            d_z = through_sigmoid(d * (n - h.load(row, unit)), z)
            d_zn.store(row, unit, (d_z, through_positive(d * z, n)))
            dh.store(row, unit, fma(d, 1.0 - z, dh.load(row, unit)))
    return sweep.code
