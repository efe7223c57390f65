"""Jacobians that are given as they are, for proofs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Matrices:
    """Any matrices in turn (time, state, state)."""

    each: Tensor

    def __len__(self) -> int:
        return len(self.each)

    @property
    def size(self) -> int:
        return self.each.shape[1]

    def times(self, t: int, vectors: Tensor) -> Tensor:
        return self.each[t] @ vectors


def normal(timesteps: int, size: int, gain: float) -> Matrices:
    """Independent entries of N(0, gain^2 / size)."""
    generator = torch.Generator().manual_seed(size)
    drawn = torch.randn(timesteps, size, size, generator=generator, dtype=torch.float64)
    return Matrices(drawn * gain / size**0.5)


def stretched(timesteps: int, stretches: Tensor) -> Matrices:
    """J_t = U_t diag(stretches) U_{t-1}^T: of products all singular values are known."""
    size = len(stretches)
    turns = torch.linalg.qr(normal(timesteps + 1, size, 1.0).each)[0]
    return Matrices(turns[1:] @ torch.diag(stretches) @ turns[:-1].transpose(1, 2))
