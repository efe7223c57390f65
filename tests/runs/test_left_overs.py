"""What was left by who was killed making or deleting a run is counted, and finished by the next."""

from __future__ import annotations

import errno
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from rnnviz.cli import main
from rnnviz.models.state_dicts import from_state_dict
from rnnviz.runs import adopting, store
from rnnviz.runs.adopting import Learned, networks_of
from rnnviz.runs.documents import RunError
from rnnviz.runs.imported import Imported
from rnnviz.runs.left_overs import disk_used, finish_left_overs, left_overs
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.store import delete, find_folders
from tests.runs.test_removal import FULL_ID, THESIS, contents
from tests.runs.test_store import make


def killed(act: Callable[[], object], call: str, count: int) -> bool:
    """Whether a process that does this was killed at a call of the system's, the count-th."""
    child = os.fork()
    if child == 0:
        before, left = getattr(os, call), [count]

        def dying(*given: object, **named: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return before(*given, **named)

        setattr(os, call, dying)
        try:
            act()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def hidden(runs: Path) -> list[str]:
    return sorted(path.name for path in runs.iterdir() if path.name.startswith("."))


@pytest.mark.parametrize(
    ("call", "count"), [*(("fsync", count) for count in range(1, 5)), ("replace", 1), ("rename", 1)]
)
def test_the_making_of_a_run_that_is_killed_anywhere_leaves_nothing_for_long(
    tmp_path: Path, call: str, count: int
) -> None:
    assert killed(lambda: make(tmp_path), call, count)
    assert len(hidden(tmp_path)) == 1
    assert list(find_folders(tmp_path)) == []
    folder = make(tmp_path)
    assert list(tmp_path.iterdir()) == [folder.path]


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """Makes a run of two networks from elsewhere; what takes time is measured before."""
    parts = nn.ModuleDict({"rnn": nn.GRU(2, 3), "out": nn.Linear(3, 2)}).state_dict()
    networks, vocabulary = networks_of(
        {5: from_state_dict(parts), 9: from_state_dict(parts)}, "ab", None
    )
    taken = adopting._snapshots(networks, vocabulary, np.array([0, 1] * 9))
    monkeypatch.setattr(adopting, "_snapshots", lambda *_: taken)
    monkeypatch.setattr(adopting, "_judge", lambda *_: None)
    source, learned = Imported("PyTorch", numbered=True), Learned("ab" * 9)
    return lambda: adopting.adopt(tmp_path, networks, vocabulary, source, learned)


@pytest.mark.parametrize("call", ["fsync", "replace", "rename"])
def test_bringing_a_network_that_is_killed_anywhere_leaves_nothing_for_long(
    tmp_path: Path, bring: Callable[[], object], call: str
) -> None:
    count = 1
    while killed(bring, call, count):
        assert len(hidden(tmp_path)) == 1 and list(find_folders(tmp_path)) == []
        finish_left_overs(tmp_path)
        assert list(tmp_path.iterdir()) == []
        count += 1
    assert count - 1 == {"fsync": 8, "replace": 4, "rename": 1}[call]
    (folder,) = find_folders(tmp_path)
    assert sorted(folder.snapshots_there()) == [5, 9]


@pytest.mark.parametrize("call", ["fsync", "replace", "rename"])
def test_a_disk_that_is_full_anywhere_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, bring: Callable[[], object], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    before, left = getattr(os, call), [0]

    def full(*given: object) -> object:
        left[0] -= 1
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return before(*given)

    monkeypatch.setattr(os, call, full)
    for count in range(1, {"fsync": 2, "replace": 5, "rename": 2}[call]):
        left[0] = count
        with pytest.raises(
            RunError, match=r": the disk is full; make room and try again\.$"
        ) as said:
            bring()
        assert f"{tmp_path}/network-gru-" in str(said.value) and ".new" not in str(said.value)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", range(1, 6))
def test_a_deletion_that_is_killed_anywhere_is_finished_by_the_next(
    tmp_path: Path, count: int
) -> None:
    folder, other = make(tmp_path), make(tmp_path)
    folder.snapshot(0).write_bytes(b"weights")
    assert killed(lambda: delete(folder), "unlink", count)
    assert [found.id for found in find_folders(tmp_path)] == [other.id]
    assert hidden(tmp_path) == [f".{folder.id}.gone"]
    delete(other)
    assert list(tmp_path.iterdir()) == []


def test_what_is_made_just_now_is_let_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    for call in ("fsync", "replace", "rename"):
        before = getattr(os, call)

        def look(*given: object, before: Callable[..., object] = before) -> None:
            finish_left_overs(tmp_path)
            seen.extend(hidden(tmp_path))
            before(*given)

        monkeypatch.setattr(os, call, look)
    folder = make(tmp_path)
    assert set(seen) == {f".{folder.id}.new"}
    assert list(find_folders(tmp_path)) == [folder]


def test_a_folder_whose_lock_is_not_there_yet_is_let_alone_for_an_hour(tmp_path: Path) -> None:
    left = tmp_path / f".{FULL_ID}.new"
    left.mkdir()
    finish_left_overs(tmp_path)
    assert left.is_dir()
    os.utime(left, (1, 1))
    finish_left_overs(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", [f".{FULL_ID}", ".documents.gone", ".git", ".gone", f"{FULL_ID}.new"]
)
def test_what_somebody_else_hid_is_never_touched(tmp_path: Path, name: str) -> None:
    """A run under its name with a dot, too, has a description, and is somebody's."""
    make(tmp_path / "runs").path.rename(tmp_path / name)
    (tmp_path / name / "worker.lock").touch()
    before = contents(tmp_path)
    finish_left_overs(tmp_path)
    assert contents(tmp_path) == before


def test_of_an_earlier_version_what_has_no_description_is_left(tmp_path: Path) -> None:
    folder = make(tmp_path)
    folder.json.unlink()
    folder.path.rename(tmp_path / f".{folder.id}")
    finish_left_overs(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_files_of_somebody_elses_are_seen_again(tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder.path / "thesis.tex").write_bytes(THESIS)
    folder.path.rename(tmp_path / f".{folder.id}.gone")
    finish_left_overs(tmp_path)
    assert contents(tmp_path) == {folder.id: None, f"{folder.id}/thesis.tex": THESIS}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = make(tmp_path / "elsewhere")
    (tmp_path / f".{folder.id}.gone").symlink_to(folder.path)
    before = contents(tmp_path)
    finish_left_overs(tmp_path)
    assert contents(tmp_path) == before


def test_the_disk_that_is_shown_counts_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, gone = make(tmp_path), make(tmp_path)
    gone.text.write_bytes(b"x" * 3_000_000)
    gone.path.rename(tmp_path / f".{gone.id}.gone")
    (left,) = left_overs(tmp_path)
    assert disk_used([left]) > 3_000_000
    assert disk_used([kept, RunFolder(tmp_path / "nowhere")]) == sum(
        path.stat().st_size for path in kept.path.rglob("*") if path.is_file()
    )
    assert main(["list", "--runs", str(tmp_path)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.match(r"3\.\d MB of the disk, 3\.\d MB of it left by a deletion, or the making", last)
    store.delete(kept)
    assert list(tmp_path.iterdir()) == []
