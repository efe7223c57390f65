"""The simple recurrent network of Elman (1990).

h_t = phi(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar

import torch
from torch import Tensor

from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.layer import (
    Fill,
    LayerGradients,
    LayerUnroll,
    LayerWeights,
    blocks,
    from_one,
    minus_one,
)
from rnnviz.recurrent.product import accumulator


class RNN(LayerUnroll):
    """A layer of tanh units; its subclasses change only the nonlinearity phi."""

    blocks = 1
    tanh_blocks: ClassVar[tuple[int, ...]] = (0,)

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
        return MappingProxyType({})

    def _derivative(self, h: Tensor, out: Tensor) -> Tensor:
        """phi'(z_t), from h_t = phi(z_t): here 1 - h_t^2."""
        return from_one(h, h, out)

    def backward(self, dh: Tensor, dc: Tensor | None, arena: Arena) -> LayerGradients:
        timesteps, rows = len(dh) - 1, arena.rows
        dz = arena.empty(timesteps, *dh.shape[1:])
        accumulate = accumulator(self._weights.back, dh.shape[1])
        cut = blocks(self.h, timesteps)
        local = arena.empty(cut[0].stop, *self.h.shape[1:])
        h, z, slope = rows(dh), rows(dz), rows(local)
        for times in reversed(cut):
            states = self.h[1:][times]
            self._derivative(states, local[: len(states)])
            for t in range(times.stop - 1, times.start - 1, -1):
                torch.mul(h[t + 1], slope[t - times.start], out=z[t])
                accumulate(h[t], z[t])
        return LayerGradients(dh, None, dz, dz)


class ReluRNN(RNN):
    """phi(z) = max(z, 0): states may grow without bound."""

    tanh_blocks = ()

    @staticmethod
    def _activation(like: Tensor) -> Callable[[Tensor], object]:
        return Tensor.relu_

    def _derivative(self, h: Tensor, out: Tensor) -> Tensor:
        return torch.gt(h, 0, out=out)


class SigmoidRNN(RNN):
    """phi(z) = 1 / (1 + exp(-z)): states between 0 and 1, derivative at most 1/4."""

    tanh_blocks = ()

    @staticmethod
    def _activation(like: Tensor) -> Callable[[Tensor], object]:
        return Tensor.sigmoid_

    def _derivative(self, h: Tensor, out: Tensor) -> Tensor:
        return torch.addcmul(h, h, h, value=-1, out=out)
