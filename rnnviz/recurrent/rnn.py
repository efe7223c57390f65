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
from rnnviz.recurrent.product import accumulate, add_product


class RNN(LayerUnroll):
    """A layer of tanh units; its subclasses change only the nonlinearity phi."""

    facts = CELLS["rnn"]

    def __init__(self, x: Tensor, fill: Fill, weights: LayerWeights, arena: Arena) -> None:
        self.h = x  # each h_t replaces the W_ih x_t + b it is made from
        self._weights = weights
        factor, packed = weights.weight_hh.of(x.shape[1])
        for times in blocks(x, len(x) - 1):
            fill(times)
            h = x[times.start : times.stop + 1]
            run_compiled(_forward, h, factor, packed, self.nonlinearity, minus_one(x))

    @property
    def gates(self) -> Mapping[str, Tensor]:
        """None: the rows of the weights make h_t itself."""
        return MappingProxyType({})

    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        """Each timestep: dz_t = dh_t phi'(z_t), dh_{t-1} += W_hh^T dz_t."""
        dz = arena.empty(len(dh) - 1, *dh.shape[1:])
        factor, packed = self._weights.back.of(dh.shape[1])
        run_compiled(_backward, dh, self.h[: len(dh)], dz, factor, packed, self.nonlinearity)
        return LayerGradients(dh, None, dz, dz)


class ReluRNN(RNN):
    """phi(z) = max(z, 0): states may grow without bound."""

    nonlinearity = "relu"


class SigmoidRNN(RNN):
    """phi(z) = 1 / (1 + exp(-z)): states between 0 and 1, derivative at most 1/4."""

    nonlinearity = "sigmoid"


def _forward(h: Tensor, factor: Tensor, packed: bool, nonlinearity: str, minus_one: Tensor) -> None:
    """Timesteps in turn: h (time + 1, batch, unit) begins as W_ih x_t + b."""
    h_t = h.unbind()
    for t in range(len(h_t) - 1):
        z = add_product(h_t[t + 1], h_t[t], factor, packed)
        if nonlinearity == "relu":
            torch.clamp_min(z, 0, out=h_t[t + 1])
        else:
            torch.sigmoid(z, out=h_t[t + 1])
        if nonlinearity == "tanh":
            torch.add(minus_one, h_t[t + 1], alpha=2, out=h_t[t + 1])


def _backward(
    dh: Tensor, h: Tensor, dz: Tensor, factor: Tensor, packed: bool, nonlinearity: str
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
        accumulate(d[t], z[t], factor, packed)


UNROLLS: Mapping[Nonlinearity, type[LayerUnroll]] = MappingProxyType(
    {"tanh": RNN, "relu": ReluRNN, "sigmoid": SigmoidRNN}
)
