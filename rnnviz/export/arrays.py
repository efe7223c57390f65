"""Traces and gradient flow as .npz files, written in pieces so that any length fits in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rnnviz.records import GradientFlow, Trace
from rnnviz.storage import followed, speaking_of, whole_file


def save_trace(blocks: Iterable[Trace], characters: int, path: Path) -> None:
    """Write `h`, `c` and each gate (layer, time, unit), `loss` (time) in nats, `ids` and `text`.

    Args:
        blocks: pieces of one trace, as `trace_blocks` gives them.
        characters: the length of the whole text.
        path: the .npz file.

    Raises:
        StorageError: it cannot be written; what was there before stays as it was.
    """
    with _target(path) as file, ExitStack() as stack:
        growing: dict[str, _Growing] = {}
        text = ""
        for block in blocks:
            for name, array in _arrays(block).items():
                if name not in growing:
                    scratch = stack.enter_context(TemporaryFile(dir=path.parent))
                    growing[name] = _Growing(scratch, array, characters)
                growing[name].put(len(text), array)
            text += block.text
        with zipfile.ZipFile(file, "w") as archive:
            for name, whole in growing.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    whole.copy_to(member)
            with archive.open("text.npy", "w") as member:
                np.save(member, np.array(text), allow_pickle=False)


def save_flow(flow: GradientFlow, path: Path) -> None:
    """Write `matrix` (layer, t, k), `by_lag` (layer, lag), `last_loss` and `window` (layer, k).

    They are those of the h path; for the LSTM's c path, the same with `c_` before the name.

    Raises:
        StorageError: it cannot be written; what was there before stays as it was.
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
    with _target(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


@contextmanager
def _target(path: Path) -> Iterator[BinaryIO]:
    """The file to write, whole or not at all; through a link, the one it leads to."""
    with speaking_of(path):
        target = followed(path)
        if target.is_symlink():
            target.stat()  # refused, for it leads in a circle
        with whole_file(target) as file:
            yield file


class _Growing:
    """An .npy file, filled from the beginning of the text to its end.

    It is written, not mapped into memory: a full disk would kill the process that touches a page.
    """

    def __init__(self, file: IO[bytes], first: NDArray[Any], characters: int) -> None:
        self._file, self._characters = file, characters
        shape = (characters,) if first.ndim == 1 else (len(first), characters, first.shape[-1])
        about = np.lib.format.header_data_from_array_1_0(first)
        np.lib.format.write_array_header_1_0(file, about | {"shape": shape, "fortran_order": False})
        self._begin = file.tell()

    def put(self, start: int, piece: NDArray[Any]) -> None:
        for layer, rows in enumerate([piece] if piece.ndim == 1 else piece):
            timestep = rows.nbytes // len(rows)
            self._file.seek(self._begin + timestep * (layer * self._characters + start))
            self._file.write(rows.tobytes())

    def copy_to(self, target: IO[bytes]) -> None:
        self._file.seek(0)
        copyfileobj(self._file, target)


def _arrays(block: Trace) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {"ids": block.ids, "loss": block.loss, "h": block.h}
    if block.c is not None:
        arrays["c"] = block.c
    return arrays | dict(block.gates)
