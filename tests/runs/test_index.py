"""The index says of every run what opening it would say, and reads again only what has changed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnnviz import ModelConfig, Run, TrainingConfig
from rnnviz.runs import index as index_module
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.index import Listed, RunIndex
from rnnviz.runs.locks import hold
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.states import State, Status
from rnnviz.storage import Stamp

TEXT = "to be, or not to be"
LONG_AGO = time.time() - 1000


def make(runs: Path, name: str = "hamlet") -> Run:
    how, model = TrainingConfig(iterations=5), ModelConfig(hidden_size=3)
    return Run.create(TEXT, name=name, training=how, model=model, runs=runs)


def say(run: Run, state: State, iteration: int = 2) -> None:
    """What a worker writes."""
    with History(run.folder.history) as history:
        history.set_status(state, iteration, iteration / 5)


def age(run: Run) -> None:
    """Let everything have been written long ago."""
    for path in run.folder.path.iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))


def look(index: RunIndex) -> dict[str, Listed]:
    return {run.folder.id: run for run in index.look()}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The ids of the runs that were read, in order."""
    seen: list[str] = []
    before = index_module.read_description

    def note(folder: RunFolder) -> object:
        seen.append(folder.id)
        return before(folder)

    monkeypatch.setattr(index_module, "read_description", note)
    return seen


def test_it_says_what_opening_says_in_every_state(runs: Path) -> None:
    states: list[State] = ["created", "queued", "running", "paused", "stopped", "finished"]
    made = [(make(runs), state) for state in (*states, "diverged", "failed")]
    for run, state in made:
        say(run, state)
    locks = [hold(run.folder.lock) for run, state in made if state == "paused"]
    with History(made[5][0].folder.history) as history:
        history.set_validation_loss(1.5)
    index = RunIndex(runs)
    for _ in range(2):
        found = look(index)
        assert list(found) == [run.id for run, _ in reversed(made)]
        for run, _ in made:
            listed, status = found[run.id], run.status
            assert listed.description == run.description
            assert (listed.state, listed.iteration) == (status.state, status.iteration)
            assert (listed.validation_loss, listed.error) == (status.validation_loss, None)
        age(made[5][0])
    assert [found[run.id].state for run, _ in made[2:4]] == ["interrupted", "paused"]
    for lock in locks:
        assert lock is not None
        lock.release()


@pytest.mark.parametrize("file", ["run.json", "history.sqlite"])
def test_what_is_wrong_with_one_is_said_until_it_is_mended(runs: Path, file: str) -> None:
    good, bad = make(runs), make(runs)
    path, index = bad.folder.path / file, RunIndex(runs)
    data = path.read_bytes()
    path.write_bytes(b"\0garbage" * 99)
    for _ in range(2):
        for run in (good, bad):
            age(run)
        found = look(index)
        assert (found[good.id].state, found[bad.id].state) == ("created", "damaged")
        assert f"{file} is damaged" in str(found[bad.id].error)
        assert (found[bad.id].description is None) is (file == "run.json")
    path.write_bytes(data)
    assert look(index)[bad.id].state == "created"


def test_a_second_look_reads_what_was_written_since(runs: Path, read: list[str]) -> None:
    made = [make(runs, name) for name in ("hamlet", "lear", "othello")]
    for run in made:
        age(run)
    index = RunIndex(runs)
    index.look()
    assert sorted(read) == sorted(run.id for run in made)
    read.clear()
    index.look()
    assert read == []
    made[0].rename("another")
    say(made[2], "stopped")
    found = look(index)
    assert sorted(read) == sorted([made[0].id, made[2].id])
    description = found[made[0].id].description
    assert description is not None
    assert (description.name, found[made[2].id].state) == ("another", "stopped")


def test_what_a_living_worker_writes_is_seen_at_once(runs: Path) -> None:
    """Its pages stand in the log of the history, and the file itself stays as it was."""
    run, index = make(runs), RunIndex(runs)
    lock = hold(run.folder.lock)
    assert lock is not None
    with History(run.folder.history) as history:
        for iteration in range(1, 4):
            history.set_status("running", iteration, iteration / 5)
            age(run)
            assert look(index)[run.id].iteration == iteration
    lock.release()


def test_a_worker_that_dies_writes_nothing_and_is_missed(runs: Path, read: list[str]) -> None:
    run, index = make(runs), RunIndex(runs)
    say(run, "running")
    lock = hold(run.folder.lock)
    assert lock is not None
    age(run)
    assert look(index)[run.id].state == "running"
    read.clear()
    lock.release()
    assert look(index)[run.id].state == "interrupted"
    assert read == []


def test_a_change_within_a_tick_of_the_clock_is_seen(runs: Path) -> None:
    """The same size, the same time, the same file: what has just been written is not trusted."""
    run, index = make(runs), RunIndex(runs)
    say(run, "stopped", 2)
    before = run.folder.history.stat()
    assert look(index)[run.id].iteration == 2
    say(run, "stopped", 3)
    os.utime(run.folder.history, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert Stamp.of(run.folder.history) == Stamp(before.st_mtime_ns, before.st_size, before.st_ino)
    assert look(index)[run.id].iteration == 3


def test_runs_that_come_and_go_are_listed_and_forgotten(runs: Path) -> None:
    index = RunIndex(runs)
    assert index.look() == []
    made = [make(runs) for _ in range(3)]
    assert len(index.look()) == 3
    made[1].delete()
    assert [run.folder.id for run in index.look()] == [made[2].id, made[0].id]
    assert len(index._known) == 2


def test_what_could_not_be_read_once_is_read_again(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was written when somebody is let in, or lets a lock go."""
    run, index = make(runs), RunIndex(runs)
    age(run)

    def refuse(path: Path) -> Status:
        raise RunError(f"{path}: another process keeps it locked; try again.")

    with monkeypatch.context() as locked:
        locked.setattr(index_module, "read_status", refuse)
        assert look(index)[run.id].state == "damaged"
    assert look(index)[run.id].state == "created"
