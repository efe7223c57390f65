"""Files of networks trained elsewhere, by what they are: one, or a series of checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnviz.models.adopted import Adopted, NetworkError, check_alike
from rnnviz.models.files.bounded import read_object, speaking_of
from rnnviz.models.files.series import iterations_of
from rnnviz.notation import listed

_KINDS = {
    ".safetensors": "safetensors",
    ".pt": "PyTorch",
    ".pth": "PyTorch",
    ".bin": "PyTorch",
    ".keras": "Keras",
    ".h5": "Keras",
    ".hdf5": "Keras",
}
_IN_FOLDER = ("model.safetensors", "pytorch_model.bin")
_VOCABULARIES = ("vocabulary.json", "vocab.json", "vocabulary.txt", "vocab.txt")
_SIZES = ("hidden_size", "num_layers", "vocab_size")


@dataclass(frozen=True, slots=True, eq=False)
class Foreign:
    """What was read of files.

    Attributes:
        networks: by iteration; that of a file whose name tells none is 1.
        numbered: whether the names told the iterations.
        kind: of the files: safetensors, PyTorch or Keras.
        names: of the files, without their folders.
        vocabulary: a file of it that lies beside the weights; None where there is none.
    """

    networks: Mapping[int, Adopted]
    numbered: bool
    kind: str
    names: tuple[str, ...]
    vocabulary: Path | None


def read_networks(paths: Sequence[Path], nonlinearity: str | None = None) -> Foreign:
    """The networks in files of one kind, or in a folder with `config.json` beside the weights.

    Args:
        paths: .safetensors, .pt, .pth, .bin, .keras or .h5; or one folder.
        nonlinearity: of a plain RNN, where the files do not say it.

    Raises:
        NetworkError: one cannot be read, is not understood, or they are not of one network.
    """
    if not paths:
        raise NetworkError("no file was given; give one of a network, or several checkpoints.")
    config: Mapping[str, Any] = {}
    vocabulary = None
    with speaking_of(folder := paths[0]):
        if len(paths) == 1 and folder.is_dir():
            paths, config = [_weights_in(folder)], _config_in(folder)
            beside = (folder / name for name in _VOCABULARIES)
            vocabulary = next((path for path in beside if path.exists()), None)
    kinds = {_kind(path) for path in paths}
    if len(kinds) > 1:
        raise NetworkError(f"the files are of {listed(sorted(kinds))}; give one kind.")
    iterations = iterations_of(paths)
    found = [_read(path, nonlinearity, config) for path in paths]
    networks = dict(sorted(zip(iterations or [1], found, strict=True)))
    check_alike(found)
    by_iteration = sorted(zip(iterations or [1], paths, strict=True))
    names = tuple(path.name for _, path in by_iteration)
    return Foreign(networks, iterations is not None, kinds.pop(), names, vocabulary)


def _kind(path: Path) -> str:
    if path.suffix.lower() not in _KINDS:
        raise NetworkError(
            f"{path} ends with {path.suffix or 'nothing'}; files that are read end with "
            f"{', '.join(_KINDS)}, or give a folder with config.json."
        )
    return _KINDS[path.suffix.lower()]


def _read(path: Path, nonlinearity: str | None, config: Mapping[str, Any]) -> Adopted:
    """One network; what reads Keras' and PyTorch's files is loaded when it is needed."""
    if _kind(path) == "Keras":
        from rnnviz.models.files.apart import read_apart

        return _agreeing(read_apart(path), nonlinearity)
    from rnnviz.models.files.pytorch import read_pytorch
    from rnnviz.models.files.safetensors import read_safetensors
    from rnnviz.models.state_dicts import from_state_dict

    tensors = read_safetensors(path) if _kind(path) == "safetensors" else read_pytorch(path)
    told = nonlinearity or config.get("nonlinearity")
    try:
        found = from_state_dict(tensors, told)
        _check_config(found, config)
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from error
    return found


def _agreeing(found: Adopted, nonlinearity: str | None) -> Adopted:
    if nonlinearity not in (None, found.model.nonlinearity):
        raise NetworkError(
            f"--nonlinearity is {nonlinearity}, but the file says {found.model.nonlinearity}; "
            "leave it out."
        )
    return found


def _weights_in(folder: Path) -> Path:
    for name in _IN_FOLDER:
        if (folder / name).is_file():
            return folder / name
    raise NetworkError(f"{folder} holds neither {' nor '.join(_IN_FOLDER)}; give the file itself.")


def _config_in(folder: Path) -> Mapping[str, Any]:
    path = folder / "config.json"
    config = read_object(path) if path.exists() else {}
    if not isinstance(config, dict):
        raise NetworkError(f"{path} is no JSON object.")
    return config


def _check_config(found: Adopted, config: Mapping[str, Any]) -> None:
    """Refuse settings beside the weights that say something else, or would be ignored."""
    sizes = found.model.hidden_size, found.model.num_layers, found.vocab_size
    for name, size in zip(_SIZES, sizes, strict=True):
        if config.get(name, size) != size:
            raise NetworkError(f"config.json says {name} {config[name]}, the weights {size}.")
    if config.get("cell", found.model.cell) != found.model.cell:
        raise NetworkError(f"config.json says {config['cell']}, the weights {found.model.cell}.")
    for name in ("max_norm", "bidirectional", "proj_size", "layer_norm"):
        if config.get(name):
            raise NetworkError(
                f"config.json says {name} {config[name]}, which changes numbers and is not "
                "understood; give a network without it."
            )
