"""Traces and gradient flow as .npz files, written in pieces so that any length fits in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rnnviz.records import GradientFlow, Trace


def save_trace(blocks: Iterable[Trace], characters: int, path: Path) -> None:
    """Write `h`, `c` and each gate (layer, time, unit), `loss` (time) in nats, `ids` and `text`.

    Args:
        blocks: pieces of one trace, as `trace_blocks` gives them.
        characters: the length of the whole text.
        path: the .npz file.
    """
    with TemporaryDirectory(dir=path.parent, prefix=".trace-") as folder:
        pieces: dict[str, _Growing] = {}
        text = ""
        start = 0
        for block in blocks:
            text += block.text
            for name, array in _arrays(block).items():
                if name not in pieces:
                    pieces[name] = _Growing(Path(folder) / f"{name}.npy", array, characters)
                pieces[name].put(start, array)
            start += len(block.ids)
        finished = {name: piece.finish() for name, piece in pieces.items()}
        whole = Path(folder) / "text.npy"
        np.save(whole, np.array(text), allow_pickle=False)
        _zip(finished | {"text": whole}, path)


def save_flow(flow: GradientFlow, path: Path) -> None:
    """Write `matrix` (layer, t, k), `by_lag` (layer, lag), `last_loss` and `window` (layer, k).

    They are those of the h path; for the LSTM's c path, the same with `c_` before the name.
    """
    arrays: dict[str, NDArray[Any]] = {"text": np.array(flow.text)}
    for prefix, found in (("", flow.h), ("c_", flow.c)):
        if found is not None:
            arrays |= {
                f"{prefix}matrix": found.matrix,
                f"{prefix}by_lag": found.by_lag,
                f"{prefix}last_loss": found.last_loss,
                f"{prefix}window": found.window,
            }
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


class _Growing:
    """An array on disk, filled from the beginning of the text to its end."""

    def __init__(self, path: Path, first: NDArray[Any], characters: int) -> None:
        shape = (*first.shape[:-2], characters, first.shape[-1])
        if first.ndim == 1:
            shape = (characters,)
        self._path = path
        self._array = np.lib.format.open_memmap(path, "w+", first.dtype, shape)

    def put(self, start: int, piece: NDArray[Any]) -> None:
        if piece.ndim == 1:
            self._array[start : start + len(piece)] = piece
        else:
            self._array[:, start : start + piece.shape[1]] = piece

    def finish(self) -> Path:
        self._array.flush()
        del self._array
        return self._path


def _arrays(block: Trace) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {"ids": block.ids, "loss": block.loss, "h": block.h}
    if block.c is not None:
        arrays["c"] = block.c
    return arrays | dict(block.gates)


def _zip(files: dict[str, Path], path: Path) -> None:
    target: BinaryIO
    with path.open("wb") as target, zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        for name, file in files.items():
            archive.write(file, f"{name}.npy")
