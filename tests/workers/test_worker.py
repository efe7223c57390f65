"""Training survives SIGKILL bit for bit, heeds pause and stop, waits in line, and fails plainly."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.runs import ending
from rnnviz.runs.documents import RunError, read_tensors
from rnnviz.runs.history import History
from rnnviz.runs.locks import hold, is_held
from rnnviz.training.progress import Progress
from rnnviz.workers import queue, supervisor
from rnnviz.workers.queue import Slot, wait_for_slot
from tests.conftest import QUESTION, Start, wait_until

TEXT = QUESTION * 7
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from rnnviz.cli import main
sys.exit(main(sys.argv[2:]))
"""


def make(runs: Path, model: ModelConfig | None = None, **training: Any) -> Run:
    how = {"sequence_length": 5, "batch_size": 3, "iterations": 11} | training
    model = model or ModelConfig(cell="rnn", hidden_size=7)
    return Run.create(TEXT, model=model, training=TrainingConfig(**how), runs=runs)


def assert_same(run: Run, other: Run) -> None:
    """All that was recorded is the same, bit for bit; only the clock may differ."""
    files = [sorted(r.folder.snapshots.glob("*.safetensors")) for r in (run, other)]
    assert [path.name for path in files[0]] == [path.name for path in files[1]]
    for mine, others in zip(*files, strict=True):
        assert mine.read_bytes() == others.read_bytes()
    histories = [r.history.drop(columns="seconds") for r in (run, other)]
    pd.testing.assert_frame_equal(*histories, check_exact=True)
    pd.testing.assert_frame_equal(run.snapshots, other.snapshots, check_exact=True)
    for norms in (Run.gradient_norms, Run.gradient_norms_by_lag):
        pd.testing.assert_frame_equal(norms(run), norms(other), check_exact=True)


def assert_whole(run: Run) -> None:
    """Nothing that can be seen is half written, and every snapshot listed is there."""
    for path in run.folder.snapshots.glob("*.safetensors"):
        read_tensors(path)
    if run.folder.resume.exists():
        read_tensors(run.folder.resume)
    for iteration in run.snapshots["iteration"]:
        assert run.model(iteration).flat.isfinite().all()
    history, norms = run.history, run.gradient_norms()
    assert history["iteration"].tolist() == list(range(1, len(history) + 1))
    assert set(norms["iteration"]) == set(history["iteration"])


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


