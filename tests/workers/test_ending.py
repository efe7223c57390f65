"""A worker that was stopped tidies up for seconds; meanwhile its run can go on or be deleted."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.runs import store
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.locks import hold, is_held
from rnnviz.runs.states import State
from rnnviz.runs.status import RunStatus
from rnnviz.training.progress import Progress
from rnnviz.workers import supervisor, taking, worker
from rnnviz.workers.baseline import BaselineCount
from tests.conftest import QUESTION, wait_until

LONG = QUESTION * 235  # 10,105 characters, so that some are held out
Hook = Callable[[Callable[[], None]], None]


def make(runs: Path, iterations: int = 9) -> Run:
    how = TrainingConfig(sequence_length=5, batch_size=3, iterations=iterations)
    return Run.create(LONG, model=ModelConfig(cell="rnn", hidden_size=7), training=how, runs=runs)


def stop_at(run: Run, iteration: int) -> worker.Outcome:
    reached: list[Progress] = []
    return work(
        run,
        report=reached.append,
        should_stop=lambda: bool(reached) and reached[-1].iteration >= iteration,
    )


@pytest.fixture
def while_it_ends(monkeypatch: pytest.MonkeyPatch) -> Hook:
    """What a worker in this process does first after its last word, once."""
    finish = BaselineCount.finish

    def hook(act: Callable[[], None]) -> None:
        left = [act]

        def act_and_finish(self: BaselineCount, *given: Any) -> None:
            if left:
                left.pop()()
            finish(self, *given)

        monkeypatch.setattr(BaselineCount, "finish", act_and_finish)

    return hook


class NoWorker:
    """Stands for a process that has been started; it does nothing."""

    pid = -1

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def wait(self) -> int:
        return 0


@contextmanager
def ended(run: Run, state: State, let_go: Event) -> Any:
    """A worker has said its last word, and keeps its lock until it may let go."""
    held = Event()

    def keep() -> None:
        lock = hold(run.folder.lock)
        assert lock is not None
        held.set()
        let_go.wait(60)
        lock.release()

    with History(run.folder.history) as history:
        history.set_status(state, 0, 0.0)
    thread = Thread(target=keep)
    thread.start()
    assert held.wait(60)
    try:
        yield
    finally:
        let_go.set()
        thread.join()


def test_a_stopped_run_says_that_its_worker_is_still_ending(
    runs: Path, while_it_ends: Hook
) -> None:
    run, seen = make(runs), list[RunStatus]()
    assert not run.status.finishing
    while_it_ends(lambda: seen.append(run.status))
    stop_at(run, 3)
    assert [(status.state, status.finishing) for status in seen] == [("stopped", True)]
    assert (run.status.state, run.status.finishing) == ("stopped", False)


def test_resume_right_after_stop_goes_on(
    runs: Path, while_it_ends: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new worker is a process of its own, which waits for the lock of the old one."""
    # One that gave way, too, would get nowhere in a minute beside much else at work.
    monkeypatch.setattr(supervisor, "spawn", partial(supervisor.spawn, gives_way=False))
    run, seen = make(runs, iterations=40), list[str]()

    def resume() -> None:
        supervisor.resume(run)
        seen.append(run.status.state)
        with pytest.raises(RunError, match="already being trained"):
            supervisor.start(run)  # one is enough
        supervisor.resume(run)

    while_it_ends(resume)
    assert stop_at(run, 6).state == "stopped"
    wait_until(lambda: run.status.state == "finished")
    wait_until(lambda: not is_held(run.folder.lock))
    assert seen == ["queued"]
    assert run.history["iteration"].tolist() == list(range(1, 41))


def test_a_worker_leaves_off_its_last_sums_when_the_run_goes_on(
    runs: Path, while_it_ends: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", NoWorker)
    run = make(runs)
    while_it_ends(lambda: supervisor.resume(run))
    outcome = stop_at(run, 1)
    assert (outcome.state, outcome.validation_loss) == ("stopped", None)
    assert (run.status.state, run.baseline) == ("interrupted", None)  # that worker is no more
    assert work(run).validation_loss is not None
    assert run.baseline is not None


@pytest.mark.parametrize("state", ["stopped", "queued", "finished", "diverged", "failed"])
def test_a_worker_waits_for_the_one_that_ends(
    runs: Path, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "TRAINING_SECONDS", 0.01)
    run, let_go, waited = make(runs, iterations=1), Event(), list[float]()

    def hold_and_tell(path: Path, seconds: float = 0.0) -> Any:
        if path == run.folder.lock:
            waited.append(seconds)
            let_go.set()
        return hold(path, seconds)

    monkeypatch.setattr(taking, "hold", hold_and_tell)
    with ended(run, state, let_go):
        assert work(run).state == "finished"
    assert waited == [taking.ENDING_SECONDS]


def test_stopping_is_refused_once_it_has_happened(runs: Path) -> None:
    run = make(runs)
    with (
        ended(run, "stopped", Event()),
        pytest.raises(RunError, match=r"not being trained now \(stopped\)"),
    ):
        supervisor.stop(run)


def test_a_run_whose_worker_ends_is_deleted_once_it_has(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, let_go = make(runs), Event()
    with ended(run, "stopped", let_go):
        with monkeypatch.context() as briefly:
            briefly.setattr(store, "_ENDING_SECONDS", 0.01)
            with pytest.raises(RunError, match="still ending; try again in a moment"):
                run.delete()
        let_go.set()
        run.delete()
    assert not run.folder.path.exists()


def test_a_loss_from_before_is_forgotten_when_training_goes_on(runs: Path) -> None:
    run, seen = make(runs), list[float | None]()
    stop_at(run, 3)
    assert run.status.validation_loss is not None

    def look(progress: Progress) -> None:
        seen.append(run.status.validation_loss)

    work(run, report=look)
    assert set(seen) == {None}
    assert run.status.validation_loss is not None


def test_a_worker_that_never_got_its_turn_leaves_the_loss(runs: Path) -> None:
    run = make(runs)
    stop_at(run, 3)
    known = run.status.validation_loss
    assert work(run, should_stop=lambda: True).state == "stopped"
    assert run.status.validation_loss == known is not None
