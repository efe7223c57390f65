"""A GRU layer's window: see `rnnviz.recurrent.gru` for the equations."""

from __future__ import annotations

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.fused.code import Code, Gates, Index, Matrix, fma
from rnnviz.recurrent.fused.functions import sigmoid, tanh, through_sigmoid, through_tanh
from rnnviz.recurrent.fused.tile import SIZES, add_product, each_row, each_unit, read_rows


def forward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn: units' gates and h as soon as their products are there."""
    code = Code(lanes)
    places = code.pointers("gates", "n", "h", "bias_hn", "table", "panels", "ids")
    timesteps, batch, begin, rows, units = code.indices(*SIZES)
    gates, n, h, bias_hn, table = (Matrix(code, place, units) for place in places[:5])
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
        h.store(row + batch, unit, fma(z, h.load(row, unit) - new, new))

    with code.loop(0, timesteps) as t:
        first = t * batch + begin
        read_rows(by_id.rows, places[6], rzm.rows, first, rows)
        for row, unit in each_row(first, rows, units):
            prepare(row, unit)
        for row, unit in each_unit(h, places[5], rzm, first, rows):
            put(row, unit)
    return code


def backward(lanes: int, nonlinearity: Nonlinearity) -> Code:
    """Timesteps in turn, the last first: what reaches the gates, then h one before."""
    code = Code(lanes)
    places = code.pointers("dh", "from_input", "from_state", "gates", "n", "h", "panels")
    timesteps, batch, begin, rows, units = code.indices(*SIZES)
    dh, by_input, by_state, gates, n, h = (Matrix(code, place, units) for place in places[:6])
    from_input, from_state, rzm = Gates(by_input, 3), Gates(by_state, 3), Gates(gates, 3)

    def put(row: Index, unit: Index) -> None:
        r, z, twice_m = rzm.load(row, unit)
        new, d = n.load(row, unit), dh.load(row + batch, unit)
        d_n = through_tanh(d * (1.0 - z), new)
        d_r = through_sigmoid(d_n * twice_m * 0.5, r)
        d_z = through_sigmoid(d * (h.load(row, unit) - new), z)
        from_input.store(row, unit, (d_r, d_z, d_n))
        from_state.store(row, unit, (d_r, d_z, d_n * r))
        dh.store(row, unit, fma(d, z, dh.load(row, unit)))

    with code.loop(0, timesteps) as back:
        first = (timesteps - back - 1) * batch + begin
        for row, unit in each_row(first, rows, units):
            put(row, unit)
        add_product(from_state.rows, places[6], first, rows, dh)
    return code
