"""Runs are made whole, found, and deleted; whatever lies beside them is let alone."""

from __future__ import annotations

import errno
import os
import re
from datetime import datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.description import read_description
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.naming import new_run_id
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.store import create_folder, delete, find_folders, folder_of, runs_folder

NAMES = [
    "../../etc",
    "..",
    "",
    "/",
    "햄릿.txt",
    "x" * 5000,
    "CON",
    "a\0b\n",
    ".txt",
    "Œuvre—é",
    "-",
]


def make(runs: Path, name: str = "Hamlet.txt", text: str = "to be\n") -> RunFolder:
    model, training = ModelConfig(cell="gru", hidden_size=7), TrainingConfig(iterations=11)
    return create_folder(runs, text, name, model, training)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_every_name_gives_a_safe_id(name: str, cell: str) -> None:
    ids = {new_run_id(name, cell, datetime(2026, 1, 2, 3, 4, 5)) for _ in range(5)}
    assert all(re.fullmatch(r"[a-z0-9-]{8,64}", found) for found in ids)
    assert len(ids) > 1


@pytest.mark.parametrize("name", [name for name in NAMES if len(name) < 300])
def test_whatever_its_name_a_run_lies_in_the_folder_of_runs(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path / "runs", name)
    assert [path.parent for path in tmp_path.glob("*/*/run.json")] == [folder.path]
    assert read_description(folder).text_name == name
    assert [found.id for found in find_folders(tmp_path / "runs")] == [folder.id]


def test_a_new_run_is_seen_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[RunFolder] = []
    for call in ("mkdir", "fsync", "replace"):
        before = getattr(os, call)

        def look(*arguments: Any, before: Any = before) -> None:
            seen.extend(find_folders(tmp_path))
            before(*arguments)

        monkeypatch.setattr(os, call, look)
    folder = make(tmp_path)
    assert seen == []
    assert list(find_folders(tmp_path)) == [folder]
    with History(folder.history) as history:
        assert history.status.state == "created"


@pytest.mark.parametrize("call", ["fsync", "replace", "rename"])
def test_a_run_that_could_not_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(RunError, match="disk is full"):
        make(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_found_by_id_by_its_beginning_and_by_path(tmp_path: Path) -> None:
    hamlet, lear = make(tmp_path, "hamlet"), make(tmp_path, "lear")
    for given in (hamlet.id, "ham", hamlet.path, str(hamlet.path)):
        assert folder_of(tmp_path, given).id == hamlet.id
    assert folder_of(tmp_path / "elsewhere", lear.path).id == lear.id


def test_an_id_that_begins_another_is_itself(tmp_path: Path) -> None:
    short = make(tmp_path)
    copytree(short.path, tmp_path / f"{short.id}-b")
    assert folder_of(tmp_path, short.id).id == short.id
    with pytest.raises(RunError, match=r"2 runs in .* begin with 'ham'; give more"):
        folder_of(tmp_path, "ham")


@pytest.mark.parametrize("name", ["lear", "../../etc", "x" * 5000, "a\0b", "햄릿", "*", "/"])
def test_an_unknown_run_is_one_sentence(tmp_path: Path, name: str) -> None:
    make(tmp_path)
    with pytest.raises(RunError) as caught:
        folder_of(tmp_path, name)
    assert "\n" not in str(caught.value)


def test_what_is_no_run_is_passed_over(tmp_path: Path) -> None:
    folder = make(tmp_path)
    for other in (".slots", "Upper-Case-Name", "short", "a" * 65, "with_underscore"):
        copytree(folder.path, tmp_path / other)
    (tmp_path / "a-file-not-a-folder").touch()
    assert [found.id for found in find_folders(tmp_path)] == [folder.id]


def test_a_damaged_run_is_not_passed_over(tmp_path: Path) -> None:
    folder = make(tmp_path)
    for damage in ("{", "{}", "[" * 99_999):
        folder.json.write_text(damage)
        assert list(find_folders(tmp_path)) == [folder]
    folder.json.unlink()
    assert list(find_folders(tmp_path)) == [folder]


def test_the_newest_run_comes_first(tmp_path: Path) -> None:
    """By the time in the id, so that renaming a run leaves it in its place."""
    ids = [new_run_id(name, "gru", datetime(2026, 1, 2, 3, 4, at)) for at, name in enumerate("bca")]
    for name in ids:
        copytree(make(tmp_path / "elsewhere").path, tmp_path / name)
    assert [found.id for found in find_folders(tmp_path)] == ids[::-1]


@pytest.mark.parametrize("place", ["gone", "file"])
def test_where_no_folder_is_there_are_no_runs(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    assert list(find_folders(tmp_path / place)) == []


def test_a_run_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="not a folder; choose another with --runs"):
        make(tmp_path / "file" / "runs")


def test_runs_lie_where_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RNNVIZ_RUNS", raising=False)
    assert runs_folder() == Path("runs")
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    assert runs_folder() == tmp_path
    assert runs_folder("given") == Path("given")


def test_deleting_leaves_nothing_of_a_damaged_run(tmp_path: Path) -> None:
    folder, other = make(tmp_path, "first"), make(tmp_path, "second")
    folder.json.write_text("{")
    delete(folder_of(tmp_path, folder.id))
    assert [found.id for found in find_folders(tmp_path)] == [other.id]
    with pytest.raises(RunError, match="may have been deleted"):
        delete(folder)


@pytest.mark.parametrize("name", ["", "."])
def test_nothing_names_no_run(tmp_path: Path, name: str) -> None:
    """The beginning of every id must not pick the only run there is."""
    make(tmp_path)
    with pytest.raises(RunError, match="no run was named"):
        folder_of(tmp_path, name)
