"""Arrays of any shape as rows of the table of measurements, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from rnnviz.arrays import np
from rnnviz.records import Floats

_NUMBER = "<f4"


def pack(part: str, values: Floats) -> tuple[str, str, bytes]:
    r"""An array's name, shape and numbers, as they stand in a row of the table of measurements.

    Example:
        >>> pack("h", np.zeros((2, 1)))
        ('h', '[2, 1]', b'\x00\x00\x00\x00\x00\x00\x00\x00')
    """
    shape = json.dumps(np.shape(values))
    return part, shape, np.ascontiguousarray(values, _NUMBER).tobytes()


def measured(
    iteration: int, name: str, arrays: Mapping[str, Floats]
) -> list[tuple[str, int, str, str, bytes]]:
    """The rows of what was measured at an iteration under a name."""
    return [(name, iteration, *pack(*item)) for item in arrays.items()]


def unpack(shape: str, numbers: bytes) -> Floats:
    """The array of a packed row.

    Example:
        >>> unpack(*pack("h", np.ones((2, 3), np.float32))[1:]).shape
        (2, 3)
    """
    return np.frombuffer(numbers, _NUMBER).reshape(json.loads(shape))
