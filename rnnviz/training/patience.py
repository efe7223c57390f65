"""When training ends before its budget: once snapshots have brought nothing for long enough."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


class Patience:
    """Counts the snapshots in a row that brought no lower validation loss.

    Attributes:
        granted: how many may; None lets any number.

    Example:
        >>> patience = Patience(granted=2)
        >>> for loss in [3.0, 2.0, 2.5, 2.0]:
        ...     patience.hear(loss)
        >>> patience.spent
        True
    """

    def __init__(self, granted: int | None) -> None:
        self.granted = granted
        self._lowest, self._in_vain = math.inf, 0

    @property
    def spent(self) -> bool:
        """Whether as many as were granted have brought nothing."""
        return self.granted is not None and self._in_vain >= self.granted

    def hear(self, loss: float | None) -> None:
        """Of one more snapshot; None where nothing is held out."""
        if loss is None:
            return
        self._in_vain = 0 if loss < self._lowest else self._in_vain + 1
        self._lowest = min(loss, self._lowest)

    def renew(self) -> None:
        """Grant as many as at first: the budget was raised."""
        self._in_vain = 0

    def state(self) -> dict[str, Any]:
        """What `restore` goes on from, by name."""
        lowest = self._lowest if math.isfinite(self._lowest) else None
        return {"lowest": lowest, "in_vain": self._in_vain}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave; runs from before there was patience do not say it."""
        lowest = state.get("lowest")
        self._lowest = math.inf if lowest is None else lowest
        self._in_vain = state.get("in_vain", 0)
