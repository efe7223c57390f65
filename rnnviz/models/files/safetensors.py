"""Networks in safetensors files, by PyTorch's names."""

from __future__ import annotations

import json
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from rnnviz.models.adopted import NetworkError
from rnnviz.models.files.bounded import read_bytes

_LENGTH = 8  # bytes that say how long the header is
_MOST_HEADER = 1 << 20  # of a few weights it has a thousand


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a file by name; numbers of the file lie where its header says, or it is none.

    Of weights that are shared, `safetensors.torch.save_model` keeps one, and says which others are
    the same: they are given under all of their names.

    Raises:
        NetworkError: it is no such file, is cut short, or its header is larger than 1 MB.
    """
    data = read_bytes(path)
    length = int.from_bytes(data[:_LENGTH], "little")
    if len(data) >= _LENGTH and length > _MOST_HEADER:
        raise NetworkError(
            f"{path} claims a header of {length:,} bytes; it is no safetensors file of a network, "
            f"whose header has {_MOST_HEADER:,} at most."
        )
    try:
        tensors = dict(load(data))
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise NetworkError(f"{path} is no whole safetensors file ({error}).") from error
    shared = json.loads(data[_LENGTH : _LENGTH + length]).get("__metadata__") or {}
    return {name: tensors[kept] for name, kept in shared.items() if kept in tensors} | tensors
