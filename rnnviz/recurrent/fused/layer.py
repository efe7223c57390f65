"""One layer's weights in panels, and its window in machine code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property

import torch
from torch import Tensor

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.fused.code import Code
from rnnviz.recurrent.fused.machine import Machine, lanes
from rnnviz.recurrent.fused.tile import panels, panels_of_gates

# A cell's window, forward and back, for so many lanes.
Written = Callable[[int, Nonlinearity], Code]


class Fused:
    """Runs windows of one layer: float32 on the CPU, units in whole vectors.

    Example:
        >>> Fused.serves(torch.zeros(5, 5))  # 5 units fill no vector
        False
    """

    def __init__(
        self, window: tuple[Written, Written], nonlinearity: Nonlinearity, weight_hh: Tensor
    ) -> None:
        """`weight_hh` (gates * unit, unit) must not change from now on."""
        self._machine = _machine(*window, nonlinearity)
        self._weight, self._units = weight_hh, weight_hh.shape[1]

    @staticmethod
    def serves(weight_hh: Tensor) -> bool:
        """Whether a layer with these weights can be run so on this machine."""
        plain = weight_hh.dtype == torch.float32 and weight_hh.device.type == "cpu"
        width = lanes() if plain else 0
        return width > 0 and weight_hh.shape[1] % width == 0 and weight_hh.is_contiguous()

    def forward(self, kept: Sequence[Tensor], table: Tensor, ids: Tensor) -> None:
        """Forward over a window.

        Args:
            kept: what is written and read, in the order of the cell's function.
            table: rows (..., gates * unit) of W_ih x + b.
            ids: which row each timestep reads (time, batch).

        Raises:
            IndexError: the table has no such row.
        """
        least, largest = map(int, torch.aminmax(ids))
        rows = table.numel() // table.shape[-1]
        if least < 0 or largest >= rows:
            raise IndexError(f"rows {least} to {largest} are read of {rows} there are.")
        ids = ids.long().contiguous()
        self._machine("forward", *kept, table, self.forth, ids, *ids.shape, self._units)

    def backward(self, swept: Sequence[Tensor], timesteps: int, batch: int) -> None:
        """Back over so many timesteps: what is written and read, in the order of the function."""
        self._machine("backward", *swept, self.back, timesteps, batch, self._units)

    @cached_property
    def forth(self) -> Tensor:
        """The weights as the way forward reads them."""
        gates = len(self._weight) // self._units
        if gates == 1:
            return panels(self._weight.t(), lanes())
        return panels_of_gates(self._weight, gates, lanes())

    @cached_property
    def back(self) -> Tensor:
        """The weights as the way back reads them."""
        return panels(self._weight, lanes())


@cache
def _machine(forward: Written, backward: Written, nonlinearity: Nonlinearity) -> Machine:
    ways = {"forward": forward, "backward": backward}
    return Machine({name: write(lanes(), nonlinearity) for name, write in ways.items()})
