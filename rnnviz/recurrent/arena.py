"""Memory that is taken again in the same order at every iteration."""

from __future__ import annotations

import math

import torch
from torch import Tensor

# Tensors whose rows are remembered: enough for windows of two lengths through four layers.
_MAX_ROWS = 200


class Arena:
    """Hands out uninitialised tensors, and the same ones again after `reset`.

    An unroll needs the same buffers at every iteration. Fresh ones of tens of megabytes come as
    untouched pages from the system: at 512 units, faulting in one of 52 MB took 21 milliseconds.
    What an arena handed out is overwritten after `reset`: clone what must live longer.

    Example:
        >>> arena = Arena(torch.zeros(()))
        >>> first = arena.empty(2, 3)
        >>> arena.reset()
        >>> arena.empty(3, 2).data_ptr() == first.data_ptr()
        True
    """

    def __init__(self, like: Tensor) -> None:
        """Tensors of the dtype and on the device of `like`."""
        self._like = like
        self._blocks: list[Tensor] = []
        self._rows: dict[tuple[int, torch.Size, tuple[int, ...]], tuple[Tensor, ...]] = {}
        self._next = 0

    def reset(self) -> None:
        """Start again: what was handed out may be overwritten from now on."""
        self._next = 0
        if len(self._rows) > _MAX_ROWS:
            self._rows.clear()

    def empty(self, *shape: int) -> Tensor:
        """An uninitialised, contiguous tensor of this shape."""
        size = math.prod(shape)
        if self._next == len(self._blocks):
            self._blocks.append(self._like.new_empty(size))
        elif self._blocks[self._next].numel() < size:
            self._blocks[self._next] = self._like.new_empty(size)
            self._rows.clear()
        block = self._blocks[self._next]
        self._next += 1
        return block[:size].view(shape)

    def rows(self, tensor: Tensor) -> tuple[Tensor, ...]:
        """`tensor.unbind()` of a tensor that lies in this arena, remembered for the next time."""
        key = (tensor.data_ptr(), tensor.shape, tensor.stride())
        if (rows := self._rows.get(key)) is None:
            rows = self._rows[key] = tensor.unbind()
        return rows
