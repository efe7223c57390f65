"""Training survives SIGKILL bit for bit, goes on where it stopped, and fails plainly."""

from __future__ import annotations

import signal
from pathlib import Path

import numpy as np
import pytest

from rnnviz import ModelConfig, Run, work
from rnnviz.notation import significant
from rnnviz.runs.documents import RunError
from rnnviz.runs.locks import is_held
from rnnviz.training.progress import Progress
from rnnviz.workers import supervisor, taking
from tests.conftest import Start, wait_until
from tests.workers.recorded import assert_same, assert_whole, make


def test_killed_from_outside_and_resumed_a_run_is_the_same_bit_for_bit(
    runs: Path, start_process: Start
) -> None:
    model = ModelConfig(cell="lstm", hidden_size=8, num_layers=2, dropout=0.3)
    straight, killed = (make(runs, model, iterations=32, seed=4) for _ in range(2))
    process = start_process("-m", "rnnviz", "train", "--resume", killed.id)
    wait_until(lambda: killed.status.iteration >= 8)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    status = killed.status
    assert (status.state, 8 <= status.iteration < 32) == ("interrupted", True)
    assert f"interrupted at iteration {status.iteration}; " in status.message
    assert f"--resume {killed.id}" in status.message
    assert_whole(killed)
    process = start_process("-m", "rnnviz", "train", "--resume", killed.id)
    work(straight)
    assert process.wait() == 0
    assert killed.status.state == "finished"
    assert_same(killed, straight)


def test_terminated_while_it_loads_it_stops_without_a_traceback(
    runs: Path, start_process: Start
) -> None:
    """The word that it runs comes before torch is loaded, which takes a second."""
    run = make(runs, iterations=10**6)
    process = start_process("-m", "rnnviz", "train", "--resume", run.id)
    wait_until(lambda: run.status.state == "running")
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate()
    assert (process.returncode, run.status.state) == (0, "stopped")
    assert run.status.iteration <= 1
    assert "Traceback" not in output + errors


def test_killed_at_any_moment_nothing_is_half_written_and_nothing_lost(
    runs: Path, start_process: Start
) -> None:
    moments = [("fsync", 3), ("fsync", 8), ("replace", 1), ("replace", 6), ("replaced", 7)]
    moments += [("replaced", 8), ("add", 19), ("add", 23), ("report", 6), ("report", 9)]
    straight, *killed = (make(runs, iterations=6) for _ in range(len(moments) + 1))
    arguments = [(r.folder.path, *map(str, m)) for r, m in zip(killed, moments, strict=True)]
    script = Path(__file__).with_name("killed_worker.py")
    process = start_process(script, *(part for each in arguments for part in each))
    work(straight)
    assert process.wait() == 0, process.communicate()
    for run in killed:
        assert run.status.state == "interrupted"
        assert_whole(run)
        before = run.snapshots["sample"]
        work(run)
        assert run.snapshots["sample"][: len(before)].tolist() == before.tolist()
        assert_same(run, straight)


def test_a_stopped_run_goes_on_bit_for_bit(runs: Path) -> None:
    straight, halted = make(runs, iterations=9), make(runs, iterations=9)
    reached: list[Progress] = []
    outcome = work(halted, report=reached.append, should_stop=lambda: len(reached) > 6)
    assert (outcome.state, halted.status.state) == ("stopped", "stopped")
    assert work(halted).state == work(straight).state == "finished"
    assert_same(halted, straight)


def test_a_finished_run_has_nothing_to_go_on_with(runs: Path) -> None:
    run = make(runs, iterations=3)
    first = work(run)
    before = {path: path.read_bytes() for path in run.folder.snapshots.iterdir()}
    assert work(run) == first
    assert {path: path.read_bytes() for path in run.folder.snapshots.iterdir()} == before


def test_a_second_worker_is_refused(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "TRAINING_SECONDS", 0.05)
    run = make(runs)
    refused: list[int] = []

    def again(progress: Progress) -> None:
        for start in (work, supervisor.start):
            with pytest.raises(RunError, match="already being trained by another process"):
                start(Run.open(run.id, runs))
            refused.append(progress.iteration)

    assert work(run, report=again).state == "finished"
    assert max(refused) == 11


def test_a_worker_that_raises_leaves_its_reason(runs: Path) -> None:
    run = make(runs)

    def fail(progress: Progress) -> None:
        if progress.iteration == 3:
            raise ArithmeticError("three is too many")

    with pytest.raises(ArithmeticError):
        work(run, report=fail)
    assert (run.status.state, run.status.message) == ("failed", "three is too many")
    assert run.status.iteration == 3
    assert not is_held(run.folder.lock)
    assert work(run).state == "finished"


def test_training_that_diverges_says_so_and_keeps_the_last_good_snapshot(runs: Path) -> None:
    model = ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=12)
    wild = {"learning_rate": 10.0, "clip_norm": None, "sequence_length": 300, "iterations": 20}
    run = make(runs, model, **wild)
    outcome = work(run)
    assert outcome.state == run.status.state == "diverged"
    made = run.history
    for words in (
        f"At iteration {len(made) + 1} the loss was ",
        f"before it: {significant(made['total_gradient_norm'].iloc[-1])}; largest weight: ",
        "The learning rate of 10 is 5,000 times the usual for an RNN (relu); try 0.002.",
    ):
        assert words in outcome.message
    assert outcome.message == run.status.message
    assert np.isfinite(made["loss_nats"]).all()
    assert_whole(run)
