"""The command `export`."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    assert call("export", here.id, "--iteration", 777, "--out", tmp_path / "a") == 1
    assert "no snapshot at iteration 777" in complaint(capsys)
    assert list(tmp_path.iterdir()) == [file]
