"""In which order the units of a layer are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.records import Floats

ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "index": "as numbered in the weights",
        "variance": "those whose values vary most over this text first",
        "similarity": "each is followed by the one, of those left, whose values rise and fall most "
        "like its own; the first varies most",
    }
)
FINDING = "finding"
MEANS: Mapping[str, str] = MappingProxyType(
    {
        **ORDERS,
        FINDING: "those that follow a property of the text first, the clearest on top, as Find "
        "units says; then the others as numbered",
    }
)


def unit_order(values: Floats, by: str) -> NDArray[np.intp]:
    """The units in the order they are shown.

    "index" as they are; "variance" largest first; "similarity" as a chain that begins at the unit
    of largest variance and goes on to the unit, of those left, whose correlation with the last is
    largest. Units that never change come last.

    Args:
        values: (time, unit).
        by: one of `ORDERS`.

    Raises:
        ValueError: there is no such order.

    Example:
        >>> unit_order(np.array([[0.0, 3.0, 1.0], [0.0, -3.0, 1.5]]), "variance").tolist()
        [1, 2, 0]
    """
    if by not in ORDERS:
        raise ValueError(f"the order is {by!r}; it must be one of {', '.join(ORDERS)}.")
    if by == "index":
        return np.arange(values.shape[1])
    variance = values.var(axis=0, dtype=np.float64)
    falling = np.argsort(-variance, kind="stable")
    return falling if by == "variance" else _chain(values[:, falling], variance[falling], falling)


def found_first(units: int, found: Sequence[int]) -> NDArray[np.intp]:
    """Some units, each once, and then the others as numbered.

    Example:
        >>> found_first(4, [2, 0, 2]).tolist()
        [2, 0, 1, 3]
    """
    return np.array(list(dict.fromkeys([*found, *range(units)])), np.intp)


def _chain(values: Floats, variance: NDArray[Any], names: NDArray[np.intp]) -> NDArray[np.intp]:
    """Nearest neighbours in turn; values and names come by falling variance."""
    moving = int(np.count_nonzero(variance > 0))
    if moving < 2:
        return names
    alike = np.asarray(np.corrcoef(values[:, :moving], rowvar=False))
    chain = [0]
    left = np.ones(moving, dtype=bool)
    left[0] = False
    for _ in range(moving - 1):
        following = int(np.argmax(np.where(left, alike[chain[-1]], -np.inf)))
        chain.append(following)
        left[following] = False
    return np.concatenate([names[chain], names[moving:]])
