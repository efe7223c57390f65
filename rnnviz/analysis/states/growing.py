"""An array in a file without a name, filled piece by piece in any order."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.analysis.states.coding import Coding
from rnnviz.analysis.states.division import Piece


class Growing:
    """One signal of every layer (layer, time, unit) on the disk: a store of `Recording`.

    The file has no name: nobody else sees it, and it is gone with the process, however that ends.
    It is written, not mapped into memory: a full disk would kill the process that touches a page.

    Attributes:
        shape: (layer, time, unit).
        coding: how its numbers are written.
        largest: of all numbers written, without its sign.
    """

    def __init__(self, shape: tuple[int, int, int], coding: Coding, folder: Path) -> None:
        """An empty one, in a folder."""
        self.shape, self.coding, self.largest = shape, coding, 0.0
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 (see close)
        self._lock = Lock()

    def put(self, layer: int, piece: Piece, values: Tensor) -> None:
        """Write the values of a piece (time, stream, unit)."""
        _, characters, units = self.shape
        codes = self.coding.encode(values.transpose(0, 1)).contiguous().cpu().numpy()
        largest = float(values.abs().max())
        with self._lock:
            self.largest = max(self.largest, largest)
        for stream, place in zip(codes, piece.places(), strict=True):
            begin = (layer * characters + place.start) * units * codes.itemsize
            self._write(stream[: place.stop - place.start].tobytes(), begin)

    def _write(self, data: bytes, begin: int) -> None:
        while data:
            written = os.pwrite(self._file.fileno(), data, begin)
            data, begin = data[written:], begin + written

    def mapped(self) -> NDArray[Any]:
        """Its codes (layer, time, unit), which the system reads as they are looked at."""
        return np.memmap(self._file, self.coding.dtype, "r", shape=self.shape)

    def close(self) -> None:
        """Let go of the file; what is mapped stays."""
        self._file.close()
