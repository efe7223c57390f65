"""The command `export`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnnviz.runs import recorded
from rnnviz.runs.run import Run
from tests.commands.calling import Captured, call, complaint
from tests.conftest import QUESTION


def test_what_is_exported_is_imported_again_as_the_same_network(
    here: Run, tmp_path: Path, capsys: Captured
) -> None:
    folder, runs = tmp_path / "out", tmp_path / "runs"
    assert call("export", here.id, "--format", "pytorch", "--out", folder) == 0
    head, how, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith(f"{folder}: model.safetensors by PyTorch's names")
    assert how.startswith("It is a module of torch.nn") and len(lines) == 3
    assert call("import", folder, "--runs", runs, "--name", "Back") == 0
    back = Run.open(capsys.readouterr().out.split(":")[0], runs)
    assert back.vocabulary == here.vocabulary and back.description.name == "Back"
    text = QUESTION * 3
    assert back.trace(text).mean_loss == pytest.approx(here.trace(text).mean_loss, abs=1e-6)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_every_table_is_the_same_when_it_is_read(
    here: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    parquet = None if ending == "csv" else pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(recorded, "_PIECE", 3)  # iterations: there are several pieces
    folder = tmp_path / "out"
    for _ in range(2):  # what was written before is replaced
        assert call("export", here.id, "--format", ending, "--out", folder) == 0
    said = capsys.readouterr().out
    expected = {
        "iterations": here.history,
        "snapshots": here.snapshots,
        "window_gradient_norms": here.gradient_norms(),
        "gradient_norms_by_lag": here.gradient_norms_by_lag(),
    }
    for name, table in expected.items():
        path = folder / f"{name}.{ending}"
        if parquet is None:
            found = pd.read_csv(path).astype(table.dtypes.to_dict())
        else:
            found = pd.read_parquet(path)
            schema = parquet.read_schema(path)
            told = {field.name: field.metadata[b"meaning"].decode() for field in schema}
            assert told == recorded.COLUMNS[name]
            assert json.loads(schema.metadata[b"rnnviz"])["run"] == here.id
        pd.testing.assert_frame_equal(found, table)
        assert f"{name}.{ending}" in said
    others = {path.stem for path in folder.iterdir()} - expected.keys() - {"columns"}
    assert others <= recorded.COLUMNS.keys() and "held_out_losses" in others
    if parquet is None:
        columns = pd.read_csv(folder / "columns.csv")
        assert set(columns["table"]) == others | expected.keys()
        assert columns["meaning"].notna().all()


def test_tensorboard_reads_every_number_and_sample(
    here: Run, tmp_path: Path, capsys: Captured
) -> None:
    pytest.importorskip("tensorboard", reason="the package tensorboard is not installed")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    for _ in range(2):
        assert call("export", here.id, "--format", "tensorboard", "--out", tmp_path / "out") == 0
    assert "`tensorboard --logdir" in capsys.readouterr().out
    (path,) = (tmp_path / "out").iterdir()
    read = EventAccumulator(str(path), {"scalars": 0, "tensors": 0}).Reload()
    history, snapshots = here.history, here.snapshots
    begun = datetime.fromisoformat(here.description.created).timestamp()
    for tag, table, column in (
        ("loss/training, nats per character", history, "loss_nats"),
        ("gradient/total norm before clipping", history, "total_gradient_norm"),
        ("gradient/clip factor", history, "clip_factor"),
        ("training/learning rate", history, "learning_rate"),
        ("loss/validation, nats per character", snapshots, "validation_loss_nats"),
    ):
        found = read.Scalars(tag)
        assert [event.step for event in found] == table["iteration"].tolist()
        values = np.array([event.value for event in found])
        np.testing.assert_array_equal(values, table[column].astype(np.float32))
        if table is history:
            walls = [event.wall_time for event in found]
            np.testing.assert_allclose(walls, begun + history["seconds"], rtol=0, atol=1e-5)
    samples = read.Tensors("sample/text_summary")
    assert [event.step for event in samples] == snapshots["iteration"].tolist()
    for event, sample in zip(samples, snapshots["sample"], strict=True):
        (shown,) = event.tensor_proto.string_val
        lines = [
            line.removeprefix("    ") for line in shown.decode().removesuffix("\n").split("\n")
        ]
        assert "\n".join(lines) == sample


@pytest.mark.parametrize("package", ["pyarrow", "tensorboard"])
def test_a_package_that_is_missing_is_named(
    here: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    format_ = {"pyarrow": "parquet"}.get(package, package)
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    assert call("export", here.id, "--format", format_, "--out", tmp_path / "out") == 2
    assert f"`pip install {package}`" in complaint(capsys)
    assert call("export", here.id, "--format", format_, "--iteration", 1) == 2
    assert "leave it out" in complaint(capsys)
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_is_one_sentence(
    here: Run, tmp_path: Path, capsys: Captured
) -> None:
    (file := tmp_path / "file").write_text("")
    for out, said in (
        (file, "which is a file; name a folder"),
        (tmp_path / "gone" / "a", "is not a folder; make it first"),
    ):
        assert call("export", here.id, "--out", out) == 2
        assert said in complaint(capsys)
    assert call("export", here.id, "--out", tmp_path / ("x" * 300)) == 1
    assert "xxx: the name is too long; choose a shorter one" in complaint(capsys)
    assert call("export", here.id, "--iteration", 777, "--out", tmp_path / "a") == 1
    assert "no snapshot at iteration 777" in complaint(capsys)
    assert list(tmp_path.iterdir()) == [file]
