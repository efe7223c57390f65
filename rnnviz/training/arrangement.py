"""How an iteration is spread over cores."""

from __future__ import annotations

from typing import NamedTuple


class Arrangement(NamedTuple):
    """Which threads compute an iteration.

    Attributes:
        threads: of torch, which share each large operation.
        parts: of the batch, computed side by side by a thread each.
    """

    threads: int
    parts: int


ALONE = Arrangement(threads=1, parts=1)
