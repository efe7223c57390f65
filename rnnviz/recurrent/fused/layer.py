"""One layer's weights in panels, and its window in machine code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property, partial
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.fused import packing, sums
from rnnviz.recurrent.fused.code import Code
from rnnviz.recurrent.fused.machine import Function, in_parallel, lanes

# A thread has so many rows at least, and all together so many multiply-adds: a tenth of a
# millisecond for one of them.
_LEAST_ROWS, _WORTH_SHARING = 4, 10_000_000

Written = Callable[[int, Nonlinearity], Code]


class Window(NamedTuple):
    """How a cell's window is written, for so many lanes."""

    forward: Written
    backward: Written


class Fused:
    """Runs windows of one layer: float32 on the CPU, units in whole vectors.

    Example:
        >>> Fused.serves(torch.zeros(5, 5))  # 5 units fill no vector
        False
    """

    def __init__(
        self, window: Window, nonlinearity: Nonlinearity, weight_hh: Tensor, arena: Arena
    ) -> None:
        """`weight_hh` (gates * unit, unit), which may have no rows, must not change from now on."""
        self._window, self._nonlinearity = window, nonlinearity
        self._weight, self._units, self._arena = weight_hh, weight_hh.shape[1], arena

    @staticmethod
    def serves(weight_hh: Tensor) -> bool:
        """Whether a layer with these weights can be run so on this machine."""
        plain = weight_hh.dtype == torch.float32 and weight_hh.device.type == "cpu"
        width = lanes() if plain else 0
        return width > 0 and weight_hh.shape[1] % width == 0

    def forward(self, kept: Sequence[Tensor], table: Tensor, ids: Tensor) -> None:
        """Forward over a window.

        Args:
            kept: what is written and read, in the order of the cell's function.
            table: rows (..., gates * unit) of W_ih x + b.
            ids: which row each timestep reads (time, batch).

        Raises:
            IndexError: the table has no such row.
        """
        run = _function(self._window.forward, self._nonlinearity)
        ids = _checked(ids, table.numel() // table.shape[-1])
        self._shared(run, (*kept, table, self.forth, ids), *ids.shape)

    def backward(self, swept: Sequence[Tensor], timesteps: int, batch: int) -> None:
        """Back over so many timesteps: what is written and read, in the order of the function."""
        run = _function(self._window.backward, self._nonlinearity)
        self._shared(run, (*swept, self.back), timesteps, batch)

    def _shared(
        self, run: Function, tensors: tuple[Tensor, ...], timesteps: int, batch: int
    ) -> None:
        """Run a window, some rows of the batch by each thread of torch."""
        work = timesteps * batch * self._weight.numel()
        most = max(1, batch // _LEAST_ROWS) if work > _WORTH_SHARING else 1
        threads = min(torch.get_num_threads(), most)
        ends = [batch * number // threads for number in range(threads + 1)]
        rows = [(begin, end - begin) for begin, end in pairwise(ends)]
        calls = [partial(run, *tensors, timesteps, batch, *own, self._units) for own in rows]
        in_parallel(calls)

    @cached_property
    def forth(self) -> Tensor:
        """The weights as the way forward reads them."""
        gates = len(self._weight) // self._units
        if not gates:
            return self._weight
        how = (packing.by_columns, True) if gates == 1 else (packing.by_units, gates)
        return self._packed(_function(*how), self._units)

    @cached_property
    def back(self) -> Tensor:
        """The weights as the way back reads them."""
        if not len(self._weight):
            return self._weight
        return self._packed(_function(packing.by_columns, False), len(self._weight))

    def _packed(self, pack: Function, rows: int) -> Tensor:
        panels = self._arena.empty(self._weight.numel())
        pack(self._weight, panels, rows, self._units)
        return panels


def add_rows(table: Tensor, ids: Tensor, rows: Tensor) -> None:
    """Table[ids[k]] += rows[k], of whole vectors each.

    Raises:
        IndexError: the table has no such row.
    """
    _function(sums.by_id)(table, _checked(ids, len(table)), rows, *rows.shape)


@cache
def _function(write: Callable[..., Code], *more: Any) -> Function:
    return Function(write(lanes(), *more))


def _checked(ids: Tensor, rows: int) -> Tensor:
    """Which rows are read, where there are so many, as the machine reads it."""
    least, largest = map(int, torch.aminmax(ids))
    if least < 0 or largest >= rows:
        raise IndexError(f"rows {least} to {largest} are read of {rows} there are.")
    return ids.long().contiguous()
