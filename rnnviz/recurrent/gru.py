"""The gated recurrent unit of Cho et al. (2014), in PyTorch's form.

r_t = sigma(W_ir x_t + b_ir + W_hr h_{t-1} + b_hr)        reset gate
z_t = sigma(W_iz x_t + b_iz + W_hz h_{t-1} + b_hz)        update gate
n_t = tanh(W_in x_t + b_in + r_t * (W_hn h_{t-1} + b_hn)) new state
h_t = (1 - z_t) * n_t + z_t * h_{t-1}
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from rnnviz.cells import CELLS, Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.compiled import run_compiled
from rnnviz.recurrent.fused import gru as fused
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


class GRU(GatedUnroll):
    """A layer of gated recurrent units."""

    facts = CELLS["gru"]
    window = Window(fused.forward, fused.backward)

    def __init__(self, x: Tensor, reads: Reads | None, weights: LayerWeights, arena: Arena) -> None:
        self._begin(x, weights, arena)  # gates: r, z and m = 2 (W_hn h_{t-1} + b_hn)
        self._n = arena.empty(len(x) - 1, *self.h.shape[1:])
        kept = self._gates, self._n, self.h
        bias_hn = weights.bias_hh[2 * weights.units :]
        if weights.fused is not None:
            weights.fused.forward((*kept, bias_hn), *rows_read(x, reads))
            return
        ids, table = reads or (None, x)
        factor, block = weights.weight_hh.of(x.shape[1]), block_of(x[1:])
        run_compiled(_forward, *kept, 2 * bias_hn, ids, table, block, *factor, minus_one(x))

    @property
    def gates(self) -> Mapping[str, Tensor]:
        """Reset, update and candidate, which stands apart from m (time, batch, unit)."""
        return {**super().gates, "n": self._n}

    def put(self, signal: str, units: Units, values: Tensor, read: Tensor) -> None:
        """The reset gate changes n and h, the others change h: see `LayerUnroll.put`."""
        if signal == "h":
            self.h[-1][units] = values
            return
        self.gates[signal][-1][units] = values
        r, z, m = (gate[-1][units] for gate in self._gates.unbind(2))
        if signal == "r":
            doubled = read.chunk(3, -1)[2][units] + r * m
            self._n[-1][units] = (doubled / 2).tanh()
        self.h[-1][units] = torch.lerp(self._n[-1][units], self.h[-2][units], z)

    @classmethod
    def _join(cls, bias_ih: Tensor, bias_hh: Tensor) -> Tensor:
        joined = bias_ih + bias_hh
        new = slice(2 * len(joined) // 3, None)
        joined[new] = bias_ih[new]
        return joined

    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        """Each timestep: dh_t times the local derivatives; dh_{t-1} += z_t dh_t + W_hh^T d."""
        timesteps, batch, units = len(dh) - 1, *dh.shape[1:]
        from_input = arena.empty(timesteps, batch, 3 * units)
        from_state = arena.empty(timesteps, batch, 3 * units)
        kept = self._gates, self._n, self.h
        if (runs := self._fused_for(dh)) is not None:
            runs.backward((dh, from_input, from_state, *kept), timesteps, batch)
            return LayerGradients(dh, None, from_input, from_state)
        block = min(timesteps, block_of(self._gates))
        shape = block, *self._n.shape[1:]
        local = arena.empty(*shape[:2], 3, units), arena.empty(*shape), arena.empty(*shape)
        swept = (each.unflatten(-1, (3, units)) for each in (from_input, from_state))
        factor, one = self._weights.back.of(batch), -minus_one(dh)
        run_compiled(_backward, dh, *swept, *kept, *local, *factor, one)
        return LayerGradients(dh, None, from_input, from_state)


def _forward(
    gates: Tensor,
    n: Tensor,
    h: Tensor,
    bias_hn: Tensor,
    ids: Tensor | None,
    table: Tensor,
    block: int,
    factor: Tensor,
    onednn: bool,
    minus_one: Tensor,
) -> None:
    """Timesteps in turn: gates (time, batch, 3, unit) begin as W_ih x_t + b, and are r, z and m."""
    rzm, rz, n_t, h_t = gates.flatten(2).unbind(), gates[:, :, :2].unbind(), n.unbind(), h.unbind()
    r, z, m = gates[:, :, 0].unbind(), gates[:, :, 1].unbind(), gates[:, :, 2].unbind()
    for begin in range(0, len(rzm), block):
        end = min(begin + block, len(rzm))
        fill(gates, begin, end, ids, table)
        n[begin:end].copy_(gates[begin:end, :, 2])
        gates[begin:end, :, 2].copy_(bias_hn)
        for t in range(begin, end):
            accumulate(rzm[t], h_t[t], factor, onednn)
            rz[t].sigmoid_()
            n_t[t].addcmul_(r[t], m[t]).sigmoid_()
            torch.add(minus_one, n_t[t], alpha=2, out=n_t[t])
            torch.lerp(n_t[t], h_t[t], z[t], out=h_t[t + 1])


def _backward(
    dh: Tensor,
    from_input: Tensor,
    from_state: Tensor,
    gates: Tensor,
    n: Tensor,
    h_kept: Tensor,
    local: Tensor,
    new: Tensor,
    slope: Tensor,
    factor: Tensor,
    onednn: bool,
    one: Tensor,
) -> None:
    """Timesteps in turn, the last first: `from_state` (time, batch, 3, unit) is written.

    Local derivatives are made for a block of timesteps: d h_t / d (r, z, W_hn h_{t-1} + b_hn), by
    arguments (time, batch, 3, unit), and d h_t / d (argument of n's tanh).
    """
    h, beside = dh.unbind(), dh.unsqueeze(2).unbind()
    z_t, by_gate = gates[:, :, 1].unbind(), local.unbind()
    each, flat = from_state.unbind(), from_state.flatten(2).unbind()
    block = len(by_gate)
    for begin in range((len(flat) - 1) // block * block, -1, -block):
        end = min(begin + block, len(flat))
        _derivatives(gates[begin:end], n[begin:end], h_kept[begin:end], local, new, slope, one)
        for t in range(end - 1, begin - 1, -1):
            torch.mul(beside[t + 1], by_gate[t - begin], out=each[t])
            h[t].addcmul_(h[t + 1], z_t[t])
            accumulate(h[t], flat[t], factor, onednn)
        from_input[begin:end].copy_(from_state[begin:end])
        torch.mul(dh[begin + 1 : end + 1], new[: end - begin], out=from_input[begin:end, :, 2])


def _derivatives(
    gates: Tensor, n: Tensor, before: Tensor, local: Tensor, new: Tensor, slope: Tensor, one: Tensor
) -> None:
    """Into the beginning of `local` and `new`; `slope` is scratch."""
    r, z, m = gates.unbind(2)
    by_r, by_z, by_m = local[: len(n)].unbind(2)
    by_n, rest = new[: len(n)], slope[: len(n)]
    torch.sub(one, z, out=rest)
    tanh_backward(rest, n, by_n)  # (1 - z)(1 - n^2)
    torch.mul(by_n, r, out=by_m)
    torch.mul(by_n, m, out=rest).mul_(0.5)  # m is doubled
    sigmoid_backward(rest, r, by_r)
    torch.sub(before, n, out=rest)
    sigmoid_backward(rest, z, by_z)


UNROLLS: Mapping[Nonlinearity, type[LayerUnroll]] = MappingProxyType({"tanh": GRU})
