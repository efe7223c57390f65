"""Which properties are nearly the same over a text: what follows one follows the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.analysis.units.scores import Question
from rnnviz.records import Array

NEARLY = 0.9


def nearly_the_same(asked: Sequence[Question]) -> list[list[int]]:
    """For each question the places of others that say nearly the same, in their order.

    They do where their correlation, without its sign, is 0.9 or more.

    Args:
        asked: over one text.

    Example:
        >>> rows = [np.arange(4.0), np.array([0.0, 9.0, 0.0, 9.0]), np.array([5.0, 3.0, 2.0, 0.0])]
        >>> nearly_the_same([Question("", False, row) for row in rows])
        [[2], [], [0]]
    """
    alike = np.abs(correlations(np.stack([one.values for one in asked]))) >= NEARLY
    np.fill_diagonal(alike, False)
    return [np.flatnonzero(row).tolist() for row in alike]


def correlations(values: Array) -> Array:
    """Of every two rows, over the places at which neither is NaN; 0 where one does not vary there.

    Args:
        values: (row, time).

    Example:
        >>> correlations(np.array([[0.0, 1.0, np.nan, 2.0], [3.0, 2.0, 9.0, 1.0]])).tolist()
        [[1.0, -1.0], [-1.0, 1.0]]
    """
    known = ~np.isnan(values)
    mask = known.astype(np.float64)
    middle = np.nanmean(values, axis=1, keepdims=True)
    own = np.where(known, values - middle, 0.0)
    often = np.maximum(mask @ mask.T, 1.0)
    sums, squares = own @ mask.T, own**2 @ mask.T  # of a row, where the other is known
    spread = np.maximum(squares - sums**2 / often, 0.0)
    size = np.sqrt(spread * spread.T)
    both = own @ own.T - sums * sums.T / often
    return np.asarray(np.divide(both, size, out=np.zeros_like(both), where=size > 1e-9))
