"""How far a mean over losses may be off: whole blocks of neighbouring losses drawn again."""

from __future__ import annotations

import numpy as np

from rnnviz.records import Array, Floats

DRAWS = 1000
LEVELS = 0.025, 0.975
BLOCK = 64  # neighbouring characters of a text that are drawn together


def block_draws(rows: int, block: int, seed: int = 0, draws: int = DRAWS) -> Array:
    """How often each row is taken (draw, row) where blocks of neighbours are drawn again.

    Neighbouring losses are alike, so that drawing them one by one would make means look surer than
    they are. The rows stand in a circle, so that each is drawn as often as any other (circular
    block bootstrap, Politis & Romano 1992); every draw takes as many rows as there are.

    Args:
        rows: how many, in the order of time.
        block: how many neighbours are drawn together; 1 where rows are far apart.
        seed: the same draws for the same seed.
        draws: how many.

    Example:
        >>> taken = block_draws(rows=6, block=3, seed=1, draws=2)
        >>> taken.shape, taken.sum(axis=1).tolist()
        ((2, 6), [6.0, 6.0])
    """
    starts = np.random.default_rng(seed).integers(rows, size=(draws, -(-rows // block)))
    places = (starts[:, :, None] + np.arange(block)).reshape(draws, -1)[:, :rows] % rows
    numbered = places + rows * np.arange(draws)[:, None]
    counts = np.bincount(numbered.ravel(), minlength=draws * rows)
    return counts.reshape(draws, rows).astype(np.float64)


def ends(found: Floats) -> tuple[float, float]:
    """Between which two of its own values the middle 95 % of what was drawn lies.

    Example:
        >>> ends(np.arange(1.0, 1001.0))
        (25.0, 975.0)
    """
    low, high = np.quantile(found, LEVELS, method="inverted_cdf")
    return float(low), float(high)
