"""The minimal gated recurrent unit of Feng et al. (2024), "Were RNNs All We Needed?".

z_t = sigma(W_iz x_t + b_iz)                    update gate
n_t = g(W_in x_t + b_in)                        candidate; g(a) = a + 1/2 from 0 on, sigma(a) below
h_t = (1 - z_t) * h_{t-1} + z_t * n_t

Neither gate nor candidate reads h_{t-1}, so all of them are there before the recurrence begins, and
d h_t / d h_{t-d} is the product of (1 - z) over the d timesteps between, unit by unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from rnnviz.cells import CELLS, Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.compiled import run_compiled
from rnnviz.recurrent.fused import mingru as fused
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
    rows_read,
    sigmoid_backward,
)


class MinGRU(GatedUnroll):
    """A layer of minimal gated recurrent units."""

    facts = CELLS["mingru"]
    window = Window(fused.forward, fused.backward)

    def __init__(self, x: Tensor, reads: Reads | None, weights: LayerWeights, arena: Arena) -> None:
        self._begin(x, weights, arena)
        if weights.fused is not None:
            weights.fused.forward((self._gates, self.h), *rows_read(x, reads))
            return
        ids, table = reads or (None, x)
        run_compiled(_forward, self._gates, self.h, ids, table, block_of(x[1:]))

    def put(self, signal: str, units: Units, values: Tensor, read: Tensor) -> None:
        """Both gates change h: see `LayerUnroll.put`."""
        if signal == "h":
            self.h[-1][units] = values
            return
        self.gates[signal][-1][units] = values
        z, n = (gate[-1][units] for gate in self.gates.values())
        self.h[-1][units] = torch.lerp(self.h[-2][units], n, z)

    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        """Each timestep: dh_{t-1} += (1 - z_t) dh_t; then all through the gates at once."""
        timesteps, batch, units = len(dh) - 1, *dh.shape[1:]
        dz = arena.empty(timesteps, batch, 2 * units)
        if (runs := self._fused_for(dh)) is not None:
            runs.backward((dh, dz, self._gates, self.h), timesteps, batch)
            return LayerGradients(dh, None, dz, None)
        kept = self._gates[:timesteps], self.h[:timesteps]
        local = arena.empty(timesteps, *self._gates.shape[1:])
        run_compiled(_backward, dh, dz.unflatten(-1, (2, units)), *kept, local)
        return LayerGradients(dh, None, dz, None)


def _forward(gates: Tensor, h: Tensor, ids: Tensor | None, table: Tensor, block: int) -> None:
    """Timesteps in turn: gates (time, batch, 2, unit) begin as W_ih x_t + b, and are z and n."""
    z, n, h_t = gates[:, :, 0].unbind(), gates[:, :, 1].unbind(), h.unbind()
    for begin in range(0, len(z), block):
        end = min(begin + block, len(z))
        fill(gates, begin, end, ids, table)
        argument = gates[begin:end, :, 1].relu()
        gates[begin:end].sigmoid_()
        # Below 0 the argument counts as 0, whose sigma is the 1/2 that g adds from 0 on.
        candidate = torch.minimum(gates[begin:end, :, 1], torch.full_like(argument, 0.5))
        torch.add(candidate, argument, out=gates[begin:end, :, 1])
        for t in range(begin, end):
            torch.lerp(h_t[t], n[t], z[t], out=h_t[t + 1])


def _backward(dh: Tensor, dz: Tensor, gates: Tensor, before: Tensor, local: Tensor) -> None:
    """Timesteps in turn, the last first: dz (time, batch, 2, unit) is written.

    Local derivatives come first: d h_t / d h_{t-1} = 1 - z, and d h_t / d (argument of z, of n).
    """
    z, n = gates.unbind(2)
    keep, d = (1 - z).unbind(), dh.unbind()
    by_z, by_n = local.unbind(2)
    sigmoid_backward(n - before, z, by_z)
    low = n.clamp(max=0.5)
    sigmoid_backward(z, low, by_n)
    torch.where(n < 0.5, by_n, z, out=by_n)
    for t in range(len(keep) - 1, -1, -1):
        d[t].addcmul_(d[t + 1], keep[t])
    torch.mul(dh[1:].unsqueeze(2), local, out=dz)


UNROLLS: Mapping[Nonlinearity, type[LayerUnroll]] = MappingProxyType({"tanh": MinGRU})
