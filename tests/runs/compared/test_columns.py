"""A table of runs says of each what the run itself says, and reads no more than was asked for."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from rnnviz.analysis.gradients.reach import reaches
from rnnviz.cli import main
from rnnviz.commands.options.parser import parser
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import bits
from rnnviz.runs.compared.columns import COLUMNS, Row, columns_of, sorted_by
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.index import RunIndex
from rnnviz.runs.left_overs import disk_used
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.conftest import QUESTION
from tests.runs.test_store import make

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: one trained, one never begun, one damaged."""
    home = tmp_path_factory.mktemp("runs")
    how = TrainingConfig(iterations=4, sequence_length=5, batch_size=3, seed=7)
    model = ModelConfig("rnn", "relu", hidden_size=5, num_layers=2, dropout=0.25)
    run = Run.create(QUESTION * 240, name="q.txt", model=model, training=how, runs=home, group="g")
    work(run)
    run.tag("b", "a")
    make(home)
    damaged = make(home, name="Damaged.txt")
    damaged.history.write_bytes(b"words" * 999)
    return home


def rows(home: Path) -> dict[str, Row]:
    return {listed.state: Row(listed) for listed in RunIndex(home).look()}


def test_every_column_says_what_the_run_says(home: Path) -> None:
    row = rows(home)["finished"]
    run = Run(row.listed.folder)
    said = {name: column.value(row) for name, column in COLUMNS.items()}
    loss, baseline, best = run.status.validation_loss, run.baseline, run.best_iteration
    assert loss is not None and baseline is not None
    reach = reaches(run.lag_norms([best]))[best, "h"]
    assert said == {
        "run": run.id,
        "name": "q",
        "text": "q.txt",
        "cell": "RNN (relu)",
        "units": 5,
        "layers": 2,
        "parameters": run.model().flat.numel(),
        "rate": 2e-3,
        "window": 5,
        "batch": 3,
        "dropout": 0.25,
        "seed": 7,
        "iterations": 4,
        "seconds": run.history["seconds"].max(),
        "bits": bits(loss),
        "nats": loss,
        "distance": pytest.approx(bits(loss) - bits(baseline.loss)),
        "half": reach.half.lag,
        "hundredth": reach.hundredth.lag,
        "state": "finished",
        "made": run.description.created,
        "size": disk_used([run.folder]),
        "tags": ["b", "a"],
        "group": "g",
    }
    assert COLUMNS["bits"].said(row) == f"{bits(loss):.3f}"
    assert COLUMNS["tags"].said(row) == "b, a"


def test_what_is_not_known_is_nothing_and_comes_last(home: Path) -> None:
    found = rows(home)
    assert set(found) == {"finished", "created", "damaged"}
    for descending in (False, True):
        for name in COLUMNS:
            values = [
                COLUMNS[name].value(row)
                for row in sorted_by(name, found.values(), descending=descending)
            ]
            known = [value for value in values if value is not None]
            assert values[: len(known)] == known
    assert "is damaged" in COLUMNS["name"].said(found["damaged"])
    assert COLUMNS["units"].said(found["damaged"]) == "7"
    assert all(COLUMNS[lag].head.endswith(" lag by h") for lag in ("half", "hundredth"))
    assert COLUMNS["seconds"].said(found["damaged"]) == COLUMNS["half"].said(found["created"]) == ""


def test_a_history_is_read_for_those_columns_alone_that_need_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rows(home)["finished"]

    def refuse(*_: object, **__: object) -> None:
        raise RunError("read")

    monkeypatch.setattr(History, "__init__", refuse)
    reads = {"seconds", "distance", "half", "hundredth"}
    assert {name for name in COLUMNS if COLUMNS[name].said(found) == ""} == reads


def test_the_command_takes_columns_an_order_and_json(home: Path, capsys: Captured) -> None:
    where = ("--runs", str(home))
    assert main(["list", "--columns", "units,cell", "--sort", "units", *where]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == ["units", "5", "7", "7"]
    assert main(["list", "--sort", "units", "--descending", "--columns", "units", *where]) == 0
    assert capsys.readouterr().out.split() == ["units", "7", "7", "5"]
    assert main(["list", "--json", *where]) == 0
    told = json.loads(capsys.readouterr().out)["runs"]
    assert [list(run) for run in told] == [list(COLUMNS)] * 3
    for wrong in (["--columns", "cell,loss"], ["--sort", "loss"], ["--descending"]):
        assert main(["list", *wrong, *where]) == 2
    assert main(["list", "--columns", "all", "--runs", str(home / "none")]) == 0


def test_the_help_names_every_column() -> None:
    (listed,) = (
        action.choices["list"]  # type: ignore[index]
        for action in parser()._actions
        if action.choices is not None and "list" in action.choices
    )
    said = " ".join(listed.format_help().split())
    assert ", ".join(COLUMNS) in said.replace("-\n", "-")
    assert list(columns_of([*COLUMNS])) == [*COLUMNS]


def test_what_a_name_holds_drives_no_terminal(tmp_path: Path, capsys: Captured) -> None:
    folder = make(tmp_path)
    copytree(folder.path, tmp_path / "another-copy")
    about = json.loads(folder.json.read_text())
    del about["digest"]
    folder.json.write_text(json.dumps({**about, "name": "\x1b[2J", "tags": ["\u202ea"]}))
    assert main(["list", "--columns", "name,tags", "--runs", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert r"\x1b[2J" in said and r"\u202ea" in said and "\x1b" not in said
