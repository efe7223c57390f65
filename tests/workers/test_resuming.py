"""A resume that cannot go on changes nothing; starting over is a new run."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load, save

from rnnviz import Run, work
from rnnviz.cli import main
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.workers import spawning, supervisor
from rnnviz.workers.recorder import Recorder
from tests.workers.recorded import assert_same, assert_whole, make

pytestmark = pytest.mark.usefixtures("short_samples")

NO_FILES = ("history.sqlite", "worker.lock", "starting.lock", "worker.log")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def of_another_network(path: Path) -> None:
    """Whole, but its arrays have other shapes."""
    arrays = {name: array[:-1] for name, array in load(path.read_bytes()).items()}
    path.write_bytes(save(arrays, {"values": "{}"}))


def without_values(path: Path) -> None:
    path.write_bytes(save(load(path.read_bytes())))


def damage_all(run: Run, damage: Callable[[Path], None]) -> None:
    for path in (run.folder.resume, run.folder.resume_before):
        if path.exists():
            damage(path)


DAMAGES = [Path.unlink, cut, empty, of_another_network, without_values]


def everything(run: Run) -> tuple[Any, ...]:
    """All files but those SQLite writes, and all rows but those of events."""
    files = {
        path: path.read_bytes()
        for path in run.folder.path.rglob("*")
        if path.is_file() and not path.name.startswith(NO_FILES)
    }
    with closing(sqlite3.connect(run.folder.history)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        kept = sorted(name for (name,) in names if name not in ("events", "control"))
        rows = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in kept]
    return files, kept, rows


def stopped(runs: Path, state: str) -> Run:
    run, seen = make(runs, iterations=5), list[object]()
    work(run, report=seen.append, should_stop=lambda: state == "stopped" and len(seen) > 3)
    if state == "interrupted":
        with History(run.folder.history) as history:
            history.set_status("running", 5, 1.0)
    assert run.status.state == state
    return run


@pytest.mark.parametrize("state", ["finished", "stopped", "interrupted"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_what_cannot_go_on_stays_as_it_was(
    runs: Path, state: str, damage: Callable[[Path], None]
) -> None:
    run = stopped(runs, state)
    damage_all(run, damage)
    before, status = everything(run), run.status
    for _ in range(2):
        with pytest.raises(RunError, match=r"resume.safetensors is .*Nothing of this run was"):
            work(run)
        assert main(["train", "--resume", run.id]) == 1
        assert (everything(run), run.status) == (before, status)
    assert not list(run.folder.path.glob("*.part"))


@pytest.mark.parametrize("damage", [Path.unlink, cut])
def test_a_page_that_asks_for_more_is_told_at_once(
    runs: Path, damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawning.subprocess, "Popen", None)  # nothing is started
    run = stopped(runs, "stopped")
    damage_all(run, damage)
    before, status = everything(run), run.status
    with pytest.raises(RunError, match="cannot go on"):
        supervisor.resume(run)
    assert (everything(run), run.status) == (before, status)


def test_a_worker_that_was_started_from_a_page_puts_back_what_was_said(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stopped(runs, "finished")
    before, status = everything(run), run.status
    with History(run.folder.history) as history:
        history.set_status(
            "queued", status.iteration, status.fraction, "waiting for its worker to load."
        )

    def fail(self: Recorder) -> None:
        raise RunError("it cannot")

    monkeypatch.setattr(Recorder, "go_back", fail)
    with pytest.raises(RunError, match="it cannot"):
        work(run)
    assert run.status == status
    assert everything(run)[:2] == before[:2]


def test_another_text_stops_nothing_but_this(runs: Path) -> None:
    run = stopped(runs, "finished")
    text = run.folder.text.read_bytes()
    run.folder.text.write_bytes(b"x" + text[1:])
    status = run.status
    with pytest.raises(RunError, match="not the text this run was made from"):
        work(run)
    assert run.status == status


def test_a_new_run_that_fails_says_so(runs: Path) -> None:
    run = make(runs)
    run.folder.text.write_bytes(b"another")
    with pytest.raises(RunError):
        work(run)
    assert run.status.state == "failed"
    assert "not the text" in run.status.message


@pytest.mark.parametrize(
    "name", ["._00000100.safetensors", "best.safetensors", "1.safetensors", "-1.safetensors", "a"]
)
@pytest.mark.parametrize("is_folder", [False, True])
def test_an_odd_file_blocks_nothing_and_stays(runs: Path, name: str, is_folder: bool) -> None:
    run, straight = stopped(runs, "stopped"), make(runs, iterations=5)
    odd = run.folder.snapshots / name
    odd.mkdir() if is_folder else odd.write_bytes(b"odd")
    work(run)
    work(straight)
    assert odd.exists()
    odd.rmdir() if is_folder else odd.unlink()
    assert_same(run, straight)
    assert_whole(run)
