"""What is printed to be typed can be pasted, wherever the folder of runs lies."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.cli import main
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.store import command
from tests.conftest import QUESTION, ROOT

NAMES = ["a b", "it's", 'say "no"', "$HOME `id`", "a;b&c|d", "-x", "햄릿", "*?[a]", "~", "\\", "#1"]


def typed(sentence: str) -> list[str]:
    """The words that a shell makes of the command in a sentence."""
    found = re.search(r"`((?:python|sqlite3) .*)`", sentence)
    assert found is not None, sentence
    return shlex.split(found[1])


def make(runs: Path) -> Run:
    how = TrainingConfig(iterations=2, sequence_length=5, batch_size=3)
    return Run.create(QUESTION * 4, model=ModelConfig(hidden_size=3), training=how, runs=runs)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_names_its_folder_as_a_shell_reads_it(tmp_path: Path, name: str) -> None:
    runs = tmp_path / name
    run = make(runs)
    goes_on = ["python", "-m", "rnnviz", "train", "--resume", run.id, "--runs", str(runs)]
    assert shlex.split(run.resume_command) == goes_on
    with History(run.folder.history) as history:
        history.set_status("running", 1, 0.5)
    assert typed(run.status.message) == goes_on
    with pytest.raises(RunError) as caught:
        Run.open("nothing", runs)
    assert typed(str(caught.value)) == ["python", "-m", "rnnviz", "list", "--runs", str(runs)]
    run.folder.history.write_bytes(b"words" * 999)
    with pytest.raises(RunError) as caught:
        assert run.status
    assert typed(str(caught.value)) == ["sqlite3", str(run.folder.history), ".recover"]


def test_only_a_folder_that_is_everybodys_default_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RNNVIZ_RUNS", raising=False)
    assert command(Path("runs"), "list") == "python -m rnnviz list"
    assert command(Path("others"), "list") == f"python -m rnnviz list --runs {tmp_path}/others"
    monkeypatch.setenv("RNNVIZ_RUNS", "others")
    assert command(Path("others"), "list") == f"python -m rnnviz list --runs {tmp_path}/others"


def test_pasted_into_a_shell_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runs, programs = tmp_path / 'it\'s "mine" $HOME', tmp_path / "bin"
    run, seen = make(runs), list[object]()
    work(run, report=seen.append, should_stop=lambda: len(seen) > 1)
    assert main(["show", run.id, "--runs", str(runs)]) == 0
    found = re.search(r"`(python .*)`", capsys.readouterr().out)
    assert found is not None
    programs.mkdir()
    (programs / "python").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    (programs / "python").chmod(0o755)
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    environment["RNNVIZ_RUNS"] = str(tmp_path / "another")
    subprocess.run(["bash", "-c", found[1]], env=environment, check=True, capture_output=True)
    assert run.status.state == "finished"
