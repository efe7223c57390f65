"""Fewer columns for long texts, each a recorded value: nothing is averaged."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rnnviz.records import Floats

MAX_COLUMNS = 1000


def furthest(values: Floats, centre: float, columns: int = MAX_COLUMNS) -> tuple[Floats, int]:
    """Of every few neighbours in time, the value furthest from the centre.

    Args:
        values: (time, unit).
        centre: what distances are measured from.
        columns: how many are left at most.

    Returns:
        (column, unit), and how many timesteps a column stands for; the last may have fewer. NaN is
        further than any number.

    Example:
        >>> kept, size = furthest(np.array([[1.0], [-3.0], [2.0]]), centre=0.0, columns=2)
        >>> kept.tolist(), size
        ([[-3.0], [2.0]], 2)
    """
    size = max(1, math.ceil(len(values) / columns))
    if size == 1:
        return values, 1
    short = -len(values) % size
    full = np.concatenate([values, np.full((short, values.shape[1]), centre, values.dtype)])
    pools = full.reshape(-1, size, values.shape[1])
    at = np.abs(pools - centre).argmax(axis=1)
    return np.take_along_axis(pools, at[:, None], axis=1)[:, 0], size


def extremes(values: Floats, size: int) -> tuple[NDArray[np.intp], Floats]:
    """The smallest and the largest value of every `size` neighbours, where they were.

    Args:
        values: (time).
        size: neighbours in a pool; 1 keeps all.

    Returns:
        Timesteps and values, in the order of time.

    Example:
        >>> at, kept = extremes(np.array([1.0, 5.0, 2.0, 0.0, 3.0]), 3)
        >>> at.tolist(), kept.tolist()
        ([0, 1, 3, 4], [1.0, 5.0, 0.0, 3.0])
    """
    starts = range(0, len(values), size)
    found = [
        start + end
        for start in starts
        for end in (values[start : start + size].argmin(), values[start : start + size].argmax())
    ]
    at = np.unique(np.array(found, dtype=np.intp))
    return at, values[at]
