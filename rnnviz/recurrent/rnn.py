"""The simple recurrent network of Elman (1990).

h_t = phi(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


class RNN(LayerUnroll):
    """A layer of tanh units; its subclasses change only the nonlinearity phi."""

    facts = CELLS["rnn"]

    def __init__(self, x: Tensor, fill: Fill, weights: LayerWeights, arena: Arena) -> None:
        self.h = x  # each h_t replaces the W_ih x_t + b it is made from
        self._weights, self._arena = weights, arena
        accumulate = accumulator(weights.weight_hh, x.shape[1])
        h, activate = arena.rows(x), self._activation(x)
        for times in blocks(x, len(x) - 1):
            fill(times)
            for t in range(times.start, times.stop):
                accumulate(h[t + 1], h[t])
                activate(h[t + 1])

    @staticmethod
    def _activation(like: Tensor) -> Callable[[Tensor], object]:
        """phi, in place."""
        negative = minus_one(like)
        return lambda z: torch.add(negative, z.sigmoid_(), alpha=2, out=z)

    @property
    def gates(self) -> Mapping[str, Tensor]:
        """None: the rows of the weights make h_t itself."""
        return MappingProxyType({})

    @staticmethod
    def _activation_backward(dh: Tensor, h: Tensor, out: Tensor) -> None:
        """dh phi'(z) into `out`, from h = phi(z)."""
        tanh_backward(dh, h, out)

    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        """Each timestep: dz_t = dh_t phi'(z_t), dh_{t-1} += W_hh^T dz_t."""
        dz = arena.empty(len(dh) - 1, *dh.shape[1:])
        accumulate = accumulator(self._weights.back, dh.shape[1])
        d, z, h = arena.rows(dh), arena.rows(dz), self._arena.rows(self.h)
        for t in range(len(dz) - 1, -1, -1):
            self._activation_backward(d[t + 1], h[t + 1], z[t])
            accumulate(d[t], z[t])
        return LayerGradients(dh, None, dz, dz)


class ReluRNN(RNN):
    """phi(z) = max(z, 0): states may grow without bound."""

    nonlinearity = "relu"

    @staticmethod
    def _activation(like: Tensor) -> Callable[[Tensor], object]:
        return Tensor.relu_

    @staticmethod
    def _activation_backward(dh: Tensor, h: Tensor, out: Tensor) -> None:
        torch.ops.aten.threshold_backward.grad_input(dh, h, 0, grad_input=out)


class SigmoidRNN(RNN):
    """phi(z) = 1 / (1 + exp(-z)): states between 0 and 1, derivative at most 1/4."""

    nonlinearity = "sigmoid"

    @staticmethod
    def _activation(like: Tensor) -> Callable[[Tensor], object]:
        return Tensor.sigmoid_

    @staticmethod
    def _activation_backward(dh: Tensor, h: Tensor, out: Tensor) -> None:
        sigmoid_backward(dh, h, out)


UNROLLS: Mapping[Nonlinearity, type[LayerUnroll]] = MappingProxyType(
    {"tanh": RNN, "relu": ReluRNN, "sigmoid": SigmoidRNN}
)
