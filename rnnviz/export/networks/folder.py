"""A network as a folder: safetensors by PyTorch's names, its sizes and its vocabulary beside it."""

from __future__ import annotations

import json
from collections.abc import Container
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig
from rnnviz.models.subject import Subject
from rnnviz.notation import an
from rnnviz.storage import folder_to_fill, write_all
from rnnviz.version import __version__

WEIGHTS, CONFIG, VOCABULARY = "model.safetensors", "config.json", "vocabulary.json"
_UNKNOWN = "[UNK]"
_MODULES = {"rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}


def save_folder(subject: Subject, folder: Path) -> None:
    """Write `model.safetensors`, `config.json` and `vocabulary.json` into a folder.

    It is made where there is none.

    Raises:
        StorageError: one cannot be written; what was there before stays as it was.
    """
    weights = {name: np.ascontiguousarray(w) for name, w in subject.read_weights().items()}
    files = {
        WEIGHTS: save(weights, {"format": "pt"}),
        CONFIG: _json(config_of(subject)),
        VOCABULARY: _json(characters_of(subject)),
    }
    with folder_to_fill(folder) as there:
        write_all({there / name: data for name, data in files.items()})


def config_of(subject: Subject) -> dict[str, Any]:
    """What the weights do not say, and their sizes."""
    model, origin = subject.model, subject.origin
    return {
        "model_type": "rnnviz",
        "rnnviz_version": __version__,
        "name": subject.name,
        "iteration": origin.iteration,
        "cell": model.cell,
        "nonlinearity": model.nonlinearity,
        "hidden_size": model.hidden_size,
        "num_layers": model.num_layers,
        "vocab_size": len(subject.alphabet.vocabulary),
        "input": "one-hot",
        "hangul": subject.alphabet.hangul,
    }


def characters_of(subject: Subject) -> list[str]:
    """Its characters in the order of their ids; what stands for rare ones is [UNK]."""
    vocabulary = subject.alphabet.vocabulary
    symbol = None if vocabulary.rare is None else vocabulary.rare.symbol
    return [_UNKNOWN if each == symbol else each for each in vocabulary.characters]


def module_lines(subject: Subject, folder: Path) -> list[str]:
    """Three lines of Python that make a torch.nn module of such a folder.

    Raises:
        ValueError: the cell is one that torch.nn does not have.
    """
    model, distinct = subject.model, len(subject.alphabet.vocabulary)
    check_cell("torch.nn", _MODULES, model)
    if model.nonlinearity not in ("tanh", "relu"):
        raise ValueError(
            f"the network is an {model.kind}, and torch.nn.RNN knows tanh and relu alone; "
            "--format safetensors, keras or onnx can hold it."
        )
    chosen = len(CELLS[model.cell].learning_rates) > 1
    phi = f", nonlinearity={model.nonlinearity!r}" if chosen else ""
    rnn = (
        f"torch.nn.{_MODULES[model.cell]}({distinct}, {model.hidden_size}, {model.num_layers}{phi})"
    )
    decoder = f"torch.nn.Linear({model.hidden_size}, {distinct})"
    return [
        "import torch; from safetensors.torch import load_file",
        f'network = torch.nn.ModuleDict({{"rnn": {rnn}, "decoder": {decoder}}})',
        f"network.load_state_dict(load_file({str(folder / WEIGHTS)!r}))",
    ]


def check_cell(holder: str, known: Container[str], model: ModelConfig) -> None:
    """Refuse to write a network for what has no such cell.

    Args:
        holder: what it is for.
        known: the cells that has.
        model: the network.

    Raises:
        ValueError: it lacks this one.
    """
    if model.cell not in known:
        raise ValueError(
            f"the network is {an(model.kind)}, a cell that {holder} does not have; --format "
            "safetensors can hold it, and `import` reads that again."
        )


def _json(values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=True, indent=1).encode()
