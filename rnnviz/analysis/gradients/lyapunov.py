"""Lyapunov exponents: how fast small changes of a state grow or die while a text drives it.

Directions are carried along the trajectory, Q <- J_t Q, and made orthonormal again, Q R = J_t Q:
the mean of ln |R_ii| over timesteps is the i-th exponent lambda_i (Benettin et al. 1980; of
recurrent networks Vogt et al. 2022, Engelken, Wolf & Abbott 2023). A change in that direction is
multiplied by exp(lambda_i) a character: of one below 0, 1 / e is left after 1 / -lambda_i of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from rnnviz.analysis.gradients.spectra import LyapunovSpectrum
from rnnviz.notation import counted
from rnnviz.records import Array

WARM_UP = 100

_BLOCKS = 10

# How far directions may be stretched apart, in nats, before they are told apart again: 64-bit
# numbers then know the shortest of them to about exp(22) * 2^-53 = 4e-7 of itself.
_APART = 22.0
_MOST_AT_ONCE = 20


class Steps(Protocol):
    """Jacobians in turn, such as `StepJacobians`."""

    def __len__(self) -> int:
        """How many timesteps."""
        ...

    @property
    def size(self) -> int:
        """Numbers in a state."""
        ...

    def times(self, t: int, vectors: Tensor) -> Tensor:
        """J_t @ vectors (state, any)."""
        ...


def lyapunov(
    steps: Steps, warm_up: int | None = None, directions: int | None = None
) -> LyapunovSpectrum:
    """The exponents over all timesteps after the warm-up; see `lyapunov_by_block`.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> from rnnviz.recurrent.char_rnn import CharRNN
        >>> from rnnviz.analysis.gradients.jacobian import step_jacobians
        >>> network = CharRNN(ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=2), 2)
        >>> network.parameters["rnn.bias_ih_l0"].fill_(1.0)  # both units stay above zero
        tensor([1., 1.])
        >>> network.parameters["rnn.weight_hh_l0"].copy_(torch.tensor([[0.5, 1.0], [0.0, 0.25]]))
        tensor([[0.5000, 1.0000],
                [0.0000, 0.2500]])
        >>> np.exp(lyapunov(step_jacobians(network, "ab", "ab" * 99)).exponents)  # eigenvalues
        array([0.5 , 0.25])
    """
    *_, last = lyapunov_by_block(steps, warm_up, directions)
    return last


@torch.inference_mode()
def lyapunov_by_block(
    steps: Steps, warm_up: int | None = None, directions: int | None = None
) -> Iterator[LyapunovSpectrum]:
    """What is known after each of ten blocks, or as many as there are timesteps.

    Args:
        steps: Jacobians in turn.
        warm_up: timesteps that are left out; None takes 100, at most a fifth of all.
        directions: so many of the largest exponents; None gives all.

    Raises:
        ValueError: no timestep is left after the warm-up.
    """
    warm_up = min(WARM_UP, len(steps) // 5) if warm_up is None else warm_up
    left = len(steps) - warm_up
    if left < 1:
        raise ValueError(
            f"the text has {counted(len(steps), 'character')}, {warm_up} of them warm-up, and none "
            "is left to measure exponents on. Give a longer text."
        )
    blocks = min(_BLOCKS, left)
    each = left // blocks
    carried = _Directions(steps, directions)
    carried.carry(warm_up)
    found: list[Array] = []
    for block in range(blocks):
        found.append(carried.carry(warm_up + (block + 1) * each) / each)
        by_block = np.array(found)
        order = np.argsort(-by_block.mean(0), kind="stable")
        yield LyapunovSpectrum(by_block[:, order], each, warm_up)


class _Directions:
    """Directions that timesteps carry on, told apart again before they all become the first."""

    def __init__(self, steps: Steps, count: int | None) -> None:
        self._steps = steps
        drawn = np.random.default_rng(0).normal(size=(steps.size, count or steps.size))
        self._carried = _orthonormal(torch.from_numpy(drawn))[0]
        self._t = 0
        self._at_once = 1

    def carry(self, end: int) -> Array:
        """On to this timestep; the sums of ln |R_ii| (direction), -inf where one is lost."""
        total = np.zeros(self._carried.shape[1])
        while self._t < end:
            begin, until = self._t, min(self._t + self._at_once, end)
            for t in range(begin, until):
                self._carried = self._steps.times(t, self._carried)
            self._t = until
            self._carried, scales = _apart(self._carried)
            total += scales
            self._at_once = _interval(scales, until - begin)
        self._carried, scales = _orthonormal(self._carried)
        return total + scales


def _interval(scales: Array, timesteps: int) -> int:
    """Timesteps until directions that parted so far in some must be told apart again."""
    known = scales[np.isfinite(scales)]
    apart = float(np.ptp(known)) / timesteps if known.size else 0.0
    return max(1, min(_MOST_AT_ONCE, int(_APART / max(apart, 1e-9))))


def _apart(vectors: Tensor) -> tuple[Tensor, Array]:
    """P L and ln |U_ii| of P L U = vectors.

    U leaves the span of the first i as it is, as R does, for any i: the sums come out the same, and
    LU takes a quarter of the time of QR.
    """
    found, pivots, _ = torch.linalg.lu_factor_ex(vectors)
    scales, rows = _logs(found), np.arange(len(found))
    for row, other in enumerate(pivots.numpy() - 1):
        rows[[row, other]] = rows[[other, row]]
    lower = found.tril_(-1)
    lower.diagonal().fill_(1.0)
    carried = torch.empty_like(lower)
    carried[torch.from_numpy(rows)] = lower
    return carried, scales


def _orthonormal(vectors: Tensor) -> tuple[Tensor, Array]:
    """Q and ln |R_ii| of Q R = vectors."""
    q, r = torch.linalg.qr(vectors)
    return q, _logs(r)


def _logs(triangular: Tensor) -> Array:
    logs: Array = triangular.diagonal().abs().log().numpy()
    return logs
