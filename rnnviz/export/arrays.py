"""Traces and gradients as .npz files, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from rnnviz.analysis.states.stored import StoredTrace
from rnnviz.export.gradient_arrays import Arrays
from rnnviz.storage import followed, speaking_of, whole_file


def save_trace(trace: StoredTrace, path: Path) -> None:
    """Write `h`, `c` and each gate (layer, time, unit), `loss` (time) in nats, `ids` and `text`.

    And how the text was read: `streams`, `warm_up` and `error`, as `Reading` explains them.

    Args:
        trace: whose signals are written as they stand: ask for full precision.
        path: the .npz file.

    Raises:
        StorageError: it cannot be written; what was there before stays as it was.
    """
    reading = trace.reading
    arrays = {name: signal.codes for name, signal in trace.signals.items()} | {
        "loss": trace.loss,
        "ids": trace.ids,
        "text": np.array(trace.text),
        "streams": np.array(reading.streams),
        "warm_up": np.array(reading.warm_up),
        "error": np.array(reading.error),
    }
    with _target(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


def save_gradients(text: str, arrays: Arrays, path: Path) -> None:
    """Write what `gradient_arrays` gave, and as `text` the characters of its window.

    Raises:
        StorageError: it cannot be written; what was there before stays as it was.
    """
    with _target(path) as file:
        np.savez(file, allow_pickle=False, text=np.array(text), **arrays)


@contextmanager
def _target(path: Path) -> Iterator[BinaryIO]:
    """The file to write, whole or not at all; through a link, the one it leads to."""
    with speaking_of(path):
        target = followed(path)
        if target.is_symlink():
            target.stat()  # refused, for it leads in a circle
        with whole_file(target) as file:
            yield file
