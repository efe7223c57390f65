"""The gated recurrent unit of Cho et al. (2014), in PyTorch's form.

r_t = sigma(W_ir x_t + b_ir + W_hr h_{t-1} + b_hr)        reset gate
z_t = sigma(W_iz x_t + b_iz + W_hz h_{t-1} + b_hz)        update gate
n_t = tanh(W_in x_t + b_in + r_t * (W_hn h_{t-1} + b_hn)) new state
h_t = (1 - z_t) * n_t + z_t * h_{t-1}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from rnnviz.cells import CELLS, Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.compiled import run_compiled
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
from rnnviz.recurrent.product import accumulate


@dataclass(frozen=True, slots=True)
class _Local:
    """Local derivatives, for a block of timesteps."""

    gates: Tensor  # (time, batch, 3, unit): d h_t / d (r, z, W_hn h_{t-1} + b_hn), by arguments
    new: Tensor  # (time, batch, unit): d h_t / d (argument of n's tanh)
    slope: Tensor  # (time, batch, unit): scratch


class GRU(LayerUnroll):
    """A layer of gated recurrent units."""

    facts = CELLS["gru"]

    def __init__(self, x: Tensor, fill: Fill, weights: LayerWeights, arena: Arena) -> None:
        timesteps, batch, units = len(x) - 1, x.shape[1], weights.units
        self._weights, self._arena = weights, arena
        self._gates = x[1:].unflatten(-1, (3, units))  # r, z and m = 2 (W_hn h_{t-1} + b_hn)
        self._n = arena.empty(timesteps, batch, units)
        self._one = -minus_one(x)
        self.h = arena.empty(timesteps + 1, batch, units)
        self.h[0] = x[0, :, :units]
        factor, packed = weights.weight_hh.of(batch)
        for times in blocks(x[1:], timesteps):
            fill(times)
            self._n[times] = self._gates[times, :, 2]
            self._gates[times, :, 2] = 2 * weights.bias_hh[2 * units :]
            own = self._gates[times], self._n[times], self.h[times.start : times.stop + 1]
            run_compiled(_forward, *own, factor, packed, minus_one(x))

    @property
    def gates(self) -> Mapping[str, Tensor]:
        """Reset, update and candidate (time, batch, unit)."""
        r, z, _ = self._gates.unbind(2)
        return dict(zip(self.facts.blocks, (r, z, self._n), strict=True))

    @classmethod
    def _join(cls, bias_ih: Tensor, bias_hh: Tensor) -> Tensor:
        joined = bias_ih + bias_hh
        new = slice(2 * len(joined) // 3, None)
        joined[new] = bias_ih[new]
        return joined

    def _derivatives(self, times: slice, into: _Local) -> None:
        r, z, m = self._gates[times].unbind(2)
        n, before = self._n[times], self.h[:-1][times]
        by_r, by_z, by_m = into.gates[: len(n)].unbind(2)
        new, slope = into.new[: len(n)], into.slope[: len(n)]
        torch.sub(self._one, z, out=slope)
        tanh_backward(slope, n, new)  # (1 - z)(1 - n^2)
        torch.mul(new, r, out=by_m)
        torch.mul(new, m, out=slope).mul_(0.5)  # m is doubled
        sigmoid_backward(slope, r, by_r)
        torch.sub(before, n, out=slope)
        sigmoid_backward(slope, z, by_z)

    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        """Each timestep: dh_t times the local derivatives; dh_{t-1} += z_t dh_t + W_hh^T d."""
        timesteps, batch, units = len(dh) - 1, *dh.shape[1:]
        from_input = arena.empty(timesteps, batch, 3 * units)
        from_state = arena.empty(timesteps, batch, 3 * units)
        self._sweep(dh, from_input, from_state, arena)
        return LayerGradients(dh, None, from_input, from_state)

    def _sweep(self, dh: Tensor, from_input: Tensor, from_state: Tensor, arena: Arena) -> None:
        units = dh.shape[2]
        factor, packed = self._weights.back.of(dh.shape[1])
        by_gate = from_state.unflatten(-1, (3, units))
        cut = blocks(self._gates, len(from_state))
        shape = cut[0].stop, *self._n.shape[1:]
        local = _Local(arena.empty(*shape[:2], 3, units), arena.empty(*shape), arena.empty(*shape))
        for times in reversed(cut):
            self._derivatives(times, local)
            reached, update = dh[times.start : times.stop + 1], self._gates[times, :, 1]
            run_compiled(_backward, reached, by_gate[times], update, local.gates, factor, packed)
            new = local.new[: times.stop - times.start]
            from_input[times] = from_state[times]
            torch.mul(dh[1:][times], new, out=from_input[times, :, 2 * units :])


def _forward(
    gates: Tensor, n: Tensor, h: Tensor, factor: Tensor, packed: bool, minus_one: Tensor
) -> None:
    """Timesteps in turn: gates (time, batch, 3, unit) are r, z and m; n begins as W_in x_t + b."""
    rzm, rz, n_t, h_t = gates.flatten(2).unbind(), gates[:, :, :2].unbind(), n.unbind(), h.unbind()
    r, z, m = gates[:, :, 0].unbind(), gates[:, :, 1].unbind(), gates[:, :, 2].unbind()
    for t in range(len(rzm)):
        accumulate(rzm[t], h_t[t], factor, packed)
        rz[t].sigmoid_()
        n_t[t].addcmul_(r[t], m[t]).sigmoid_()
        torch.add(minus_one, n_t[t], alpha=2, out=n_t[t])
        torch.lerp(n_t[t], h_t[t], z[t], out=h_t[t + 1])


def _backward(
    dh: Tensor, from_state: Tensor, update: Tensor, local: Tensor, factor: Tensor, packed: bool
) -> None:
    """Timesteps in turn, the last first: `from_state` (time, batch, 3, unit) is written."""
    h, beside, z, by_gate = dh.unbind(), dh.unsqueeze(2).unbind(), update.unbind(), local.unbind()
    blocks_of, flat = from_state.unbind(), from_state.flatten(2).unbind()
    for t in range(len(flat) - 1, -1, -1):
        torch.mul(beside[t + 1], by_gate[t], out=blocks_of[t])
        h[t].addcmul_(h[t + 1], z[t])
        accumulate(h[t], flat[t], factor, packed)


UNROLLS: Mapping[Nonlinearity, type[LayerUnroll]] = MappingProxyType({"tanh": GRU})
