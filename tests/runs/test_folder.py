"""Every name gives a safe id; a folder that is no run, or a damaged one, is told apart."""

from __future__ import annotations

import errno
import json
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.documents import RunError
from rnnviz.runs.folder import (
    FORMAT,
    RunFolder,
    create_folder,
    find_folders,
    folder_of,
    new_run_id,
    runs_folder,
)
from rnnviz.runs.history import History

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


def change(folder: RunFolder, **values: Any) -> None:
    folder.json.write_text(json.dumps(json.loads(folder.json.read_text()) | values))


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
    assert folder.describe().text_name == name
    assert [found.id for found in find_folders(tmp_path / "runs")] == [folder.id]


def test_a_name_that_is_no_text_becomes_one(tmp_path: Path) -> None:
    folder = make(tmp_path, os.fsdecode(b"Hamlet\xff.txt"))
    assert folder.describe().text_name == "Hamlet?.txt"


@pytest.mark.parametrize(
    ("text_name", "name"),
    [
        ("corpus:play", "A verse drama"),
        ("Why? · corpus:play", "Why? · A verse drama"),
        ("play.txt", "play"),
        ("corpus:gone", "gone"),
        ("corpus:play.txt", "play"),
    ],
)
def test_a_run_of_a_catalogue_text_is_called_by_its_title(
    tmp_path: Path, text_name: str, name: str
) -> None:
    about = make(tmp_path, text_name).describe()
    assert (about.name, about.text_name) == (name, text_name)


@pytest.mark.parametrize("name", ["play", "my best"])
def test_the_name_a_person_gave_stays(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path, "corpus:play")
    values = json.loads(folder.json.read_text())
    folder.json.write_text(json.dumps(values | {"name": name}))
    assert folder.describe().name == name


def test_a_description_returns_as_written(tmp_path: Path) -> None:
    about = make(tmp_path, text="가나다\n🎭").describe()
    assert about.model == ModelConfig(cell="gru", hidden_size=7)
    assert about.training == TrainingConfig(iterations=11)
    assert about.alphabet.vocabulary.characters == tuple(sorted("가나다\n🎭"))
    assert (about.name, about.text_name, about.text_characters) == ("Hamlet", "Hamlet.txt", 5)
    assert set(about.packages) == {"python", "torch", "numpy"}
    assert datetime.fromisoformat(about.created).tzinfo is not None


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


def test_the_text_returns_character_by_character(tmp_path: Path) -> None:
    text = "a\r\nb\rc\n\ufeff🎭가"
    assert make(tmp_path, text=text).read_text() == text


@pytest.mark.parametrize("data", [b"", b"to be!", b"\xff\xff"])
def test_another_text_is_not_the_runs_own(tmp_path: Path, data: bytes) -> None:
    folder = make(tmp_path)
    folder.text.write_bytes(data)
    with pytest.raises(RunError, match="not the text this run was made from"):
        folder.read_text()


def test_a_newer_format_asks_for_an_update(tmp_path: Path) -> None:
    folder = make(tmp_path)
    change(folder, format=FORMAT + 1, model="of another shape")
    with pytest.raises(RunError, match=f"has format {FORMAT + 1}.*reads up to {FORMAT}. Update"):
        folder.describe()


@pytest.mark.parametrize("key", ["format", "name", "model", "training", "vocabulary", "text"])
def test_a_missing_part_is_damage(tmp_path: Path, key: str) -> None:
    folder = make(tmp_path)
    values = json.loads(folder.json.read_text())
    del values[key]
    folder.json.write_text(json.dumps(values))
    with pytest.raises(RunError, match=rf"damaged .*{key}.*; delete the run"):
        folder.describe()


@pytest.mark.parametrize(
    "values",
    [
        {"format": "1"},
        {"format": None},
        {"model": None},
        {"model": {"cell": "lstn"}},
        {"model": {"units": 3}},
        {"training": {"iterations": -1}},
        {"training": [1]},
        {"vocabulary": []},
        {"vocabulary": ["a", "a"]},
        {"vocabulary": ["ab"]},
        {"vocabulary": 5},
        {"text": "Hamlet"},
    ],
)
def test_a_part_of_the_wrong_kind_is_damage(tmp_path: Path, values: dict[str, Any]) -> None:
    folder = make(tmp_path)
    change(folder, **values)
    with pytest.raises(RunError, match=r"damaged .*; delete the run"):
        folder.describe()


def test_a_new_name_changes_nothing_else(tmp_path: Path) -> None:
    folder = make(tmp_path)
    before = json.loads(folder.json.read_text())
    folder.rename("  비극 <b>\n")
    assert json.loads(folder.json.read_text()) == before | {"name": "비극 <b>"}
    assert folder_of(tmp_path, folder.id) == folder


@pytest.mark.parametrize("name", ["", "  \n", "x" * 101])
def test_a_name_has_1_to_100_characters(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path)
    with pytest.raises(ValueError, match="1 to 100 are allowed"):
        folder.rename(name)
    assert folder.describe().name == "Hamlet"


def test_a_run_is_found_by_id_by_its_beginning_and_by_path(tmp_path: Path) -> None:
    hamlet, lear = make(tmp_path, "hamlet"), make(tmp_path, "lear")
    for given in (hamlet.id, "ham", hamlet.path, str(hamlet.path)):
        assert folder_of(tmp_path, given).id == hamlet.id
    assert folder_of(tmp_path / "elsewhere", lear.path).id == lear.id


def test_an_id_that_begins_another_is_itself(tmp_path: Path) -> None:
    short = make(tmp_path)
    longer = RunFolder(tmp_path / f"{short.id}-b")
    longer.path.mkdir()
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
        (tmp_path / other).mkdir()
    (tmp_path / "a-file-not-a-folder").touch()
    assert [found.id for found in find_folders(tmp_path)] == [folder.id]


def test_a_damaged_run_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "without-description").mkdir()
    assert [found.id for found in find_folders(tmp_path)] == ["without-description"]


def test_the_newest_run_comes_first(tmp_path: Path) -> None:
    """By the time in the id, so that renaming a run leaves it in its place."""
    ids = [new_run_id(name, "gru", datetime(2026, 1, 2, 3, 4, at)) for at, name in enumerate("bca")]
    for name in ids:
        (tmp_path / name).mkdir()
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
    folder_of(tmp_path, folder.id).delete()
    assert [found.id for found in find_folders(tmp_path)] == [other.id]
    with pytest.raises(RunError, match="may have been deleted"):
        folder.delete()


@pytest.mark.parametrize("name", ["", "."])
def test_nothing_names_no_run(tmp_path: Path, name: str) -> None:
    """The beginning of every id must not pick the only run there is."""
    make(tmp_path)
    with pytest.raises(RunError, match="no run was named"):
        folder_of(tmp_path, name)
