"""Thinning deletes the weights that were named, frees what was said, and changes nothing else."""

from __future__ import annotations

import signal
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from rnnviz.cli import main
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.left_overs import disk_used
from rnnviz.runs.locks import hold
from rnnviz.runs.run import Run
from rnnviz.runs.thinning import evenly, plan, thin
from rnnviz.workers.worker import work
from tests.conftest import QUESTION, Start
from tests.copies import copy_of

ITERATIONS, STOPPED = 14, 19
Captured = pytest.CaptureFixture[str]

KILLED = """
import os, signal, sys
from pathlib import Path
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.thinning import thin

unlink, gone = Path.unlink, []

def killed(path, missing_ok=False):
    if path.parent.name == "snapshots":
        gone.append(path)
        if len(gone) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
    unlink(path, missing_ok)

Path.unlink = killed
thin(RunFolder(Path(sys.argv[1])), 3)
"""


@pytest.fixture(scope="module")
def stopped_once(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that was stopped in the middle; tests get copies."""
    how = TrainingConfig(iterations=ITERATIONS, sequence_length=5, batch_size=3)
    home = tmp_path_factory.mktemp("stopped")
    run = Run.create(QUESTION * 240, model=ModelConfig(hidden_size=5), training=how, runs=home)
    made = iter(range(10**6))
    work(run, should_stop=lambda: next(made) == STOPPED)
    assert run.status.state == "stopped"
    return run


@pytest.fixture
def run(stopped_once: Run, runs: Path) -> Run:
    return copy_of(stopped_once, runs)


def test_first_best_and_last_stay_and_the_rest_is_even() -> None:
    for count, keep in product(range(1, 12), range(3, 12)):
        there = [3 * number for number in range(count)]
        for best in there:
            kept = evenly(there, best, keep)
            assert kept == sorted(set(kept) & set(there)) and len(kept) == min(count, keep)
            assert {there[0], best, there[-1]} <= set(kept)
    gaps = np.diff(evenly(list(range(50)), 0, 8))
    assert gaps.max() - gaps.min() <= 1


def test_only_weights_go_and_as_many_bytes_as_were_said(run: Run) -> None:
    before = run.snapshots, run.gradient_norms_by_lag(), run.history
    there, used = sorted(run.folder.snapshots_there()), disk_used([run.folder])
    said = plan(run.folder, 4)
    assert thin(run.folder, 4) == said
    assert sorted(run.folder.snapshots_there()) == list(said.kept)
    kept = [*run.looked_into["iteration"]]
    assert {there[0], run.best_iteration, there[-1]} <= set(kept) and len(kept) == 4
    assert 0 < said.freed <= used - disk_used([run.folder]) + 8192  # the note takes a page or two
    for table, now in zip(
        before, (run.snapshots, run.gradient_norms_by_lag(), run.history), strict=True
    ):
        assert table.equals(now)
    assert run.model().config == run.model_config
    (gone, *_) = sorted(set(there) - set(kept))
    with pytest.raises(
        RunError, match=f"no longer the weights of iteration {gone}, .* those of 0, "
    ):
        run.model(gone)
    assert thin(run.folder, 4).gone == ()


def test_a_thinned_run_goes_on_as_if_nothing_had_been(run: Run, tmp_path: Path) -> None:
    other = copy_of(run, tmp_path)
    thin(run.folder, 3)
    for each in (run, other):
        assert work(each).state == "finished"
    thinned, whole = (each.model(ITERATIONS).flat for each in (run, other))
    assert thinned.equal(whole)
    assert run.snapshots.drop(columns="prompt").equals(other.snapshots.drop(columns="prompt"))


def test_a_run_that_trains_is_let_alone(run: Run) -> None:
    before = run.folder.snapshots_there()
    with History(run.folder.history) as history:
        history.set_status("running", STOPPED, 0.5)
    lock = hold(run.folder.lock)
    assert lock is not None
    with pytest.raises(RunError, match="is still training; stop it, then thin it"):
        thin(run.folder, 3)
    lock.release()
    assert run.folder.snapshots_there() == before


def test_a_killed_thinning_leaves_a_run_that_opens_and_can_be_thinned(
    run: Run, start_process: Start
) -> None:
    there, kept = len(run.folder.snapshots_there()), plan(run.folder, 3).kept
    assert start_process("-c", KILLED, run.folder.path).wait(60) == -signal.SIGKILL
    assert len(run.folder.snapshots_there()) == there - 2
    assert set(kept) < {*run.looked_into["iteration"]}
    assert run.model().config == run.model_config
    assert len(thin(run.folder, 3).kept) == 3
    assert work(run).state == "finished"


def test_the_command_says_asks_and_frees(
    run: Run, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = len(run.folder.snapshots_there())
    monkeypatch.setattr("rnnviz.commands.managing.ask", lambda question: "no")
    assert main(["thin", run.id, "--keep", "3"]) == 1
    said = capsys.readouterr()
    assert f"weights of {there - 3} of {there} snapshots" in said.out
    assert "nothing was deleted" in said.err and len(run.folder.snapshots_there()) == there
    assert main(["thin", run.id, "--keep", "2", "--yes"]) == 2
    assert "--keep is 2; it must be 3 or more" in capsys.readouterr().err
    assert main(["thin", run.id, "--keep", "3", "--yes"]) == 0
    assert "is thinned: " in capsys.readouterr().out and len(run.folder.snapshots_there()) == 3
    assert main(["thin", run.id, "--keep", "3"]) == 0
    assert "there is nothing to delete" in capsys.readouterr().out
    assert main(["show", run.id]) == 0
    for command in (["thin", "example", "--keep", "3"], ["delete", "example"]):
        assert main(command) == 1  # and nobody is asked before
        assert "nothing was deleted" not in capsys.readouterr().err
    assert main(["thin", "example", "--keep", "3", "--yes"]) == 1
