"""A run's network as it was at one iteration, to be looked into."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.models.subject import RunSnapshot, Subject, Weights
from rnnviz.recurrent.shapes import check_shapes, parameter_shapes
from rnnviz.runs.description import RunDescription
from rnnviz.runs.documents import RunError, read_tensors, write_tensors
from rnnviz.runs.history import History
from rnnviz.runs.paths import RunFolder
from rnnviz.storage import Stamp, followed

if TYPE_CHECKING:
    from rnnviz.training.progress import Snapshot


def snapshot_subject(folder: RunFolder, about: RunDescription, iteration: int) -> Subject:
    """The snapshot at an iteration; its file, which may be missing, is read when it is needed."""
    written = Stamp.of(folder.snapshot(iteration))  # a run that went on may have written it again
    return Subject(
        name=about.name,
        key=f"{followed(folder.path)} {iteration} {written} {about.alphabet.key}",
        model=about.model,
        alphabet=about.alphabet,
        origin=RunSnapshot(folder.id, iteration, about.numbered),
        read_weights=lambda: _weights(folder, about, iteration),
    )


def write_weights(folder: RunFolder, snapshot: Snapshot) -> None:
    """Write its weights, whole or not at all."""
    write_tensors(folder.snapshot(snapshot.iteration), snapshot.weights)


def record_snapshot(history: History, snapshot: Snapshot) -> None:
    """Write the rest of it: its loss, its sample and all that it measured."""
    written = snapshot.sample
    row = snapshot.iteration, snapshot.validation_loss, written.prompt, written.text
    history.add("snapshots", [row])
    for name, arrays in snapshot.measurements.items():
        history.measure(snapshot.iteration, name, arrays)


def _weights(folder: RunFolder, about: RunDescription, iteration: int) -> Weights:
    path, there = folder.snapshot(iteration), sorted(folder.snapshots_there())
    if there and iteration not in there:
        listed = ", ".join(map(str, there))
        raise RunError(
            f"run {folder.id} has no longer the weights of iteration {iteration}, be it that they "
            f"were deleted to make room or are lost; those of {listed} are there."
        )
    return read_weights(folder, path, about)


def read_weights(folder: RunFolder, path: Path, about: RunDescription) -> Weights:
    """The weights in one of a run's files.

    Raises:
        RunError: it is missing or damaged, or its weights are not those of such a network.
    """
    weights = read_tensors(path).arrays
    try:
        check_shapes(weights, parameter_shapes(about.model, len(about.alphabet.vocabulary)))
        _check_numbers(weights)
    except ValueError as error:
        raise RunError(f"{path.name} of run {folder.id} is damaged: {error}") from error
    return weights


def _check_numbers(weights: Weights) -> None:
    for name, values in weights.items():
        if values.dtype != np.float32:
            raise ValueError(f"{name} is of {values.dtype}; a run's weights are float32.")
        if not np.isfinite(values).all():
            raise ValueError(
                f"{name} holds {int((~np.isfinite(values)).sum()):,} numbers that are "
                "NaN or infinite."
            )
