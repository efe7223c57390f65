"""Commands called in this process: what they print, how they end, what they are given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnviz.cli import main
from tests.conftest import QUESTION

LONG, SHORT = QUESTION * 235, QUESTION * 4
SMALL = ("--hidden-size", "7", "--sequence-length", "5", "--batch-size", "3")
Captured = pytest.CaptureFixture[str]


def call(*arguments: object) -> int:
    """The exit code of a command, however it ends."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as end:
        assert isinstance(end.code, int)
        return end.code


def complaint(capsys: Captured) -> str:
    """The one sentence on stderr, and options to choose from below it; stdout is empty."""
    output, errors = capsys.readouterr()
    assert output == ""
    assert re.fullmatch(r"rnnviz: [^\n]+\n(  --[^\n]+\n)*", errors), errors
    assert "Traceback" not in errors
    return errors


def text_file(folder: Path, data: str | bytes, name: str = "Hamlet.txt") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def arrays_of(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path, allow_pickle=False) as file:
        return dict(file)
