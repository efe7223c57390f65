"""What every cell's window begins with, and how it goes through time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rnnviz.recurrent.fused.code import Code, Index, Matrix


class Sweep:
    """A window's function, begun: some rows of the batch, timestep by timestep.

    Attributes:
        code: what it is written in.
        matrices: its first parameters, of as many columns as there are units.
        others: what they are followed by.
        batch: how many rows each timestep has, of which it computes some.
        rows: how many.
        units: of the layer.

    Example:
        >>> sweep = Sweep(8, ["h"], [])
        >>> with sweep.forth() as first:
        ...     sweep.matrices[0].store(first, 0, sweep.code.constant(0.0))
        >>> print(sweep.code.text("cleared").splitlines()[0].partition(", i64")[0])
        define void @cleared(ptr %h
    """

    def __init__(self, lanes: int, matrices: Sequence[str], others: Sequence[str]) -> None:
        self.code = code = Code(lanes)
        places = code.pointers(*matrices, *others)
        sizes = code.indices("timesteps", "batch", "begin", "rows", "units")
        self._timesteps, self.batch, self._begin, self.rows, self.units = sizes
        self.matrices = [Matrix(code, place, self.units) for place in places[: len(matrices)]]
        self.others = places[len(matrices) :]

    @contextmanager
    def forth(self) -> Iterator[Index]:
        """What is written within is done for each timestep in turn: its first row."""
        with self.code.loop(0, self._timesteps) as t:
            yield t * self.batch + self._begin

    @contextmanager
    def back(self) -> Iterator[Index]:
        """The same, the last timestep first."""
        with self.code.loop(0, self._timesteps) as passed:
            yield (self._timesteps - passed - 1) * self.batch + self._begin
