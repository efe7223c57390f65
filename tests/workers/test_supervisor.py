"""Workers in processes of their own pause, go on and stop when asked."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rnnviz import Run, work
from rnnviz.runs.documents import RunError
from rnnviz.runs.locks import is_held
from rnnviz.workers import supervisor
from rnnviz.workers.ready import Ready
from tests.conftest import wait_until, worker_of
from tests.workers.recorded import make


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
    ready = Ready()
    ready.keep()
    supervisor.start(run, ready)
    try:
        wait_until(lambda: run.status.iteration >= 1)
        yield
    finally:
        if is_held(run.folder.lock):
            supervisor.stop(run)
        wait_until(lambda: not is_held(run.folder.lock))


def assert_gives_way(worker: int) -> None:
    """It has a session of its own, spins little, and comes after this process."""
    assert os.getsid(worker) == worker != os.getsid(0)
    own, its = (os.getpriority(os.PRIO_PROCESS, each) for each in (0, worker))
    assert its == min(19, own + 5)
    threads = (int(thread.name) for thread in Path(f"/proc/{worker}/task").iterdir())
    assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads} == {its}
    group = Path(f"/proc/{worker}/autogroup")  # not on every Linux
    assert not group.exists() or group.read_text().endswith(f" nice {its}\n")
    environment = Path(f"/proc/{worker}/environ").read_bytes().split(b"\0")
    assert b"OMP_WAIT_POLICY=PASSIVE" in environment
    assert Path(f"/proc/{worker}/fd/0").readlink() == Path(os.devnull)


def test_a_worker_pauses_goes_on_stops_and_goes_on_again(
    runs: Path, monkeypatch: pytest.MonkeyPatch, one_core: None
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(runs.parent)  # a worker finds rnnviz from anywhere
    run, other = make(runs, iterations=1000), make(runs, iterations=2)
    with supervised(run):
        assert_gives_way(worker_of(run))
        supervisor.pause(run)
        wait_until(lambda: run.status.state == "paused")
        paused, deadline = run.status.iteration, time.monotonic() + 30
        # The only slot: the paused worker must have given it back.
        assert work(other, should_stop=lambda: time.monotonic() > deadline).state == "finished"
        assert (run.status.state, run.status.iteration) == ("paused", paused)
        assert is_held(run.folder.lock)
        supervisor.resume(run)
        wait_until(lambda: run.status.iteration > paused)
    stopped = run.status
    assert (stopped.state, paused < stopped.iteration < 1000) == ("stopped", True)
    assert run.folder.log.read_text().startswith(f"{run.id}: rnn of 7 units")
    assert f"--resume {run.id}" in stopped.message
    assert run.snapshots["iteration"].iloc[-1] == stopped.iteration
    assert run.history["iteration"].iloc[-1] == stopped.iteration
    work(run)
    assert (run.status.state, run.status.iteration) == ("finished", 1000)
    assert run.history["iteration"].tolist() == list(range(1, 1001))


def test_who_is_not_training_cannot_be_asked(runs: Path) -> None:
    run = make(runs)
    for ask in (supervisor.pause, supervisor.stop):
        with pytest.raises(RunError, match=r"is not being trained now \(created\)"):
            ask(run)


def test_a_run_that_cannot_be_written_is_refused(runs: Path) -> None:
    run = make(runs)
    runs.rename(runs.with_name("moved"))
    runs.touch()
    for start in (work, supervisor.start):
        with pytest.raises(RunError, match="not a folder"):
            start(run)
