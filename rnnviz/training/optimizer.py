"""AdamW over the flat vector of all weights, each kind of weight at a rate of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor

from rnnviz.recurrent.parameters import Parameters
from rnnviz.recurrent.shapes import Shapes
from rnnviz.training.schedule import rate_share

_BETAS = (0.9, 0.99)
_EPSILON = 1e-8


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring weights of one kind: slices of flat vectors, and what is kept of them."""

    weights: Tensor
    gradients: Tensor
    kept: dict[str, Tensor]  # moving averages of gradients and of their squares, updates made
    share: float
    weight_decay: float


class AdamW:
    """Adam with decoupled weight decay (Kingma & Ba 2015, Loshchilov & Hutter 2019).

    It does what `torch.optim.AdamW` does. That one takes 0.3 milliseconds to find out what to do,
    as long as a small network takes for a tenth of its iteration; here only the update is left.

    Example:
        >>> weights, gradients = Parameters({"bias": (2,)}), Parameters({"bias": (2,)})
        >>> optimizer = AdamW(weights, gradients, weight_decay=0.0)
        >>> gradients.flat.copy_(torch.tensor([0.1, -5.0]))
        tensor([ 0.1000, -5.0000])
        >>> optimizer.update(rate=0.5)  # the first update is the rate itself, against the sign
        >>> weights.flat
        tensor([-0.5000,  0.5000])
    """

    def __init__(self, weights: Parameters, gradients: Parameters, weight_decay: float) -> None:
        """Matrices decay, biases do not."""
        shapes = weights.shapes
        self._groups: list[_Group] = []
        begin = 0
        for (share, decays), names in groupby(shapes, key=lambda name: _kind(name, shapes)):
            end = begin + sum(math.prod(shapes[name]) for name in names)
            piece, slope = weights.flat[begin:end], gradients.flat[begin:end]
            kept = {
                "step": torch.zeros(1, device=piece.device),  # files keep no tensor without axes
                "exp_avg": torch.zeros_like(piece),
                "exp_avg_sq": torch.zeros_like(piece),
            }
            decay = weight_decay if decays else 0.0
            self._groups.append(_Group(piece, slope, kept, share, decay))
            begin = end

    def update(self, rate: float) -> None:
        """Make one update."""
        for group in self._groups:
            kept = group.kept
            torch._fused_adamw_(
                [group.weights],
                [group.gradients],
                [kept["exp_avg"]],
                [kept["exp_avg_sq"]],
                [],
                [kept["step"].add_(1)],
                lr=rate * group.share,
                beta1=_BETAS[0],
                beta2=_BETAS[1],
                weight_decay=group.weight_decay,
                eps=_EPSILON,
                amsgrad=False,
                maximize=False,
            )

    def state(self) -> dict[str, Tensor]:
        """All it remembers, by name; `restore` goes on from it bit for bit."""
        return dict(self._named())

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` gave; other names are passed over."""
        for name, tensor in self._named():
            tensor.copy_(state[name])

    def _named(self) -> Iterator[tuple[str, Tensor]]:
        for number, group in enumerate(self._groups):
            for key, tensor in group.kept.items():
                yield f"optimizer.{number}.{key}", tensor


def _kind(name: str, shapes: Shapes) -> tuple[float, bool]:
    """A weight's share of the learning rate, and whether it decays: matrices do, biases not."""
    return rate_share(name), len(shapes[name]) > 1
