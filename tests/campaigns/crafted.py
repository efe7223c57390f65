"""What somebody might put where a file of a run belongs, who means no good."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np

from rnnviz.runs.paths import RunFolder
from tests.runs.test_border import CRAFTED as ODD

# There once a pickle has been executed.
MARK = Path(tempfile.gettempdir()) / f"executed-{os.getpid()}"
_PICKLE = f"cposix\nsystem\n(S'touch {MARK}'\ntR.".encode()
_NAMES = "snapshot", "resume", "resume_before", "resume_next", "truth", "text", "json", "history"


def _zipped() -> bytes:
    """As torch keeps weights."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        file.writestr("archive/data.pkl", _PICKLE)
        file.writestr("archive/version", "3\n")
    return whole.getvalue()


def _objects() -> bytes:
    """As NumPy keeps arrays of objects."""
    whole = BytesIO()
    about = {"descr": "|O", "fortran_order": False, "shape": (1,)}
    np.lib.format.write_array_header_1_0(whole, about)
    return whole.getvalue() + _PICKLE


def _put(folder: RunFolder, name: str, data: bytes) -> None:
    at = folder.snapshot(10) if name == "snapshot" else getattr(folder, name)
    Path(at).write_bytes(data)


def _pickles() -> dict[str, Callable[[RunFolder], object]]:
    kinds = {"pickle": _PICKLE, "zip": _zipped(), "objects": _objects()}
    return {
        f"{name} {kind}": (lambda folder, name=name, data=data: _put(folder, name, data))
        for name in _NAMES
        for kind, data in kinds.items()
    }


CRAFTED = ODD | _pickles()
