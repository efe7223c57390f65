"""Traces and gradient flow as .npz files, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.states.stored import StoredTrace
from rnnviz.records import GradientFlow
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
