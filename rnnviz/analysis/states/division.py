"""A text cut into streams that are read side by side, and the piece of them read at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from torch import Tensor

WARM_UP = 256
EXACT_UP_TO = 20_000

# More streams make products no quicker, and their warm-ups cost more: of 64 to 256 over 200,000
# characters, 128 were read fastest, with one thread and with two. A warm-up adds at most a
# quarter.
_MOST_STREAMS = 128
_SHORTEST = 4 * WARM_UP


@dataclass(frozen=True, slots=True)
class Division:
    """A text in streams of one length, in order; the last may end before.

    Attributes:
        characters: of the text.
        streams: how many, one for the plain reading.
    """

    characters: int
    streams: int

    @classmethod
    def of(cls, characters: int, *, exact: bool = False) -> Self:
        """As many streams as suit a text; one where it is to be read exactly.

        Example:
            >>> Division.of(20_000).streams, Division.of(20_480).streams
            (1, 20)
            >>> Division.of(200_000).streams, Division.of(200_000).length
            (128, 1563)
        """
        if exact or characters <= EXACT_UP_TO:
            return cls(characters, 1)
        length = -(-characters // min(_MOST_STREAMS, characters // _SHORTEST))
        return cls(characters, -(-characters // length))

    @property
    def length(self) -> int:
        """Characters of a stream."""
        return -(-self.characters // self.streams)

    @property
    def capacity(self) -> int:
        """Characters of all streams, those behind the end of the text included."""
        return self.streams * self.length

    def pieces(self, streams: slice, times: slice, timesteps: int) -> Iterator[Piece]:
        """Some times of some streams, so many timesteps at once."""
        for start in range(times.start, times.stop, timesteps):
            yield Piece(self, streams, slice(start, min(start + timesteps, times.stop)))


@dataclass(frozen=True, slots=True)
class Piece:
    """Some timesteps of some streams.

    Attributes:
        division: of the text.
        streams: which.
        times: which timesteps of each.
    """

    division: Division
    streams: slice
    times: slice

    def of(self, whole: Tensor) -> Tensor:
        """What belongs here (time, stream, ...) of what has a row for each character (row, ...).

        There may be more rows than the division needs.

        Example:
            >>> import torch
            >>> Piece(Division(6, 2), slice(0, 2), slice(1, 3)).of(torch.arange(6))
            tensor([[1, 4],
                    [2, 5]])
        """
        streams, length = self.division.streams, self.division.length
        grid = whole[: streams * length].view(streams, length, *whole.shape[1:])
        return grid[self.streams, self.times].transpose(0, 1)

    def places(self) -> list[slice]:
        """Where in the text each stream's part stands; it is empty behind the end.

        Example:
            >>> Piece(Division(5, 2), slice(0, 2), slice(1, 3)).places()
            [slice(1, 3, None), slice(4, 5, None)]
        """
        length, end = self.division.length, self.division.characters
        starts = (stream * length for stream in range(self.streams.start, self.streams.stop))
        return [
            slice(min(start + self.times.start, end), min(start + self.times.stop, end))
            for start in starts
        ]
