"""When the learning rate falls, and when snapshots are taken."""

from __future__ import annotations

import math

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig

WARM_UP_ITERATIONS = 20
FINAL_SHARE = 0.01

# 17 early iterations and 40 even marks, the end among them: at most 57 snapshots a run.
EARLY_ITERATIONS = frozenset({0} | {m * 10**e for m in (1, 2, 5) for e in range(5)} | {100_000})
EVEN_MARKS = 40

_SHARES = {"rnn.weight_ih_l0": 5.0, "decoder.weight": 4.0}


def default_learning_rate(config: ModelConfig) -> float:
    """The best peak rate measured for this cell; see the table in the README."""
    return CELLS[config.cell].learning_rates[config.nonlinearity]


def rate_share(name: str) -> float:
    """How much of the learning rate the weights called `name` take.

    A recurrent unit sums over all units, an input weight stands alone: with Adam's steps of equal
    size, a rate that suits the recurrent matrix moves the input and output weights too slowly
    (Yang et al. 2021, the reason for rates by kind of weight). On Shakespeare, 600 iterations of
    an LSTM of 192 units reached 1.98 nats with one rate for all and 1.63 with these shares.

    Example:
        >>> rate_share("rnn.weight_hh_l0")
        1.0
    """
    return _SHARES.get(name, 1.0)


def learning_rate(peak: float, iteration: int, fraction: float) -> float:
    """Linear warm-up over 20 iterations, then half a cosine to 1 % (Loshchilov & Hutter 2017).

    Args:
        peak: the highest rate.
        iteration: updates made before this one.
        fraction: share of the budget (iterations or seconds) already spent.

    Example:
        >>> learning_rate(1.0, iteration=0, fraction=0.0)
        0.05
        >>> round(learning_rate(1.0, iteration=500, fraction=0.5), 3)
        0.505
    """
    warm_up = min(1.0, (iteration + 1) / WARM_UP_ITERATIONS)
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, fraction)))
    return peak * warm_up * (FINAL_SHARE + (1 - FINAL_SHARE) * cosine)


def snapshot_due(iteration: int, before: float, fraction: float) -> bool:
    """Whether a snapshot belongs to this iteration.

    They are taken at 0, 1, 2, 5, 10, ... 100,000, and each time another fortieth of the budget
    is spent.

    Args:
        iteration: updates made.
        before: share of the budget spent before the last of them.
        fraction: share spent now.

    Example:
        >>> [i for i in range(1, 101) if snapshot_due(i, (i - 1) / 100, i / 100)][:7]
        [1, 2, 3, 5, 8, 10, 13]
    """
    passed = math.floor(min(1.0, fraction) * EVEN_MARKS + 1e-9)
    return iteration in EARLY_ITERATIONS or passed > math.floor(before * EVEN_MARKS + 1e-9)
