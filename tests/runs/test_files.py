"""A file is written whole or not at all, and a disk that refuses is named in one sentence."""

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
    write_json,
    write_tensors,
    write_whole,
)

TENSORS: dict[str, NDArray[Any]] = {
    "weights": np.arange(6, dtype=np.float32).reshape(2, 3),
    "dropout": np.arange(5, dtype=np.uint8),
}


def refuse(monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refused)


def test_a_new_file_replaces_the_old_one_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "whole"
    for data in (b"old", b"new and longer", b""):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("old", [b"old", None])
def test_a_refused_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, old: bytes | None
) -> None:
    path = tmp_path / "whole"
    if old is not None:
        write_whole(path, old)
    refuse(monkeypatch, call, errno.ENOSPC)
    with pytest.raises(RunError, match=f"{path}: the disk is full; make room"):
        write_whole(path, b"new")
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == ({} if old is None else {path: old})


def test_until_the_last_moment_readers_see_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, replace = tmp_path / "whole", os.replace
    write_whole(path, b"old")
    seen = []

    def look(source: Path, target: Path) -> None:
        seen.append((path.read_bytes(), Path(source).read_bytes()))
        replace(source, target)

    monkeypatch.setattr(os, "replace", look)
    write_whole(path, b"new")
    assert seen == [(b"old", b"new")]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EFBIG, "larger than allowed"),
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "read-only"),
        (errno.ENOENT, "deleted"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_the_systems_errors_become_one_sentence(number: int, words: str) -> None:
    with pytest.raises(RunError, match=words) as caught, speaking_of(Path("some/file")):
        raise OSError(number, os.strerror(number))
    sentence = str(caught.value)
    assert sentence.startswith("some/file: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="not a folder"):
        write_whole(tmp_path / "file" / "below", b"data")


def test_tensors_and_values_return_as_written(tmp_path: Path) -> None:
    values = {"iteration": 7, "norm": None, "seconds": 0.1}
    write_tensors(tmp_path / "t", {**TENSORS, "turned": TENSORS["weights"].T}, values)
    tensors, read = read_tensors(tmp_path / "t")
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
        with pytest.raises(RunError, match=r"damaged .*; choose another iteration"):
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
    with pytest.raises(RunError, match=r"damaged \(.*\); delete the run"):
        read_json(tmp_path / "j")
