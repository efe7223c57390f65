"""Only runs are deleted, of a run only its own files, and links are never followed."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import copytree

import pytest

from rnnviz.cli import main
from rnnviz.runs.documents import RunError
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.recognition import is_run
from rnnviz.runs.store import delete, find_folder, find_folders, folder_of
from tests.runs.test_store import make

THESIS = b"four years of work"
FULL_ID = "my-thesis-gru-20260102-030405-0001234"


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder, and what it holds."""
    found = sorted(folder.rglob("*"))
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in found}


def documents(home: Path, name: str, description: str | None = None) -> Path:
    """A folder of somebody's own, that looks like a run as far as it can by chance."""
    folder = home / name
    (folder / "snapshots").mkdir(parents=True)
    (folder / "thesis.tex").write_bytes(THESIS)
    (folder / "snapshots" / "00000001.safetensors").write_bytes(THESIS)
    if description is not None:
        (folder / "run.json").write_text(description)
    return folder


@pytest.mark.parametrize("name", ["documents", "my-thesis-2026", FULL_ID])
@pytest.mark.parametrize("description", [None, "{}", "{", '{"format": 2, "name": "x"}', "null"])
def test_what_is_no_run_is_never_touched(
    tmp_path: Path, name: str, description: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = documents(tmp_path, name, description)
    before = contents(tmp_path)
    assert list(find_folders(tmp_path)) == []
    for given in (name, name[:3], str(folder)):
        assert main(["delete", given, "--yes", "--runs", str(tmp_path)]) == 1
        assert main(["train", "--resume", given, "--runs", str(tmp_path)]) == 1
    with pytest.raises(RunError, match="no run of this program; there is nothing to delete"):
        delete(RunFolder(folder))
    assert contents(tmp_path) == before
    assert capsys.readouterr().out == ""


def test_what_is_not_the_runs_own_stays_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path)
    kept = [folder.path / "notes.txt", folder.snapshots / "._00000001.safetensors"]
    for path in (*kept, folder.snapshot(0), folder.resume, folder.log):
        path.write_bytes(THESIS)
    assert main(["delete", folder.id, "--yes", "--runs", str(tmp_path)]) == 0
    assert contents(folder.path) == {
        "notes.txt": THESIS,
        "snapshots": None,
        "snapshots/._00000001.safetensors": THESIS,
    }
    assert "still there: " in (said := capsys.readouterr().out)
    assert str(kept[0]) in said
    assert str(folder.snapshots) in said
    assert list(find_folders(tmp_path)) == []


def test_a_run_that_was_copied_under_another_name_is_one(tmp_path: Path) -> None:
    copytree(make(tmp_path / "elsewhere").path, tmp_path / "hamlet-again")
    assert [found.id for found in find_folders(tmp_path)] == ["hamlet-again"]
    assert delete(folder_of(tmp_path, "hamlet-again")) == []
    assert list(tmp_path.iterdir()) == [tmp_path / "elsewhere"]


def test_an_id_is_looked_up_before_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the same name, where the command is typed, is another matter."""
    run = make(tmp_path / "runs")
    other = copytree(run.path, tmp_path / "here" / run.id)
    monkeypatch.chdir(tmp_path / "here")
    assert folder_of(tmp_path / "runs", run.id) == run
    assert folder_of(tmp_path / "nowhere", run.id).path == other
    assert folder_of(tmp_path / "runs", f"./{run.id}").path == other


def test_a_link_is_no_run(tmp_path: Path) -> None:
    run = make(tmp_path / "elsewhere")
    before = contents(run.path)
    link = tmp_path / "runs" / run.id
    link.parent.mkdir()
    link.symlink_to(run.path)
    assert list(find_folders(tmp_path / "runs")) == []
    assert find_folder(tmp_path / "runs", run.id) is None
    for given in (run.id, link):
        with pytest.raises(RunError, match="there is no run"):
            folder_of(tmp_path / "runs", given)
    with pytest.raises(RunError, match="there is nothing to delete"):
        delete(RunFolder(link))
    assert contents(run.path) == before
    assert link.is_symlink()


def test_the_folder_of_all_runs_may_be_a_link(tmp_path: Path) -> None:
    run = make(tmp_path / "elsewhere")
    (tmp_path / "runs").symlink_to("elsewhere")
    assert folder_of(tmp_path / "runs", run.id).path.samefile(run.path)
    assert folder_of(tmp_path, tmp_path / "runs" / run.id) == run


@pytest.mark.parametrize("name", ["snapshots", "text.txt", "history.sqlite", "worker.log"])
def test_what_a_link_in_a_run_leads_to_stays(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path / "runs")
    path, outside = folder.path / name, documents(tmp_path, "outside")
    path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
    path.symlink_to(outside if name == "snapshots" else outside / "thesis.tex")
    before = contents(outside)
    delete(folder)
    assert contents(outside) == before


def test_a_lock_that_is_a_link_is_refused(tmp_path: Path) -> None:
    folder, outside = make(tmp_path / "runs"), documents(tmp_path, "outside")
    folder.lock.unlink()
    folder.lock.symlink_to(outside / "thesis.tex")
    with pytest.raises(RunError, match=r"worker.lock: it is a link, or no .*; remove it"):
        delete(folder)
    assert (outside / "thesis.tex").read_bytes() == THESIS


@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "huge"])
def test_a_description_that_is_no_ordinary_file_is_not_waited_for(
    tmp_path: Path, kind: str
) -> None:
    folder = make(tmp_path)
    described = folder.json.rename(tmp_path / "elsewhere.json")
    if kind == "pipe":
        os.mkfifo(folder.json)
    elif kind == "folder":
        folder.json.mkdir()
    elif kind == "link":
        folder.json.symlink_to(described)
    else:
        with folder.json.open("wb") as file:
            file.truncate(1 << 40)
    assert list(find_folders(tmp_path)) == [folder]
    other = folder.path.rename(tmp_path / "by-any-other-name")
    assert not is_run(other)
