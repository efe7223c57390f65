"""A network as a .keras archive, whose input is one-hot; Keras itself is not needed to write it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.export.networks.folder import check_cell
from rnnviz.models.keras_layers import CLASSES, folder_of, reordered
from rnnviz.models.subject import Subject
from rnnviz.storage import followed, lacking, speaking_of, write_whole

_CLASS = {cell: name for name, cell in CLASSES.items()}
_WRITTEN_AS = "3.0.0"

Array = NDArray[Any]


def save_keras(subject: Subject, path: Path) -> None:
    """Write a Sequential model of (batch, time, character), one-hot, to logits of the same shape.

    The two biases of an RNN and an LSTM, which are added wherever they are used, become one.

    Raises:
        ValueError: h5py is missing, or Keras has no such cell.
        StorageError: the file cannot be written; what was there before stays as it was.
    """
    check_cell("Keras", _CLASS, subject.model)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        moment = datetime.now(UTC).strftime("%Y-%m-%d@%H:%M:%S")
        about = {"keras_version": _WRITTEN_AS, "date_saved": moment}
        archive.writestr("metadata.json", json.dumps(about))
        archive.writestr("config.json", json.dumps(_config(subject)))
        archive.writestr("model.weights.h5", _weights(subject))
    with speaking_of(path):
        write_whole(followed(path), held.getvalue())


def _config(subject: Subject) -> dict[str, Any]:
    model, distinct = subject.model, len(subject.alphabet.vocabulary)
    shape = [None, None, distinct]
    recurrent = {
        "units": model.hidden_size,
        "activation": model.nonlinearity,
        "return_sequences": True,
        "use_bias": True,
        **({"reset_after": True} if model.cell == "gru" else {}),
        **({"recurrent_activation": "sigmoid"} if model.cell != "rnn" else {}),
    }
    layers = [_layer("InputLayer", "ids", {"batch_shape": shape, "dtype": "float32"})]
    layers += [
        _layer(_CLASS[model.cell], f"layer_{number}", recurrent)
        for number in range(model.num_layers)
    ]
    layers.append(_layer("Dense", "decoder", {"units": distinct, "activation": "linear"}))
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "network", "layers": layers, "build_input_shape": shape},
        "registered_name": None,
        "build_config": {"input_shape": shape},
    }


def _layer(kind: str, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"name": name, **config},
        "registered_name": None,
    }


def _weights(subject: Subject) -> bytes:
    try:
        import h5py
    except ImportError as error:
        raise lacking("h5py", "Keras' files") from error
    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        for name, array in _by_name(subject):
            file[name] = np.ascontiguousarray(array, np.float32)
        file.create_group("vars")
    return held.getvalue()


def _by_name(subject: Subject) -> Iterator[tuple[str, Array]]:
    """Every array, and where Keras looks for it."""
    weights, cell = subject.read_weights(), subject.model.cell
    for number in range(subject.model.num_layers):
        folder = f"layers/{folder_of(_CLASS[cell], number)}/cell/vars"
        rows = [
            reordered(cell, weights[f"rnn.{name}_l{number}"])
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        yield f"{folder}/0", rows[0].T
        yield f"{folder}/1", rows[1].T
        yield f"{folder}/2", np.stack(rows[2:]) if cell == "gru" else rows[2] + rows[3]
    yield "layers/dense/vars/0", weights["decoder.weight"].T
    yield "layers/dense/vars/1", weights["decoder.bias"]
