"""The long short-term memory of Hochreiter & Schmidhuber (1997) with forget gate (Gers 2000).

i_t = sigma(W_ii x_t + b_ii + W_hi h_{t-1} + b_hi)   input gate
f_t = sigma(W_if x_t + b_if + W_hf h_{t-1} + b_hf)   forget gate
g_t = tanh(W_ig x_t + b_ig + W_hg h_{t-1} + b_hg)    candidate
o_t = sigma(W_io x_t + b_io + W_ho h_{t-1} + b_ho)   output gate
c_t = f_t * c_{t-1} + i_t * g_t
h_t = o_t * tanh(c_t)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from rnnviz.cells import CELLS, Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.compiled import run_compiled
from rnnviz.recurrent.fused import lstm as fused
from rnnviz.recurrent.fused.layer import Window
from rnnviz.recurrent.layer import (
    GatedUnroll,
    LayerGradients,
    LayerUnroll,
    LayerWeights,
    Reads,
    Units,
    block_of,
    fill,
    minus_one,
    rows_read,
    sigmoid_backward,
    tanh_backward,
)
from rnnviz.recurrent.product import accumulate


class LSTM(GatedUnroll):
    """A layer of long short-term memory units."""

    facts = CELLS["lstm"]
    window = Window(fused.forward, fused.backward)
    c: Tensor

    def __init__(self, x: Tensor, reads: Reads | None, weights: LayerWeights, arena: Arena) -> None:
        self._begin(x, weights, arena)
        self.c = arena.empty(*self.h.shape)
        self.c[0] = x[0, :, weights.units : 2 * weights.units]
        self._tanh_c = arena.empty(len(x) - 1, *self.h.shape[1:])
        kept = self._gates, self.h, self.c, self._tanh_c
        if weights.fused is not None:
            weights.fused.forward(kept, *rows_read(x, reads))
            return
        ids, table = reads or (None, x)
        two, factor = minus_one(x).mul_(-2), weights.weight_hh.of(x.shape[1])
        block = block_of(x[1:])
        run_compiled(_forward, *kept, ids, table, block, *factor, minus_one(x), two)

    def put(self, signal: str, units: Units, values: Tensor, read: Tensor) -> None:
        """A gate changes c and h, c changes h: see `LayerUnroll.put`."""
        if signal == "h":
            self.h[-1][units] = values
            return
        if signal != "c":
            self.gates[signal][-1][units] = values
            i, f, g, _ = (gate[-1][units] for gate in self.gates.values())
            values = f * self.c[-2][units] + i * g
        self.c[-1][units] = values
        self.h[-1][units] = self.gates["o"][-1][units] * self.c[-1][units].tanh()

    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        """Each timestep: dc_t += dh_t o_t tanh'(c_t), dc_{t-1} = f_t dc_t; then through W_hh."""
        timesteps, batch, units = len(dh) - 1, *dh.shape[1:]
        dz = arena.empty(timesteps, batch, 4 * units)
        cells = arena.empty(timesteps + 1, batch, units)
        cells[timesteps] = 0 if dc is None else dc
        kept = self._gates, self.c, self._tanh_c
        if (runs := self._fused_for(dh)) is not None:
            runs.backward((dh, cells, dz, *kept), timesteps, batch)
            return LayerGradients(dh, cells, dz, dz)
        block = min(timesteps, block_of(self._gates))
        local_gates = arena.empty(block, *self._gates.shape[1:])
        local_cell = arena.empty(block, *self.h.shape[1:])
        local = local_gates, local_cell
        factor = self._weights.back.of(batch)
        run_compiled(_backward, dh, cells, dz.unflatten(-1, (4, units)), *kept, *local, *factor)
        return LayerGradients(dh, cells, dz, dz)


def _forward(
    gates: Tensor,
    h: Tensor,
    c: Tensor,
    tanh_c: Tensor,
    ids: Tensor | None,
    table: Tensor,
    block: int,
    factor: Tensor,
    onednn: bool,
    minus_one: Tensor,
    two: Tensor,
) -> None:
    """Timesteps in turn: `gates` (time, batch, 4, unit) begins as W_ih x_t + b."""
    z, h_t, c_t, tanh_c_t = gates.flatten(2).unbind(), h.unbind(), c.unbind(), tanh_c.unbind()
    i, f = gates[:, :, 0].unbind(), gates[:, :, 1].unbind()
    g, o = gates[:, :, 2].unbind(), gates[:, :, 3].unbind()
    for begin in range(0, len(z), block):
        end = min(begin + block, len(z))
        fill(gates, begin, end, ids, table)
        for t in range(begin, end):
            accumulate(z[t], h_t[t], factor, onednn)
            z[t].sigmoid_()
            torch.add(minus_one, g[t], alpha=2, out=g[t])
            torch.mul(f[t], c_t[t], out=c_t[t + 1]).addcmul_(i[t], g[t])
            torch.mul(two, c_t[t + 1], out=tanh_c_t[t]).sigmoid_()
            torch.add(minus_one, tanh_c_t[t], alpha=2, out=tanh_c_t[t])
            torch.mul(o[t], tanh_c_t[t], out=h_t[t + 1])


def _backward(
    dh: Tensor,
    dc: Tensor,
    dz: Tensor,
    gates: Tensor,
    c_kept: Tensor,
    tanh_c: Tensor,
    local_gates: Tensor,
    local_cell: Tensor,
    factor: Tensor,
    onednn: bool,
) -> None:
    """Timesteps in turn, the last first: dz (time, batch, 4, unit) is written.

    Local derivatives are made for a block of timesteps: d c_t / d (i, f, g) and d h_t / d o, by
    arguments (time, batch, 4, unit), and d h_t / d c_t = o (1 - tanh^2 c_t).
    """
    h, c, flat, ifg = dh.unbind(), dc.unbind(), dz.flatten(2).unbind(), dz[:, :, :3].unbind()
    beside, output, forget = dc.unsqueeze(2).unbind(), dz[:, :, 3].unbind(), gates[:, :, 1].unbind()
    by_c, by_h = local_gates[:, :, :3].unbind(), local_gates[:, :, 3].unbind()
    to_c = local_cell.unbind()
    block = len(to_c)
    for begin in range((len(flat) - 1) // block * block, -1, -block):
        end = min(begin + block, len(flat))
        i, f, g, o = gates[begin:end].unbind(2)
        by_i, by_f, by_g, by_o = local_gates[: end - begin].unbind(2)
        sigmoid_backward(g, i, by_i)
        sigmoid_backward(c_kept[begin:end], f, by_f)
        tanh_backward(i, g, by_g)
        sigmoid_backward(tanh_c[begin:end], o, by_o)
        tanh_backward(o, tanh_c[begin:end], local_cell[: end - begin])
        for t in range(end - 1, begin - 1, -1):
            now = t - begin
            c[t + 1].addcmul_(h[t + 1], to_c[now])
            torch.mul(beside[t + 1], by_c[now], out=ifg[t])
            torch.mul(h[t + 1], by_h[now], out=output[t])
            accumulate(h[t], flat[t], factor, onednn)
            torch.mul(c[t + 1], forget[t], out=c[t])


UNROLLS: Mapping[Nonlinearity, type[LayerUnroll]] = MappingProxyType({"tanh": LSTM})
