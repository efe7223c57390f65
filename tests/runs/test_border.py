"""Whatever is wrong with a run is that run's line, said within a second, and never another's."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.cli import main
from rnnviz.runs.documents import RunError
from rnnviz.runs.index import RunIndex
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.store import find_folders
from rnnviz.workers import supervisor
from tests.conftest import QUESTION

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"


def make(runs: Path) -> Run:
    how = TrainingConfig(iterations=2, sequence_length=5, batch_size=3)
    return Run.create(QUESTION * 4, model=ModelConfig(hidden_size=3), training=how, runs=runs)


def put(kind: str, path: Path) -> None:
    """Something else where a file belongs."""
    rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("/dev/zero")
    elif kind == "loop":
        path.symlink_to(path.name)
    else:
        with path.open("wb") as file:
            file.truncate(1 << 40)


def describe(folder: RunFolder, **values: Any) -> None:
    folder.json.write_text(json.dumps(json.loads(folder.json.read_text()) | values))


def execute(folder: RunFolder, *statements: str) -> None:
    with closing(sqlite3.connect(folder.history)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def descriptions() -> dict[str, Callable[[RunFolder], object]]:
    """Everything that `run.json` might say instead."""
    values: list[dict[str, Any]] = [
        {"name": name} for name in (None, 5, ["a"], {}, "\ud800", "x" * 9999)
    ]
    values += [{"created": created} for created in (None, 5, "yesterday", "", [])]
    values += [{"packages": packages} for packages in (None, [], "torch", {"torch": 2})]
    values += [{"format": of} for of in (True, -1, 1.5, "2", [2], 10**400)]
    values += [{"training": {"iterations": of}} for of in (10**400, 1e308, "5", [5], True)]
    values += [{"model": {"hidden_size": of}} for of in (0, 10**400, "5", None, {"a": 1})]
    values += [{"vocabulary": of} for of in (None, "", {}, [[]], [None], ["ab"], 7)]
    values += [{"text": of} for of in (None, [], "", {"name": 5}, {"hangul": []})]
    texts = ["[" * 10**6, '{"a":' * 10**5, "9" * 9999, "{} {}", "\0", "NaN", "-Infinity"]
    return {
        **{f"{of}"[:60]: (lambda f, of=of: describe(f, **of)) for of in values},
        **{text[:20]: (lambda f, text=text: f.json.write_text(text)) for text in texts},
    }


def rows() -> dict[str, Callable[[RunFolder], object]]:
    """Everything that the history might hold instead."""
    update = "UPDATE status SET {} = {}".format
    columns = "state", "since", "iteration", "fraction", "message", "held_out_loss"
    odd = "NULL", "'words'", "x'ff'", "-1", "1e999", "CAST(x'ff' AS TEXT)"
    allowed = {
        *((c, "-1") for c in ("since", "fraction", "held_out_loss")),
        *(("message", text) for text in ("'words'",)),
        *((c, "1e999") for c in ("fraction", "held_out_loss")),
        *((c, o) for c, o in (("held_out_loss", "NULL"), ("message", "-1"), ("message", "1e999"))),
    }
    many = {
        f"{c} {o}": (lambda f, c=c, o=o: execute(f, update(c, o)))
        for c in columns
        for o in odd
        if (c, o) not in allowed
    }
    view = f"CREATE VIEW status AS {ENDLESS} SELECT i FROM n"
    return many | {
        "no status": lambda f: execute(f, "DELETE FROM status"),
        "no table": lambda f: execute(f, "DROP TABLE status"),
        "another table": lambda f: execute(f, "DROP TABLE status", "CREATE TABLE status (a)"),
        "endless view": lambda f: execute(f, "DROP TABLE status", view),
        "another view": lambda f: execute(f, f"CREATE VIEW odd AS {ENDLESS} SELECT i FROM n"),
        "trigger": lambda f: execute(
            f, "CREATE TRIGGER odd AFTER UPDATE ON status BEGIN DELETE FROM iterations; END"
        ),
        "virtual": lambda f: execute(f, "CREATE VIRTUAL TABLE odd USING rtree(a, b, c)"),
        "index": lambda f: execute(f, "CREATE INDEX odd ON iterations (loss)"),
        "nothing": lambda f: f.history.write_bytes(b""),
        "cut": lambda f: f.history.write_bytes(f.history.read_bytes()[:-4096]),
        "words": lambda f: f.history.write_bytes(b"words" * 999),
    }


def files() -> dict[str, Callable[[RunFolder], object]]:
    kinds, names = ("pipe", "folder", "link", "loop", "huge"), ("run.json", "history.sqlite")
    return {
        f"{name} {kind}": (lambda f, name=name, kind=kind: put(kind, f.path / name))
        for name in names
        for kind in kinds
    }


CRAFTED = descriptions() | rows() | files()


@pytest.mark.parametrize("how", list(CRAFTED))
def test_one_odd_run_is_one_line(runs: Path, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, last = (make(runs) for _ in range(3))
    CRAFTED[how](bad.folder)
    index = RunIndex(runs)
    for _ in range(2):
        started = time.process_time()
        found = {run.folder.id: run for run in index.look()}
        assert time.process_time() - started < 1
        assert [found[run.id].state for run in (good, bad, last)] == [
            "created",
            "damaged",
            "created",
        ]
        assert str(bad.folder.path) in str(found[bad.id].error)
    assert main(["list"]) == 0
    said = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "damaged" in said[bad.id]
    assert "delete the run" not in said[bad.id]
    assert {found.id for found in find_folders(runs)} == {good.id, bad.id, last.id}
    for act in ("show", "train --resume"):
        assert main([*act.split(), bad.id]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert main(["delete", bad.id, "--yes"]) in (0, 1)
    assert {run.folder.id for run in index.look()} >= {good.id, last.id}


@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "loop"])
@pytest.mark.parametrize("name", ["text.txt", "resume.safetensors", "snapshots", "worker.lock"])
def test_only_ordinary_files_are_opened(runs: Path, name: str, kind: str) -> None:
    run = make(runs)
    work(run)
    put(kind, run.folder.path / name)
    if (name, kind) == ("snapshots", "folder"):
        return
    status = run.status
    with pytest.raises(RunError):
        work(run)
    assert run.status == status
    assert [listed.state for listed in RunIndex(runs).look()] == ["finished"]


def test_the_log_of_a_worker_is_not_written_through_a_link(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    run, outside = make(runs), tmp_path / "outside"
    outside.write_text("mine")
    run.folder.log.symlink_to(outside)
    with pytest.raises(RunError, match=r"worker.log: it is a link"):
        supervisor.start(run)
    assert outside.read_text() == "mine"


def test_a_foreign_database_is_left_as_it_is(runs: Path, tmp_path: Path) -> None:
    run, other = make(runs), tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE mine (a)")
    before = other.read_bytes()
    run.folder.history.unlink()
    run.folder.history.symlink_to(other)
    with pytest.raises(RunError, match="no ordinary file"):
        work(run)
    assert other.read_bytes() == before


@pytest.mark.parametrize("column", ["loss", "total_gradient_norm", "iteration"])
def test_odd_rows_are_a_sentence(runs: Path, column: str) -> None:
    run = make(runs)
    work(run)
    odd = "x'ff'" if column != "iteration" else "9e15"
    execute(run.folder, f"UPDATE iterations SET {column} = {odd} WHERE iteration = 1")
    execute(run.folder, "UPDATE snapshots SET sample = NULL")
    execute(run.folder, "UPDATE measurements SET shape = '[99'")
    for read in (lambda: run.snapshots, run.gradient_norms, run.gradient_norms_by_lag):
        with pytest.raises(RunError, match=r"history.sqlite is damaged \(row"):
            read()


def test_with_a_damaged_history_the_snapshots_can_be_read(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make(runs)
    work(run)
    run.folder.history.write_bytes(b"words" * 999)
    assert main(["sample", run.id, "--iteration", "2", "--prompt", "to", "--length", "9"]) == 0
    assert len(capsys.readouterr().out) == 12
