"""Digests of rows and descriptions: a bit that changes on the disk is said, never computed with."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b, sha256
from struct import Struct, error
from typing import TYPE_CHECKING, Any

from rnnviz.arrays import np
from rnnviz.records import Array

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BYTES = 8  # of a row's, as one number of SQLite's
_NUMBERS = [Struct(f"<{count}d") for count in range(16)]


def digest_of(row: Sequence[Any]) -> int:
    """The digest of a row as SQLite gives it back: of its numbers, words and bytes, in order.

    Example:
        >>> digest_of((1, 0.5)) == digest_of((1.0, 0.5)), digest_of((1, 0.5)) == digest_of((1, 0.6))
        (True, False)
    """
    try:  # in a microsecond: nearly all rows are of iterations
        data = _NUMBERS[len(row)].pack(*row)
    except (error, IndexError):
        parts = [value for value in row if isinstance(value, bytes)]
        others = [value for value in row if not isinstance(value, bytes)]
        data = b"\0".join([ascii(others).encode(), *parts])
    return int.from_bytes(blake2b(data, digest_size=_BYTES).digest(), "little", signed=True)


def digests_of(rows: Sequence[Sequence[Any]], width: int) -> tuple[Array, NDArray[np.int64]]:
    """Rows of so many numbers as an array (row, column), and the digest of each; many at once.

    Raises:
        struct.error: a row holds something else.

    Example:
        >>> values, digests = digests_of([(1, 0.5), (2, 0.25)], width=2)
        >>> values.tolist(), digests.tolist() == [digest_of((1, 0.5)), digest_of((2, 0.25))]
        ([[1.0, 0.5], [2.0, 0.25]], True)
    """
    pack = _NUMBERS[width].pack
    packed = [pack(*row[:width]) for row in rows]
    found = b"".join([blake2b(each, digest_size=_BYTES).digest() for each in packed])
    return np.frombuffer(b"".join(packed), "<f8").reshape(-1, width), np.frombuffer(found, "<i8")


def as_stored(row: Iterable[Any]) -> tuple[Any, ...]:
    """A row as SQLite gives it back: it knows no NaN, and only one zero.

    Example:
        >>> as_stored((3, float("nan"), -0.0, "a"))
        (3, None, 0.0, 'a')
    """
    return tuple(_as_stored(value) if isinstance(value, float) else value for value in row)


def together(digests: Iterable[int]) -> int:
    """One digest of many, in any order; it changes when one is missing, added or another.

    Example:
        >>> together([3, 5]) == together([5, 3]) != together([3])
        True
    """
    whole = 0
    for one in digests:
        whole ^= one
    return whole


def digest_of_values(values: Mapping[str, Any]) -> str:
    """The digest of a JSON object, however it is spaced and ordered.

    Example:
        >>> digest_of_values({"a": 1, "b": [2]}) == digest_of_values({"b": [2], "a": 1})
        True
    """
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _as_stored(value: float) -> float | None:
    return None if math.isnan(value) else value + 0.0
