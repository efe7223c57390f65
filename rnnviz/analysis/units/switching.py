"""Where each unit is high and where it is low: two bits for every character and unit.

LSTMVis (Strobelt et al. 2018) takes a unit for on where its value is at least one threshold, which
is the same for all. A unit that tells something by falling is then never found, nor one whose
values all lie to one side of the threshold. Here each unit has its own two: it is high in the
outermost part of the range of its values over the text, and low in the opposite part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.showing import Record

OUTER = 0.35
MOST_OUTER = 0.49

_LEFT_OUT = 1_000  # one value in so many is left out of the range, at either end
_STILL = 0.02  # of the widest range of all units; what a signal is rounded to is no movement
_LOOKED_AT = 65_536  # characters
_BLOCK = 4096  # so many timesteps are compared at once: what fits the cache
_WORD = 64  # bits

Rows = NDArray[np.uint8]
Values = NDArray[Any]


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """One unit where it is high, or where it is low.

    Attributes:
        unit: from 0.
        high: whether it is high.

    Example:
        >>> f"units {Side(4)} and {Side(17, high=False)}"
        'units 4 and 17 (low)'
    """

    unit: int
    high: bool = True

    def __str__(self) -> str:
        return f"{self.unit}" if self.high else f"{self.unit} (low)"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Switching(Record):
    """Where each unit of a layer is high or low over a text.

    Attributes:
        outer: which share of a unit's range, at either end of it, is high and low.
        low_to: up to which value each unit is low (unit), as the values were written.
        high_from: from which on it is high (unit).
        moves: whether it moves (unit); one that does not is neither.
        rows: a bit for every side (time, byte): all units where they are low, then where high.
    """

    outer: float
    low_to: Values
    high_from: Values
    moves: NDArray[np.bool_]
    rows: Rows

    @property
    def characters(self) -> int:
        """How many the text has."""
        return len(self.rows)

    @property
    def units(self) -> int:
        """How many there are."""
        return len(self.moves)

    def over(self, values: Values) -> Rows:
        """The same over another text, by the thresholds of this one.

        Args:
            values: written as those of this text (time, unit).
        """
        return _rows(values, self.low_to, self.high_from, self.moves)

    def columns(self, sides: Sequence[Side]) -> NDArray[np.bool_]:
        """Whether each side is on after each character (side, time).

        Example:
            >>> found = switching(np.array([[0.0, 5.0], [0.5, 5.0], [1.0, 5.01]]))
            >>> found.columns([Side(0), Side(0, high=False), Side(1)]).astype(int).tolist()
            [[0, 0, 1], [1, 0, 0], [0, 0, 0]]
        """
        found = np.empty((len(sides), self.characters), np.bool_)
        for begin in range(0, self.characters, _BLOCK):
            block = self.rows[begin : begin + _BLOCK]
            for own, side in zip(found, sides, strict=True):
                byte, bit = divmod(side.high * self.units + side.unit, 8)
                own[begin : begin + _BLOCK] = block[:, byte] & (128 >> bit)
        return found

    def sides(self, row: Rows) -> list[Side]:
        """Which sides a row of bits names (byte)."""
        on = np.flatnonzero(np.unpackbits(row)[: 2 * self.units])
        return sorted(Side(int(each) % self.units, bool(each >= self.units)) for each in on)

    def row(self, sides: Sequence[Side]) -> Rows:
        """The row of bits that names these sides (byte)."""
        bits = np.zeros(8 * self.rows.shape[1], np.bool_)
        bits[[side.high * self.units + side.unit for side in sides]] = True
        return np.packbits(bits)


def switching(values: Values, outer: float = OUTER) -> Switching:
    """Where each unit is in the outermost parts of its own range.

    The range of a unit goes from its lowest to its highest value over the text, one in 1,000 left
    out at either end (over 65,536 characters, evenly apart, of a longer text). It is high where its
    value >= highest - outer (highest - lowest), and low where its value <= lowest + outer (highest
    - lowest). A unit whose range is less than a fiftieth of the widest of all units, or that takes
    a value which is no number, is neither.

    Args:
        values: (time, unit); the codes of a stored trace will do, which rise with the values.
        outer: which share of the range, from more than 0 to 0.49: at a half both would meet.

    Raises:
        ValueError: another share, or no values.

    Example:
        >>> found = switching(np.array([[-9], [-8], [0], [6], [9]], np.int8), outer=0.2)
        >>> int(found.low_to[0]), int(found.high_from[0])  # 0.2 of 18 is 3.6
        (-6, 6)
    """
    if not 0 < outer <= MOST_OUTER:
        raise ValueError(f"outer is {outer:g}; give a share from more than 0 to {MOST_OUTER:g}.")
    if values.ndim != 2 or not values.size:
        raise ValueError(f"the values have shape {values.shape}; give (time, unit), some of both.")
    lowest, highest = _ends(values)
    with np.errstate(invalid="ignore"):
        reach = highest - lowest
    finite = np.isfinite(reach)
    moves = finite & (reach > 0) & (reach >= _STILL * reach.max(initial=0, where=finite))
    lowest, highest, part = (np.where(moves, each, 0) for each in (lowest, highest, outer * reach))
    low_to = _rounded(lowest + part, values.dtype, up=False)
    high_from = _rounded(highest - part, values.dtype, up=True)
    return Switching(outer, low_to, high_from, moves, _rows(values, low_to, high_from, moves))


def _rows(values: Values, low_to: Values, high_from: Values, moves: NDArray[np.bool_]) -> Rows:
    units = values.shape[1]
    width = -(-2 * units // _WORD) * _WORD
    found, both = np.empty((len(values), width // 8), np.uint8), np.zeros((_BLOCK, width), np.bool_)
    for begin, block in _blocks(values):
        own = both[: len(block)]
        np.less_equal(block, low_to, out=own[:, :units])
        np.greater_equal(block, high_from, out=own[:, units : 2 * units])
        found[begin : begin + len(block)] = np.packbits(own, axis=1)
    if not moves.all():
        found &= np.packbits(np.pad(np.tile(moves, 2), (0, width - 2 * units)))
    return found


def _ends(values: Values) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends of the range of each unit; no numbers where one of its values is none."""
    own = np.ascontiguousarray(values[:: -(-len(values) // _LOOKED_AT)].T)
    own = own.astype(np.float32) if own.dtype == np.float16 else own
    strange = ~np.isfinite(own).all(1)
    first = own.shape[1] // _LEFT_OUT
    last = own.shape[1] - 1 - first
    own.partition((first, last), axis=1)
    lowest, highest = (own[:, place].astype(np.float64) for place in (first, last))
    return np.where(strange, np.nan, lowest), np.where(strange, np.nan, highest)


def _blocks(values: Values) -> Iterator[tuple[int, Values]]:
    """A few timesteps at a time; half precision, in which nothing is quick, as single."""
    for begin in range(0, len(values), _BLOCK):
        block = values[begin : begin + _BLOCK]
        yield begin, block.astype(np.float32) if block.dtype == np.float16 else block


def _rounded(limits: NDArray[np.float64], dtype: np.dtype[Any], *, up: bool) -> Values:
    """The nearest number of a type that is not below a limit, or not above it."""
    if dtype.kind in "iu":
        return (np.ceil(limits) if up else np.floor(limits)).astype(dtype)
    dtype = np.dtype(np.float32) if dtype == np.float16 else dtype
    near = limits.astype(dtype)
    beyond = near < limits if up else near > limits
    way = dtype.type(np.inf if up else -np.inf)
    return np.asarray(np.where(beyond, np.nextafter(near, way), near))
