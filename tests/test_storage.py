"""A file is written whole or not at all, and a disk that refuses is named in one sentence."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from stat import S_ISDIR

import pytest

from rnnviz.storage import (
    StorageError,
    folder_to_fill,
    is_left_over,
    read_file,
    speaking_of,
    whole_file,
    write_all,
    write_whole,
)


def refuse(monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refused)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_of_files_that_belong_together_all_take_their_places_or_none(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write_all({one: b"old", other: b"old"})
    write_all({one: b"new", other: b"new"})
    assert contents(tmp_path) == {"one": b"new", "other": b"new"}
    other.unlink()
    other.mkdir()
    with pytest.raises(StorageError, match="other: it is a folder"):
        write_all({one: b"newer", other: b"newer"})
    assert one.read_bytes() == b"new" and sorted(tmp_path.iterdir()) == [one, other]


def test_a_disk_that_refuses_the_second_leaves_the_first_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(dict.fromkeys([tmp_path / "one", tmp_path / "other"], b"old"))
    real, calls = os.fsync, list[int]()

    def fsync(number: int) -> None:
        calls.append(number)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(number)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StorageError, match="other: the disk is full; make room"):
        write_all(dict.fromkeys([tmp_path / "one", tmp_path / "other"], b"new"))
    assert contents(tmp_path) == {"one": b"old", "other": b"old"}


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_was_made_for_nothing_goes_again(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "folder"
    if there:
        folder.mkdir()
    with pytest.raises(KeyError), folder_to_fill(folder):
        raise KeyError("nothing is written")
    assert folder.exists() == there
    with pytest.raises(KeyError), folder_to_fill(folder) as made:
        (made / "kept").touch()
        raise KeyError("not all is written")
    assert (folder / "kept").exists()


def test_a_new_file_replaces_the_old_one_and_nothing_else_is_left(tmp_path: Path) -> None:
    for data in (b"old", b"new and longer", b""):
        write_whole(tmp_path / "whole", data)
        assert contents(tmp_path) == {"whole": data}


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("old", [{"whole": b"old"}, {}])
def test_a_refused_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, old: dict[str, bytes]
) -> None:
    for name, data in old.items():
        write_whole(tmp_path / name, data)
    refuse(monkeypatch, call, errno.ENOSPC)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "whole", b"new")
    assert contents(tmp_path) == old


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_whatever_fails_on_the_way_leaves_the_old_file(
    tmp_path: Path, error: type[BaseException]
) -> None:
    write_whole(tmp_path / "whole", b"old")
    with pytest.raises(error), whole_file(tmp_path / "whole") as file:
        file.write(b"half")
        raise error
    assert contents(tmp_path) == {"whole": b"old"}


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


def test_the_file_is_on_the_disk_before_its_name_and_that_before_anybody_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, fsync, replace = list[str](), os.fsync, os.replace

    def sync(handle: int) -> None:
        done.append("folder" if S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def put(source: Path, target: Path) -> None:
        done.append("name")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", put)
    write_whole(tmp_path / "whole", b"new")
    assert done == ["file", "name", "folder"]


def test_two_who_write_the_same_file_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "whole"
    with whole_file(path) as one, whole_file(path) as other:
        one.write(b"one")
        other.write(b"other")
    assert contents(tmp_path) == {"whole": b"one"}


def test_a_folder_that_cannot_be_written_out_is_no_reason_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def refuse_folders(path: Path, *more: int) -> int:
        if Path(path).is_dir():
            raise OSError(errno.EACCES, "not a folder")
        return opened(path, *more)

    monkeypatch.setattr(os, "open", refuse_folders)
    write_whole(tmp_path / "whole", b"new")
    assert contents(tmp_path) == {"whole": b"new"}


def test_any_name_that_a_file_may_have_will_do(tmp_path: Path) -> None:
    name = "가" * 85  # 255 bytes, the most there can be
    write_whole(tmp_path / name, b"new")
    assert contents(tmp_path) == {name: b"new"}


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="no ordinary file"):
        write_whole(tmp_path / "pipe", b"new")
    with pytest.raises(OSError, match="Is a directory"):
        write_whole(tmp_path / "folder", b"new")
    assert (tmp_path / "pipe").is_fifo()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_may_be_read_by_whom_the_system_lets(tmp_path: Path) -> None:
    write_whole(tmp_path / "whole", b"new")
    (tmp_path / "usual").touch()
    modes = [(tmp_path / name).stat().st_mode for name in ("whole", "usual")]
    assert modes[0] == modes[1]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full; make room"),
        (errno.EDQUOT, "quota"),
        (errno.EFBIG, "larger than allowed"),
        (errno.EACCES, "permission denied; choose another place"),
        (errno.EROFS, "read-only"),
        (errno.ENOENT, "no such file, and none can be made"),
        (errno.ENOTDIR, "not a folder"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_the_systems_errors_become_one_sentence_that_names_the_file_alone(
    number: int, words: str
) -> None:
    with pytest.raises(StorageError, match=words) as caught, speaking_of(Path("some/file")):
        raise OSError(number, os.strerror(number))
    sentence = str(caught.value)
    assert sentence.startswith("some/file: ")
    assert sentence.endswith(".")
    assert not any(word in sentence for word in ("\n", " run", "--runs"))


def test_only_what_nobody_writes_any_more_is_left_over(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with whole_file(tmp_path / "here.bin") as file:
        file.write(b"half")
        (written,) = tmp_path.glob(".*.part")
        assert not is_left_over(written)
    assert is_left_over(tmp_path / f".{ended.pid}-00c0ffee.part")
    assert is_left_over(tmp_path / ".of-another-program.part")


def test_a_file_keeps_its_rights_and_one_that_may_not_be_written_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.bin"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o640)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everything
    with pytest.raises(PermissionError):
        write_whole(path, b"newer")
    assert path.read_bytes() == b"new"


def test_no_more_memory_is_taken_than_a_file_has_bytes(tmp_path: Path) -> None:
    file = tmp_path / "small.json"
    file.write_bytes(b"{}")
    tracemalloc.start()
    try:
        assert read_file(file, 16_000_000) == b"{}"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
