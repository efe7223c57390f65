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
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from rnnviz.cells import CELLS, Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.layer import (
    Fill,
    LayerGradients,
    LayerUnroll,
    LayerWeights,
    blocks,
    minus_one,
    sigmoid_backward,
    tanh_backward,
)
from rnnviz.recurrent.product import accumulator


@dataclass(frozen=True, slots=True)
class _Local:
    """Local derivatives, for a block of timesteps."""

    gates: Tensor  # (time, batch, 4, unit): d c_t / d (i, f, g) and d h_t / d o, by arguments
    cell: Tensor  # (time, batch, unit): d h_t / d c_t = o (1 - tanh^2 c_t)


class LSTM(LayerUnroll):
    """A layer of long short-term memory units."""

    facts = CELLS["lstm"]
    c: Tensor

    def __init__(self, x: Tensor, fill: Fill, weights: LayerWeights, arena: Arena) -> None:
        timesteps, batch, units = len(x) - 1, x.shape[1], len(weights.weight_hh)
        self._weights, self._arena = weights, arena
        self._gates = x[1:].unflatten(-1, (4, units))
        self.h = arena.empty(timesteps + 1, batch, units)
        self.c = arena.empty(timesteps + 1, batch, units)
        self.h[0], self.c[0] = x[0, :, :units], x[0, :, units : 2 * units]
        self._tanh_c = arena.empty(timesteps, batch, units)
        self._run(x[1:], fill, weights.weight_hh)

    def _run(self, x: Tensor, fill: Fill, weight: Tensor) -> None:
        negative, two = minus_one(weight), weight.new_full((), 2.0)
        accumulate = accumulator(weight, x.shape[1])
        add, mul, rows = torch.add, torch.mul, self._arena.rows
        z, h, c, tanh_c = rows(x), rows(self.h), rows(self.c), rows(self._tanh_c)
        i, f, g, o = (rows(self._gates[:, :, gate]) for gate in range(4))
        for times in blocks(x, len(x)):
            fill(times)
            for t in range(times.start, times.stop):
                accumulate(z[t], h[t])
                z[t].sigmoid_()
                add(negative, g[t], alpha=2, out=g[t])
                mul(f[t], c[t], out=c[t + 1]).addcmul_(i[t], g[t])
                mul(two, c[t + 1], out=tanh_c[t]).sigmoid_()
                add(negative, tanh_c[t], alpha=2, out=tanh_c[t])
                mul(o[t], tanh_c[t], out=h[t + 1])

    @property
    def gates(self) -> Mapping[str, Tensor]:
        """Input, forget, candidate and output (time, batch, unit)."""
        return dict(zip(self.facts.blocks, self._gates.unbind(2), strict=True))

    def _derivatives(self, times: slice, into: _Local) -> None:
        i, f, g, o = self._gates[times].unbind(2)
        tanh_c, c_before = self._tanh_c[times], self.c[:-1][times]
        by_i, by_f, by_g, by_o = into.gates[: len(i)].unbind(2)
        sigmoid_backward(g, i, by_i)
        sigmoid_backward(c_before, f, by_f)
        tanh_backward(i, g, by_g)
        sigmoid_backward(tanh_c, o, by_o)
        tanh_backward(o, tanh_c, into.cell[: len(i)])

    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        """Each timestep: dc_t += dh_t o_t tanh'(c_t), dc_{t-1} = f_t dc_t; then through W_hh."""
        timesteps, batch, units = len(dh) - 1, *dh.shape[1:]
        dz = arena.empty(timesteps, batch, 4 * units)
        cells = arena.empty(timesteps + 1, batch, units)
        cells[timesteps] = 0 if dc is None else dc
        self._sweep(dh, cells, dz, arena)
        return LayerGradients(dh, cells, dz, dz)

    def _sweep(self, dh: Tensor, dc: Tensor, dz: Tensor, arena: Arena) -> None:
        mul, rows = torch.mul, arena.rows
        accumulate = accumulator(self._weights.back, dz.shape[1])
        by_gate = dz.unflatten(-1, (4, -1))
        h, c, beside = rows(dh), rows(dc), rows(dc.unsqueeze(2))
        flat, gates, output = rows(dz), rows(by_gate), rows(by_gate[:, :, 3])
        forget = self._arena.rows(self._gates[:, :, 1])
        cut = blocks(self._gates, len(dz))
        room = cut[0].stop
        local = _Local(
            arena.empty(room, *self._gates.shape[1:]), arena.empty(room, *self.h.shape[1:])
        )
        local_gates, local_output = rows(local.gates), rows(local.gates[:, :, 3])
        local_cell = rows(local.cell)
        for times in reversed(cut):
            self._derivatives(times, local)
            for t in range(times.stop - 1, times.start - 1, -1):
                now = t - times.start
                c[t + 1].addcmul_(h[t + 1], local_cell[now])
                mul(beside[t + 1], local_gates[now], out=gates[t])  # o's block is written next
                mul(h[t + 1], local_output[now], out=output[t])
                accumulate(h[t], flat[t])
                mul(c[t + 1], forget[t], out=c[t])


UNROLLS: Mapping[Nonlinearity, type[LayerUnroll]] = MappingProxyType({"tanh": LSTM})
