"""An LSTM layer's window: see `rnnviz.recurrent.lstm` for the equations."""

from __future__ import annotations

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.fused.code import Code, Gates, Index
from rnnviz.recurrent.fused.functions import sigmoid, tanh, through_sigmoid, through_tanh
from rnnviz.recurrent.fused.sweep import Sweep
from rnnviz.recurrent.fused.tile import add_product, each_row, each_unit, read_rows


def forward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn: units' gates, c and h as soon as their products are there."""
    sweep = Sweep(lanes, ("gates", "h", "c", "tanh_c", "table"), ("panels", "ids"))
    gates, h, c, tanh_c, table = sweep.matrices
    panels, ids = sweep.others
    ifgo, by_id = Gates(gates, 4), Gates(table, 4)

    def put(row: Index, unit: Index) -> None:
        z_i, z_f, z_g, z_o = ifgo.load(row, unit)
        i, f, g, o = sigmoid(z_i), sigmoid(z_f), tanh(z_g), sigmoid(z_o)
        cell = f * c.load(row, unit) + i * g
        squashed = tanh(cell)
        ifgo.store(row, unit, (i, f, g, o))
        c.store(row + sweep.batch, unit, cell)
        tanh_c.store(row, unit, squashed)
        h.store(row + sweep.batch, unit, o * squashed)

    with sweep.forth() as first:
        read_rows(by_id.rows, ids, ifgo.rows, first, sweep.rows)
        for row, unit in each_unit(h, panels, ifgo, first, sweep.rows):
            put(row, unit)
    return sweep.code


def backward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn, the last first: dz, then what it gives to h and c one before."""
    sweep = Sweep(lanes, ("dh", "dc", "dz", "gates", "c", "tanh_c"), ("panels",))
    dh, dc, dz, gates, c, tanh_c = sweep.matrices
    (panels,) = sweep.others
    ifgo, d_ifgo = Gates(gates, 4), Gates(dz, 4)

    def put(row: Index, unit: Index) -> None:
        i, f, g, o = ifgo.load(row, unit)
        squashed, d_h = tanh_c.load(row, unit), dh.load(row + sweep.batch, unit)
        d_c = dc.load(row + sweep.batch, unit) + through_tanh(d_h * o, squashed)
        d_i, d_f = through_sigmoid(d_c * g, i), through_sigmoid(d_c * c.load(row, unit), f)
        d_g, d_o = through_tanh(d_c * i, g), through_sigmoid(d_h * squashed, o)
        d_ifgo.store(row, unit, (d_i, d_f, d_g, d_o))
        dc.store(row + sweep.batch, unit, d_c)
        dc.store(row, unit, d_c * f)

    with sweep.back() as first:
        for row, unit in each_row(first, sweep.rows, sweep.units):
            put(row, unit)
        add_product(d_ifgo.rows, panels, first, sweep.rows, dh)
    return sweep.code