@pytest.fixture
def one_core() -> Iterator[None]:
    """This process and its children may use a single core, so there is a single slot."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


@contextmanager
def supervised(run: Run) -> Iterator[None]:
    """A worker of its own trains the run; it ends with the block, even where the test fails."""
    supervisor.start(run)
    try:
        wait_until(lambda: run.status.iteration >= 1)
        yield
    finally:
        if is_held(run.folder.lock):
            supervisor.stop(run)
        wait_until(lambda: not is_held(run.folder.lock))


def test_a_worker_pauses_goes_on_stops_and_goes_on_again(
    runs: Path, monkeypatch: pytest.MonkeyPatch, one_core: None
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(runs.parent)  # a worker finds rnnviz from anywhere
    run, other = make(runs, iterations=1000), make(runs, iterations=2)
    with supervised(run):
        supervisor.pause(run)
        wait_until(lambda: run.status.state == "paused", seconds=3)
        paused, deadline = run.status.iteration, time.monotonic() + 30
        # The only slot: the paused worker must have given it back.
        assert work(other, should_stop=lambda: time.monotonic() > deadline).state == "finished"
        assert (run.status.state, run.status.iteration) == ("paused", paused)
        assert is_held(run.folder.lock)
        supervisor.resume(run)
        wait_until(lambda: run.status.iteration > paused)
    stopped = run.status
    assert (stopped.state, paused < stopped.iteration < 1000) == ("stopped", True)
    assert f"--resume {run.id}" in stopped.message
    assert run.snapshots["iteration"].iloc[-1] == stopped.iteration
    assert run.history["iteration"].iloc[-1] == stopped.iteration
    work(run)
    assert (run.status.state, run.status.iteration) == ("finished", 1000)
    assert run.history["iteration"].tolist() == list(range(1, 1001))


def test_a_stopped_run_goes_on_bit_for_bit(runs: Path) -> None:
    straight, halted = make(runs, iterations=9), make(runs, iterations=9)
    reached: list[Progress] = []
    outcome = work(halted, report=reached.append, should_stop=lambda: len(reached) > 6)
    assert (outcome.state, halted.status.state) == ("stopped", "stopped")
    assert work(halted).state == work(straight).state == "finished"
    assert_same(halted, straight)


def test_what_lies_beyond_the_resume_point_is_forgotten(runs: Path) -> None:
    run, reached = make(runs, iterations=9), list[int]()
    kept: dict[int, bytes] = {}

    def keep(progress: Progress) -> None:
        reached.append(progress.iteration)
        kept[progress.iteration] = run.folder.resume.read_bytes()

    work(run, report=keep)
    run.folder.resume.write_bytes(kept[4])
    reached.clear()
    work(run, report=keep, should_stop=lambda: bool(reached))
    assert (run.status.iteration, run.history["iteration"].tolist()) == (5, [1, 2, 3, 4, 5])
    assert set(run.gradient_norms()["iteration"]) == {1, 2, 3, 4, 5}
    for frame in (run.snapshots, run.gradient_norms_by_lag()):
        assert set(frame["iteration"]) == {0, 1, 2, 3, 4, 5}
    files = run.folder.snapshots.glob("*.safetensors")
    assert {int(path.stem) for path in files} == {0, 1, 2, 3, 4, 5}


def test_a_finished_run_has_nothing_to_go_on_with(runs: Path) -> None:
    run = make(runs, iterations=3)
    first = work(run)
    before = {path: path.read_bytes() for path in run.folder.snapshots.iterdir()}
    assert work(run) == first
    assert {path: path.read_bytes() for path in run.folder.snapshots.iterdir()} == before


def test_who_is_not_training_cannot_be_asked(runs: Path) -> None:
    run = make(runs)
    for ask in (supervisor.pause, supervisor.stop):
        with pytest.raises(RunError, match=r"is not being trained now \(created\)"):
            ask(run)


def test_a_second_worker_is_refused(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "TRAINING_SECONDS", 0.05)
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


def test_a_damaged_resume_point_is_named(runs: Path) -> None:
    run = make(runs, iterations=2)
    run.folder.resume.write_bytes(b"garbage")
    with pytest.raises(RunError, match=r"resume.safetensors is damaged"):
        work(run)
    assert run.status.state == "failed"


def test_training_that_diverges_says_so_and_keeps_the_last_good_snapshot(runs: Path) -> None:
    model = ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=12)
    wild = {"learning_rate": 10.0, "clip_norm": None, "sequence_length": 300, "iterations": 20}
    run = make(runs, model, **wild)
    outcome = work(run)
    assert outcome.state == run.status.state == "diverged"
    made = run.history
    for words in (
        f"At iteration {len(made) + 1} the loss was ",
        f"before it: {made['total_gradient_norm'].iloc[-1]:.3g}; largest parameter: rnn.weight_",
        "Try a lower learning_rate or a smaller clip_norm.",
    ):
        assert words in outcome.message
    assert outcome.message == run.status.message
    assert np.isfinite(made["loss_nats"]).all()
    assert_whole(run)


class Line:
    """Runs that wait in line in this process, each with its lock held and its status "queued"."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def join(self, run: Run) -> None:
        lock = hold(run.folder.lock)
        assert lock is not None
        self._stack.callback(lock.release)
        with History(run.folder.history) as history:
            history.set_status("queued", 0, 0.0)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """A line before a single slot."""
    monkeypatch.setattr(queue, "cores", lambda: 1)
    monkeypatch.setattr(queue, "_LOOK_SECONDS", 0.001)
    with ExitStack() as stack:
        yield Line(stack)


