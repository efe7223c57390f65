"""The simple recurrent network of Elman (1990).

h_t = phi(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from rnnviz.cells import CELLS, Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.compiled import run_compiled
from rnnviz.recurrent.fused import rnn as fused
from rnnviz.recurrent.fused.layer import Window
from rnnviz.recurrent.layer import (
    LayerGradients,
    LayerUnroll,
    LayerWeights,
    Reads,
    block_of,
    fill,
    minus_one,
    rows_read,
    sigmoid_backward,
    tanh_backward,
)
from rnnviz.recurrent.product import accumulate


class RNN(LayerUnroll):
    """A layer of tanh units; its subclasses change only the nonlinearity phi."""

    facts = CELLS["rnn"]
    window = Window(fused.forward, fused.backward)

    def __init__(self, x: Tensor, reads: Reads | None, weights: LayerWeights, arena: Arena) -> None:
        self.h = x  # each h_t replaces the W_ih x_t + b it is made from
        self._weights = weights
        if weights.fused is not None:
            weights.fused.forward((x, x[1:]), *rows_read(x, reads))
            return
        ids, table = reads or (None, x)
        factor, one = weights.weight_hh.of(x.shape[1]), minus_one(x)
        run_compiled(_forward, x, ids, table, block_of(x), *factor, self.nonlinearity, one)

    @property
    def gates(self) -> Mapping[str, Tensor]:
        """None: the rows of the weights make h_t itself."""
        return MappingProxyType({})

    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        """Each timestep: dz_t = dh_t phi'(z_t), dh_{t-1} += W_hh^T dz_t."""
        dz = arena.empty(len(dh) - 1, *dh.shape[1:])
        if (runs := self._fused_for(dh)) is not None:
            runs.backward((dh, dz, self.h), *dz.shape[:2])
            return LayerGradients(dh, None, dz, dz)
        factor, onednn = self._weights.back.of(dh.shape[1])
        run_compiled(_backward, dh, self.h[: len(dh)], dz, factor, onednn, self.nonlinearity)
        return LayerGradients(dh, None, dz, dz)


class ReluRNN(RNN):
    """phi(z) = max(z, 0): states may grow without bound."""

    nonlinearity = "relu"


class SigmoidRNN(RNN):
    """phi(z) = 1 / (1 + exp(-z)): states between 0 and 1, derivative at most 1/4."""

    nonlinearity = "sigmoid"


def _forward(
    h: Tensor,
    ids: Tensor | None,
    table: Tensor,
    block: int,
    factor: Tensor,
    onednn: bool,
    nonlinearity: str,
    minus_one: Tensor,
) -> None:
    """Timesteps in turn: h (time + 1, batch, unit) begins as W_ih x_t + b."""
    h_t = h.unbind()
    for begin in range(0, len(h_t) - 1, block):
        end = min(begin + block, len(h_t) - 1)
        fill(h[1:], begin, end, ids, table)
        for t in range(begin, end):
            accumulate(h_t[t + 1], h_t[t], factor, onednn)
            if nonlinearity == "relu":
                h_t[t + 1].relu_()
            else:
                h_t[t + 1].sigmoid_()
            if nonlinearity == "tanh":
                torch.add(minus_one, h_t[t + 1], alpha=2, out=h_t[t + 1])


def _backward(
    dh: Tensor, h: Tensor, dz: Tensor, factor: Tensor, onednn: bool, nonlinearity: str
) -> None:
    """Timesteps in turn, the last first: dz (time, batch, unit) is written."""
    d, h_t, z = dh.unbind(), h.unbind(), dz.unbind()
    for t in range(len(z) - 1, -1, -1):
        if nonlinearity == "relu":
            torch.ops.aten.threshold_backward(d[t + 1], h_t[t + 1], 0, grad_input=z[t])
        elif nonlinearity == "tanh":
            tanh_backward(d[t + 1], h_t[t + 1], z[t])
        else:
            sigmoid_backward(d[t + 1], h_t[t + 1], z[t])
        accumulate(d[t], z[t], factor, onednn)


UNROLLS: Mapping[Nonlinearity, type[LayerUnroll]] = MappingProxyType(
    {"tanh": RNN, "relu": ReluRNN, "sigmoid": SigmoidRNN}
)
