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

from rnnviz.analysis.gradients.jacobian_records import LyapunovSpectrum
from rnnviz.notation import counted
from rnnviz.records import Array, Ids

WARM_UP = 100

_BLOCKS = 10

# How far directions may be stretched apart, in nats, before they are told apart again: 64-bit
# numbers then know the shortest of them to about exp(22) * 2^-53 = 4e-7 of itself. Planned from
# what was before; what parted further than the second is done again, more often.
_APART, _TOO_FAR = 22.0, 26.0
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
        self._carried = torch.linalg.qr(torch.from_numpy(drawn))[0]
        self._volumes = np.zeros(self._carried.shape[1])
        self._t = 0
        self._at_once = 1

    def carry(self, end: int) -> Array:
        """On to this timestep; the sums of ln |R_ii| (direction), -inf where one is lost."""
        total = -self._volumes
        while self._t < end:
            total += self._carry_at_once(min(self._at_once, end - self._t))
        self._volumes = _logs(torch.linalg.qr(self._carried, mode="r")[1])
        return total + self._volumes

    def _carry_at_once(self, timesteps: int) -> Array:
        """On by so many, or by fewer where directions part further than they did before."""
        carried = self._carried
        for t in range(self._t, self._t + timesteps):
            carried = self._steps.times(t, carried)
        carried, scales = _apart(carried)
        known = scales[np.isfinite(scales)]
        apart = float(np.ptp(known)) if known.size else 0.0
        self._at_once = max(1, min(_MOST_AT_ONCE, int(_APART / max(apart / timesteps, 1e-9))))
        if apart > _TOO_FAR and timesteps > 1:
            return self._carry_at_once(min(self._at_once, timesteps - 1))
        self._carried, self._t = carried, self._t + timesteps
        return scales


def _apart(vectors: Tensor) -> tuple[Tensor, Array]:
    """P L and ln |U_ii| of P L U = vectors.

    U leaves the span of the first i as it is, as R does, for any i: the sums come out the same, and
    LU takes a fifth of the time of QR.
    """
    found, pivots, _ = torch.linalg.lu_factor_ex(vectors)
    scales = _logs(found)
    lower = found.t().triu_(1)  # L transposed, for a vector's numbers lie side by side
    lower.diagonal().fill_(1.0)
    carried = lower.numpy().take(_places(pivots.tolist(), len(found)), axis=1)
    return torch.from_numpy(carried).t(), scales


def _places(pivots: list[int], count: int) -> Ids:
    """Where each row came to lie when it was exchanged with its pivot, one after the other."""
    rows = list(range(count))
    for row, pivot in enumerate(pivots):
        rows[row], rows[pivot - 1] = rows[pivot - 1], rows[row]
    places: Ids = np.argsort(rows)
    return places


def _logs(triangular: Tensor) -> Array:
    logs: Array = triangular.diagonal().abs().log().numpy()
    return logs
