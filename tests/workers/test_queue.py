"""At most one worker per core computes; the others wait in line, in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rnnviz import Run, work
from rnnviz.runs.history import History
from rnnviz.runs.index import RunIndex
from rnnviz.runs.locks import hold
from rnnviz.workers import queue
from rnnviz.workers.queue import Slot, wait_for_slot
from tests.workers.recorded import make


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
    monkeypatch.setattr(queue, "_PLACE_SECONDS", 0.0)
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


def test_the_runs_are_not_all_looked_at_while_no_slot_is_free(
    runs: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_PLACE_SECONDS", 60.0)
    run, slot = make(runs), take(runs)
    line.join(run)
    places = list[int]()

    def position(*_: object) -> int:
        places.append(1)
        return 1

    monkeypatch.setattr(queue, "position", position)
    looks = iter(range(20))

    def go_on() -> bool:
        if next(looks) == 10:
            slot.release()
        return False

    taken = wait_for_slot(run.folder, lambda place: None, go_on)
    assert taken is not None and places == [1, 1]
    taken.release()


def test_a_run_paused_in_line_leaves_it_and_stands_in_it_again(runs: Path, line: Line) -> None:
    run, slot = make(runs, iterations=2), take(runs)
    said = list[str]()

    def ask() -> bool:
        """Asked at every look of the worker: what somebody does meanwhile."""
        state = run.status.state
        if state not in said:
            said.append(state)
            with History(run.folder.history) as history:
                history.ask("pause" if state == "queued" else "run")
            if state == "paused":
                slot.release()
        return False

    assert work(run, should_stop=ask).state == "finished"
    assert said == ["queued", "paused", "running"]


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
    index = RunIndex(runs)
    places = [queue.position(each.folder, index) for each in (dead, run)]
    assert places == [0, 1]


def test_a_run_that_had_ended_stays_as_it_was_when_it_is_stopped_in_line(
    runs: Path, line: Line
) -> None:
    run = make(runs, iterations=2)
    work(run)
    slot, status = take(runs), run.status
    with History(run.folder.history) as history:  # as a page does that starts a worker
        history.set_status("queued", 2, 1.0, "waiting for its worker to load.")
    told: list[str] = []
    outcome = work(run, notice=told.append, should_stop=lambda: bool(told))
    assert (outcome.state, run.status) == ("finished", status)
    assert "stopped while it waited in line" in outcome.message
    slot.release()


def test_a_worker_asked_to_stop_in_line_never_starts(runs: Path, line: Line) -> None:
    run, slot = make(runs), take(runs)
    told: list[str] = []
    outcome = work(run, notice=told.append, should_stop=lambda: bool(told))
    assert (outcome.state, run.status.state, len(run.history)) == ("stopped", "stopped", 0)
    assert told == ["All cores are training; this run waits in line at position 1."]
    slot.release()
