"""What a run's files hold returns as written, and what is wrong with one is one sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnviz.runs.documents import (
    RunError,
    read_json,
    read_tensors,
    speaking_of,
    write_bytes,
    write_json,
    write_tensors,
)

TENSORS: dict[str, NDArray[Any]] = {
    "weights": np.arange(6, dtype=np.float32).reshape(2, 3),
    "dropout": np.arange(5, dtype=np.uint8),
}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full; make room and resume the run"),
        (errno.EDQUOT, "quota"),
        (errno.EFBIG, "larger than allowed"),
        (errno.EACCES, "permission denied; .* --runs"),
        (errno.EROFS, "read-only"),
        (errno.ENOENT, "deleted"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_the_systems_errors_say_what_to_do_with_the_run(number: int, words: str) -> None:
    with pytest.raises(RunError, match=words) as caught, speaking_of(Path("some/file")):
        raise OSError(number, os.strerror(number))
    sentence = str(caught.value)
    assert sentence.startswith("some/file: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="not a folder; choose another with --runs"):
        write_bytes(tmp_path / "file" / "below", b"data")


def test_tensors_and_values_return_as_written(tmp_path: Path) -> None:
    values = {"iteration": 7, "norm": None, "seconds": 0.1}
    write_tensors(tmp_path / "t", {**TENSORS, "turned": TENSORS["weights"].T}, values)
    tensors, read, _ = read_tensors(tmp_path / "t")
    assert read == values
    np.testing.assert_array_equal(tensors.pop("turned"), TENSORS["weights"].T)
    assert set(tensors) == set(TENSORS)
    for name, tensor in tensors.items():
        assert tensor.dtype == TENSORS[name].dtype
        np.testing.assert_array_equal(tensor, TENSORS[name])


def test_every_truncation_of_tensors_is_found(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    write_tensors(whole, TENSORS)
    data = whole.read_bytes()
    for length in range(len(data)):
        cut.write_bytes(data[:length])
        with pytest.raises(RunError, match=r"damaged .*, or choose another iteration"):
            read_tensors(cut)


@pytest.mark.parametrize("data", [b"\xff" * 99, b"{}", b"\0" * 64, b"\x80\x04K\x01."])
def test_what_is_no_safetensors_is_damaged(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t").write_bytes(data)
    with pytest.raises(RunError, match="damaged"):
        read_tensors(tmp_path / "t")


def test_what_is_not_there_may_have_been_deleted(tmp_path: Path) -> None:
    for read in (read_tensors, read_json):
        with pytest.raises(RunError, match="does not exist"):
            read(tmp_path / "gone")


def test_json_returns_as_written(tmp_path: Path) -> None:
    values = {"name": "햄릿 🎭", "list": [1, None, 0.5], "format": 1}
    write_json(tmp_path / "j", values)
    assert read_json(tmp_path / "j") == values
    assert "햄릿" in (tmp_path / "j").read_text("utf-8")


@pytest.mark.parametrize("data", [b"", b"{", b'{"a": 1', b"[1]", b"null", b"\xff\xfe", b"{}}"])
def test_damaged_json_is_found(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "j").write_bytes(data)
    with pytest.raises(RunError, match=r"damaged \(.*\)\. Restore it from a copy"):
        read_json(tmp_path / "j")
