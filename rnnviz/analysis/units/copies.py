"""Units of a layer that copy each other: whose values rise and fall together, or one against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.records import Array, Floats

# 0.95 squared is 0.90: of such a unit's variance, another one knows nine tenths.
LINE = 0.95


@dataclass(frozen=True, slots=True)
class Group:
    """Units each of which copies one other of them at least.

    Attributes:
        units: their numbers, the lowest first.
        correlations: of each with the first, whose own is 1; below 0 where it falls as that rises.
    """

    units: tuple[int, ...]
    correlations: tuple[float, ...]


def groups(correlations: Array) -> tuple[Group, ...]:
    """Units in groups: who copies one of a group belongs to it.

    A unit copies another where their correlation is at least 0.95 without its sign. The group of
    the lowest unit comes first; who copies nobody is in none.

    Args:
        correlations: as `correlation` gives them (unit, unit).

    Example:
        >>> groups(np.array([[1.0, 0.1, -0.97], [0.1, 1.0, 0.2], [-0.97, 0.2, 1.0]]))
        (Group(units=(0, 2), correlations=(1.0, -0.97)),)
    """
    linked = np.abs(correlations) >= LINE
    left = set(range(len(linked)))
    found = []
    for unit in range(len(linked)):
        if unit in left and len(members := _reached(unit, linked)) > 1:
            own = tuple(float(correlations[unit, other]) for other in members)
            found.append(Group(tuple(members), own))
            left -= set(members)
    return tuple(found)


def correlation(blocks: Iterable[Floats]) -> Array:
    """Pearson's correlation of every two units (unit, unit), 1 of each with itself.

    That of a unit that never changes, and of one with a value that is no finite number, is 0 with
    every other one.

    Args:
        blocks: of values, one after the other in time (time, unit).

    Raises:
        ValueError: there is no block.

    Example:
        >>> correlation([np.array([[1.0, -3.0, 5.0]]), np.array([[2.0, -6.0, 5.0]])]).round(6)
        array([[ 1., -1.,  0.],
               [-1.,  1.,  0.],
               [ 0.,  0.,  1.]])
    """
    centre, count, total, squares = None, 0, 0.0, 0.0
    for block in blocks:
        # Less a value close to the mean, so that little is lost where that is taken off.
        centre = block.mean(0) if centre is None else centre
        moved = block - centre
        count += len(moved)
        total = total + moved.sum(0, dtype=np.float64)
        squares = squares + (moved.T @ moved).astype(np.float64)
    if centre is None:
        raise ValueError("there are no values; give a block of them at least.")
    covariance = squares - np.outer(total, total) / count
    size = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.asarray(covariance / np.outer(size, size))
    found = np.clip(np.where(np.isfinite(found), found, 0.0), -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return found


def _reached(unit: int, linked: NDArray[np.bool_]) -> list[int]:
    """All units that a chain of links leads to from one, the lowest first."""
    found = {unit}
    following = [unit]
    while following:
        new = set(np.flatnonzero(linked[following.pop()]).tolist()) - found
        found |= new
        following += new
    return sorted(found)
