"""Where values stand along an axis of a figure, and which of them are named."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnviz.notation import significant
from rnnviz.plots.still.hover import formatted
from rnnviz.powers import ten_to
from rnnviz.records import Array

_TICKS = 6
_FEW_DECADES = 2.5
_MARGIN = 0.04


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis.

    Attributes:
        kind: linear, log (whose ends are powers of ten) or category.
        low: the value at its beginning.
        high: at its end.
        names: of a category axis, in order.
        ticks: the values that are named, and what they are called; markup as figures have it.
        start: where it begins, in pixels.
        end: where it ends.
    """

    kind: str
    low: float
    high: float
    names: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    start: float = 0.0
    end: float = 1.0

    def at(self, value: Any) -> float:
        """Where a value stands, in pixels; NaN where it has no place.

        Example:
            >>> Scale("log", 0.0, 2.0, (), (), 0.0, 100.0).at(10.0)
            50.0
        """
        return self.placed(self.number(value))

    def placed(self, number: float) -> float:
        """The same of what is already a power of ten, or the number of a category."""
        share = (number - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)

    def number(self, value: Any) -> float:
        """A value as it counts along the axis."""
        if self.kind == "category":
            return float(self.names.index(str(value))) if str(value) in self.names else math.nan
        number = float(value)
        if self.kind == "log":
            return math.log10(number) if number > 0 else math.nan
        return number


def scale_of(axis: Any, values: list[Any]) -> Scale:
    """The scale of an axis over all values that stand on it, not yet in pixels.

    Args:
        axis: of the figure's layout.
        values: a list of what each curve has there.
    """
    if any(isinstance(value, str) for each in values for value in each):
        return _categories(axis, list(dict.fromkeys(str(name) for each in values for name in each)))
    kind = "log" if axis.type == "log" else "linear"
    numbers = np.concatenate([np.asarray(each, np.float64) for each in values] or [np.zeros(1)])
    low, high = _ends(axis, kind, numbers)
    ticks = _written(axis) or (_powers if kind == "log" else _rounds)(axis, low, high)
    within = tuple((at, name) for at, name in ticks if low - 1e-9 <= _of(kind, at) <= high + 1e-9)
    return Scale(kind, low, high, (), within)


def _of(kind: str, value: float) -> float:
    return math.log10(value) if kind == "log" and value > 0 else value


def _categories(axis: Any, names: list[str]) -> Scale:
    low, high = -0.5, len(names) - 0.5
    if axis.autorange == "reversed":
        low, high = high, low
    ticks = tuple((float(place), name) for place, name in enumerate(names))
    return Scale("category", low, high, tuple(names), ticks)


def _ends(axis: Any, kind: str, numbers: Array) -> tuple[float, float]:
    """From where to where it goes: as the figure says, else over all values."""
    if axis.range is not None:
        low, high = (float(end) for end in axis.range)
        return low, high
    if kind == "log":
        numbers = np.log10(numbers[numbers > 0])
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    if low == high:
        return low - 0.5, high + 0.5
    pad = _MARGIN * (high - low)
    return (0.0 if axis.rangemode == "tozero" and low >= 0 else low - pad), high + pad


def _written(axis: Any) -> list[tuple[float, str]]:
    """The ticks that the figure names itself."""
    if axis.tickvals is None:
        return []
    names = (
        axis.ticktext if axis.ticktext is not None else [formatted(v, None) for v in axis.tickvals]
    )
    return [(float(at), str(name)) for at, name in zip(axis.tickvals, names, strict=True)]


def _rounds(axis: Any, low: float, high: float) -> list[tuple[float, str]]:
    """Round numbers, some six of them.

    Example:
        >>> from types import SimpleNamespace
        >>> [name for _, name in _rounds(SimpleNamespace(tickformat=None), 0.0, 2.2)]
        ['0', '0.5', '1', '1.5', '2']
    """
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * lead for lead in (1, 2, 5, 10) if power * lead >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    decimals = max(0, -math.floor(math.log10(step)))
    values = [round(k * step, decimals) + 0.0 for k in range(first, last + 1)]
    return [(value, formatted(value, axis.tickformat)) for value in values]


def _powers(_: Any, low: float, high: float) -> list[tuple[float, str]]:
    """Powers of ten; over few of them 2 and 5 times these too.

    Example:
        >>> [name for _, name in _powers(None, 0.0, 1.0)][:4]
        ['1', '2', '5', '10']
        >>> [name for _, name in _powers(None, -4.0, 0.2)][:2]
        ['10<sup>−4</sup>', '10<sup>−3</sup>']
    """
    whole = range(math.floor(low), math.ceil(high) + 1)
    if high - low < _FEW_DECADES:
        found = [lead * 10.0**power for power in whole for lead in (1, 2, 5)]
        return [(value, significant(value)) for value in found]
    every = max(1, math.ceil(len(whole) / 7))
    return [(10.0**power, ten_to(power, "html")) for power in whole if power % every == 0]