def take(runs: Path) -> Slot:
    slot = Slot.take(runs)
    assert slot is not None
    return slot


def test_there_are_as_many_slots_as_cores(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "cores", lambda: 3)
    slots = [take(runs) for _ in range(3)]
    assert Slot.take(runs) is None
    slots.pop(1).release()
    slots.append(take(runs))
    assert Slot.take(runs) is None
    for slot in slots:
        slot.release()


def test_a_waiting_run_says_its_place_and_stops_when_asked(runs: Path, line: Line) -> None:
    run, slot = make(runs), take(runs)
    said: list[int] = []
    line.join(run)
    looks = iter([False] * 5 + [True])
    assert wait_for_slot(run.folder, said.append, lambda: next(looks)) is None
    assert said == [1]
    slot.release()


def test_a_waiting_run_takes_the_slot_that_becomes_free(runs: Path, line: Line) -> None:
    run, slot = make(runs), take(runs)
    said: list[int] = []
    line.join(run)

    def free_once_said() -> bool:
        if said:
            slot.release()
        return False

    taken = wait_for_slot(run.folder, said.append, free_once_said)
    assert (taken is not None, Slot.take(runs), said) == (True, None, [1])
    assert taken is not None
    taken.release()


def test_waiting_runs_come_in_order(runs: Path, line: Line) -> None:
    first, second = make(runs), make(runs)
    line.join(first)
    line.join(second)
    said: list[int] = []
    slots: list[Slot] = []

    def serve_the_first() -> bool:
        """The slot is free all the while, and yet the second waits until the first has it."""
        if said == [2]:
            found = wait_for_slot(first.folder, said.append, lambda: False)
            assert found is not None
            slots.append(found)
            with History(first.folder.history) as history:
                history.set_status("running", 0, 0.0)
        elif said == [2, 1]:
            slots.pop().release()
        return False

    taken = wait_for_slot(second.folder, said.append, serve_the_first)
    assert (taken is not None, slots, said) == (True, [], [2, 1])
    assert taken is not None
    taken.release()


def test_a_dead_run_in_line_is_passed_by(runs: Path, line: Line) -> None:
    dead, run = make(runs), make(runs)
    with History(dead.folder.history) as history:
        history.set_status("queued", 0, 0.0)
    line.join(run)
    assert (queue.position(dead.folder), queue.position(run.folder)) == (0, 1)


def test_a_worker_asked_to_stop_in_line_never_starts(runs: Path, line: Line) -> None:
    run, slot = make(runs), take(runs)
    told: list[str] = []
    outcome = work(run, notice=told.append, should_stop=lambda: bool(told))
    assert (outcome.state, run.status.state, len(run.history)) == ("stopped", "stopped", 0)
    assert told == ["All cores are training; this run waits in line at position 1."]
    slot.release()


def test_a_disk_that_refuses_ends_with_a_sentence_and_harms_no_other(
    runs: Path, start_process: Start
) -> None:
    other, run = make(runs, iterations=2), make(runs, iterations=4000)
    work(other)
    command = "train", "--resume", run.id
    process = start_process("-c", LIMITED, "80000", *command)
    output, errors = process.communicate()
    assert (process.returncode, output) == (1, "")
    assert "Traceback" not in errors
    sentence = errors.splitlines()[-1]
    assert sentence.startswith("rnnviz: ")
    assert "make room" in sentence
    assert_whole(other)
    assert_whole(run)
    assert not is_held(run.folder.lock)


def test_a_run_that_cannot_be_written_is_refused(runs: Path) -> None:
    run = make(runs)
    runs.rename(runs.with_name("moved"))
    runs.touch()
    for start in (work, supervisor.start):
        with pytest.raises(RunError, match="not a folder"):
            start(run)
