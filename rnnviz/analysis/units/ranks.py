"""Mid-ranks of many units at once, by counting on 65,536 levels instead of sorting.

A unit's range over the characters given is cut into 65,536 equal levels, and values of one level
count as equal: values closer than 1/65,535 of that range may be taken for ties.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.records import Array, Floats

COUNT = 65_536
_ROWS = 64  # so many timesteps are turned at once: what fits the cache

Levels = NDArray[np.uint16]
Ranks = NDArray[np.float32]


def levels(values: Floats) -> Levels:
    """On which level of its unit's range each value lies (unit, time).

    A unit with a value that is no finite number has none, nor has one whose range is so small that
    it cannot be cut (under 2e-34 in float32): all of its values lie on level 0.

    Args:
        values: (time, unit).

    Example:
        >>> levels(np.array([[0.0, 1.0], [0.5, 1.0], [1.0, np.nan]])).tolist()
        [[0, 32768, 65535], [0, 0, 0]]
    """
    found = np.zeros(values.shape[::-1], np.uint16)
    for unit, own in enumerate(_turned(values)):
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            low = own.min(initial=np.inf)
            reach = own.max(initial=-np.inf) - low
            scale = own.dtype.type(COUNT - 1) / reach
        if 0 < scale < np.inf:  # of what is not finite, it is 0, NaN or below
            found[unit] = np.rint((own - low) * scale)
    return found


def ranks(own: Levels) -> Ranks:
    """Mid-ranks less their mean, in shares of the number of characters (unit, time).

    The lowest of n different values has (1 - n) / 2n, the highest (n - 1) / 2n; equals have the
    mean of the ranks they take up together.

    Args:
        own: what `levels` gives (unit, time).

    Example:
        >>> ranks(levels(np.array([[3.0], [1.0], [1.0], [2.0]]))).tolist()
        [[0.375, -0.25, -0.25, 0.125]]
    """
    count = own.shape[1]
    found = np.empty(own.shape, np.float32)
    total = np.empty(COUNT, np.intp)
    for unit, row in enumerate(own):
        often = np.bincount(row, minlength=COUNT)
        np.cumsum(often, out=total)
        total *= 2
        total -= often
        np.subtract(total[row], count, out=found[unit], casting="unsafe")
    found /= np.float32(2 * max(1, count))
    return found


def block_ranks(own: Levels, blocks: int) -> Ranks:
    """The same within each of so many equal blocks of time (unit, block, time within the block).

    What does not fill a block at the end is left out.

    Args:
        own: what `levels` gives (unit, time).
        blocks: how many; each of at most 65,536 characters.

    Example:
        >>> own = levels(np.array([[1.0], [2.0], [9.0], [8.0], [5.0]]))
        >>> block_ranks(own, blocks=2).tolist()
        [[[-0.25, 0.25], [0.25, -0.25]]]
    """
    length = own.shape[1] // blocks
    cut = own[:, : blocks * length].reshape(len(own), blocks, length)
    found = np.empty(cut.shape, np.float32)
    for unit, rows in enumerate(cut):
        found[unit] = _ranked_rows(rows)
    return found


def exact_ranks(values: NDArray[Any]) -> Array:
    """Mid-ranks of one row of numbers less their mean, in shares of their number; no rounding.

    Example:
        >>> exact_ranks(np.array([10.0, 30.0, 10.0])).round(3).tolist()
        [-0.167, 0.333, -0.167]
    """
    _, which, often = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(often) - (often + len(values)) / 2
    return np.asarray((middle / max(1, len(values)))[which])


def _turned(values: Floats) -> Floats:
    """(unit, time), contiguous; a few timesteps at a time, which takes a third of the time."""
    found = np.empty(values.shape[::-1], values.dtype)
    for start in range(0, len(values), _ROWS):
        found[:, start : start + _ROWS] = values[start : start + _ROWS].T
    return found


def _ranked_rows(rows: Levels) -> Ranks:
    """Mid-ranks of each row: level and place in one number, so that sorting it sorts both."""
    length = rows.shape[1]
    places = np.arange(length, dtype=np.uint32)
    order = np.sort((rows.astype(np.uint32) << 16) | places, axis=1).ravel()
    level, begins = order >> 16, np.ones(order.size + 1, np.bool_)
    np.not_equal(level[1:], level[:-1], out=begins[1:-1])
    begins[::length] = True
    starts = np.flatnonzero(begins)
    often = np.diff(starts)
    middle = ((starts[:-1] % length) * 2 + often - length) / np.float32(2 * length)
    found = np.empty(order.size, np.float32)
    order &= 0xFFFF
    order += np.repeat(np.arange(len(rows), dtype=np.uint32) * np.uint32(length), length)
    found[order] = np.repeat(middle.astype(np.float32), often)
    return found.reshape(rows.shape)
