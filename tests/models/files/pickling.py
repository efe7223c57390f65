"""Files with pickles in them, as others make them: the one place that writes any."""

from __future__ import annotations

import io
import os
import pickle
from pathlib import Path
from typing import Any

import torch


class Hostile:
    """Makes a folder once it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def save(held: Any, path: Path) -> None:
    """As PyTorch keeps state dicts, checkpoints and whole modules."""
    torch.save(held, path)


def saved(held: Any) -> list[bytes]:
    """The same in PyTorch's format, in its old one, as a bare pickle, and cut short."""
    old, new = io.BytesIO(), io.BytesIO()
    torch.save(held, new)
    torch.save(held, old, _use_new_zipfile_serialization=False)
    return [new.getvalue(), old.getvalue(), pickle.dumps(held), new.getvalue()[:-99]]
