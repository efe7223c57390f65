"""A GRU layer's window: see `rnnviz.recurrent.gru` for the equations."""

from __future__ import annotations

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.fused.code import Code, Gates, Index, fma
from rnnviz.recurrent.fused.functions import sigmoid, tanh, through_sigmoid, through_tanh
from rnnviz.recurrent.fused.sweep import Sweep
from rnnviz.recurrent.fused.tile import add_product, each_row, each_unit, read_rows


def forward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn: units' gates and h as soon as their products are there."""
    sweep = Sweep(lanes, ("gates", "n", "h", "bias_hn", "table"), ("panels", "ids"))
    gates, n, h, bias_hn, table = sweep.matrices
    panels, ids = sweep.others
    rzm, by_id = Gates(gates, 3), Gates(table, 3)

    def prepare(row: Index, unit: Index) -> None:
        """What W_hn h is added to is its bias; what W_in x is waits where n will be."""
        z_r, z_z, by_input = rzm.load(row, unit)
        n.store(row, unit, by_input)
        rzm.store(row, unit, (z_r, z_z, bias_hn.load(0, unit)))

    def put(row: Index, unit: Index) -> None:
        z_r, z_z, m = rzm.load(row, unit)
        r, z = sigmoid(z_r), sigmoid(z_z)
        new = tanh(fma(r, m, n.load(row, unit)))
        rzm.store(row, unit, (r, z, 2.0 * m))
        n.store(row, unit, new)
        h.store(row + sweep.batch, unit, fma(z, h.load(row, unit) - new, new))

    with sweep.forth() as first:
        read_rows(by_id.rows, ids, rzm.rows, first, sweep.rows)
        for row, unit in each_row(first, sweep.rows, sweep.units):
            prepare(row, unit)
        for row, unit in each_unit(h, panels, rzm, first, sweep.rows):
            put(row, unit)
    return sweep.code


def backward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn, the last first: what reaches the gates, then h one before."""
    sweep = Sweep(lanes, ("dh", "from_input", "from_state", "gates", "n", "h"), ("panels",))
    dh, by_input, by_state, gates, n, h = sweep.matrices
    (panels,) = sweep.others
    from_input, from_state, rzm = Gates(by_input, 3), Gates(by_state, 3), Gates(gates, 3)

    def put(row: Index, unit: Index) -> None:
        r, z, twice_m = rzm.load(row, unit)
        new, d = n.load(row, unit), dh.load(row + sweep.batch, unit)
        d_n = through_tanh(d * (1.0 - z), new)
        d_r = through_sigmoid(d_n * twice_m * 0.5, r)
        d_z = through_sigmoid(d * (h.load(row, unit) - new), z)
        from_input.store(row, unit, (d_r, d_z, d_n))
        from_state.store(row, unit, (d_r, d_z, d_n * r))
        dh.store(row, unit, fma(d, z, dh.load(row, unit)))

    with sweep.back() as first:
        for row, unit in each_row(first, sweep.rows, sweep.units):
            put(row, unit)
        add_product(from_state.rows, panels, first, sweep.rows, dh)
    return sweep.code
