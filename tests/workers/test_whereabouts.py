"""Whether a worker lives is told by locks, never by clocks; on another machine it is not known."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from rnnviz import Run, work
from rnnviz.runs import whereabouts
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.index import RunIndex
from rnnviz.runs.locks import STARTING, handed_on, hold, is_held, take_over
from rnnviz.runs.whereabouts import Whereabouts
from rnnviz.workers import supervisor
from tests.conftest import wait_until
from tests.workers.recorded import make

ELSEWHERE = Whereabouts("lab-2", "another machine", "another start", 4711, "ada")
DATE = r"20\d\d-\d\d-\d\d \d\d:\d\d"
MESSAGE = "trained by ada on lab-2, last heard of "


def said(run: Run, state: str = "running", where: Whereabouts | None = None) -> Run:
    """A run whose worker said so, and is not to be seen."""
    if where is not None:
        where.tell(run.folder.lock)
    with History(run.folder.history) as history:
        history.set_status(state, 1, 0.5)  # type: ignore[arg-type]
    return run


def silent_for(run: Run, seconds: float) -> None:
    """Let the last sign of its worker be so long ago."""
    heard = time.time() - seconds
    os.utime(run.folder.lock, (heard, heard))


def standing(run: Run) -> tuple[str, str]:
    """How a run stands, by itself and among all."""
    (listed,) = RunIndex(run.folder.path.parent).look()
    return run.status.standing, listed.standing


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
@pytest.mark.parametrize("hours", [-48, 0, 48])
def test_a_dead_worker_is_dead_whatever_the_clock_says(
    runs: Path, monkeypatch: pytest.MonkeyPatch, state: str, hours: int
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600 * hours)
    run = said(make(runs), state, Whereabouts.here())
    monkeypatch.undo()
    assert standing(run) == ("interrupted", "interrupted")


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_one_on_another_machine_is_never_taken_for_dead(runs: Path, state: str) -> None:
    run = said(make(runs), state, ELSEWHERE)
    assert run.status.message == f"{MESSAGE}a moment ago."
    silent_for(run, 100)
    assert standing(run) == (f"{state} elsewhere", f"{state} elsewhere")
    status = run.status
    assert (status.unseen, status.alive) == (True, True)
    assert status.message.startswith(MESSAGE)
    assert f"--resume {run.id}" in status.message
    with pytest.raises(RunError, match=MESSAGE):
        supervisor.start(run)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *(
            (-60, r"20\d\d-\d\d-.*:\d\d"),
            (19, "a moment ago"),
            (50, "5[0-9] s ago"),
            (150, "[23] min ago"),
        ),
        *((7000, "11[67] min ago"), (8000, r"20\d\d-\d\d-\d\d \d\d:\d\d")),
    ],
)
def test_how_long_it_is_silent_is_said(runs: Path, seconds: float, words: str) -> None:
    run = said(make(runs), "running", ELSEWHERE)
    silent_for(run, seconds)
    end = r"\." if words == "a moment ago" else "; whether it still is cannot be seen from here; if"
    assert re.match(f"{MESSAGE}{words}{end}", run.status.message)


@pytest.mark.parametrize(
    "where",
    [
        None,
        Whereabouts.here(),
        replace(Whereabouts.here(), boot="an earlier start"),
        replace(Whereabouts.here(), host="a container", machine=""),
        replace(Whereabouts.here(), user="ada"),
    ],
)
def test_whose_lock_is_seen_from_here_is_dead_without_it(
    runs: Path, where: Whereabouts | None
) -> None:
    """No record, as in earlier versions; this start of this machine, or one before it."""
    assert standing(said(make(runs), "running", where)) == ("interrupted", "interrupted")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"host": 5}', b"[" * 4000, b"x" * 9999, b"\xff"]
)
def test_a_lock_that_says_nothing_sensible_says_nothing(runs: Path, data: bytes) -> None:
    run = said(make(runs))
    run.folder.lock.write_bytes(data)
    assert Whereabouts.told(run.folder.lock) is None
    assert standing(run)[0] == "interrupted"


def test_whoever_holds_the_lock_lives_and_another_user_is_named(runs: Path) -> None:
    run = said(make(runs), "running", replace(Whereabouts.here(), user="ada"))
    lock = hold(run.folder.lock)
    assert lock is not None
    assert standing(run) == ("running elsewhere", "running elsewhere")
    assert (run.status.unseen, run.status.elsewhere[:6]) == (False, "by ada")
    said(run, "running", Whereabouts.here())
    assert standing(run) == ("running", "running")
    lock.release()


@pytest.mark.parametrize("act", ["go on", "delete"])
def test_who_is_heard_meanwhile_is_left_in_peace(
    runs: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(whereabouts, "_LOOK_SECONDS", 0.001)
    monkeypatch.setattr(whereabouts, "LISTEN_SECONDS", 30.0)
    run, ended = said(make(runs), "running", ELSEWHERE), Event()

    def beat() -> None:
        while not ended.wait(0.002):
            os.utime(run.folder.lock)

    thread = Thread(target=beat)
    thread.start()
    with pytest.raises(RunError, match="is being trained by ada on lab-2; stop it there"):
        work(run) if act == "go on" else run.delete()
    ended.set()
    thread.join()
    assert Whereabouts.told(run.folder.lock) == ELSEWHERE
    assert run.status.standing == "running elsewhere"


def test_after_a_silence_training_goes_on_here_and_says_so(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whereabouts, "_LOOK_SECONDS", 0.001)
    monkeypatch.setattr(whereabouts, "LISTEN_SECONDS", 0.01)
    run, told = said(make(runs, iterations=2), "running", ELSEWHERE), list[str]()
    assert work(run, notice=told.append).state == "finished"
    assert told[0].startswith("Nothing was heard of the worker by ada on lab-2 for ")
    here = Whereabouts.told(run.folder.lock)
    assert here is not None
    assert (here.process, here.is_elsewhere) == (os.getpid(), False)


def test_a_worker_gives_signs_of_life(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whereabouts, "_BEAT_SECONDS", 0.001)
    monkeypatch.setattr(whereabouts, "_LOOK_SECONDS", 0.001)
    path = make(runs).folder.lock
    with whereabouts.signs_of_life(path):
        assert whereabouts.gives_a_sign(path, 30.0)
    assert not whereabouts.gives_a_sign(path, 0.01)


def test_a_worker_that_is_loading_is_alive_and_one_that_died_loading_is_not(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, started = make(runs), list[subprocess.Popen[bytes]]()
    popen = subprocess.Popen

    def load(_: object, **how: object) -> subprocess.Popen[bytes]:
        """A process that loads for ever."""
        code = "import sys; sys.stdin.read()"
        how |= {"stdin": subprocess.PIPE}
        started.append(popen([sys.executable, "-S", "-c", code], **how))  # type: ignore[call-overload]
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", load)
    supervisor.start(run)
    assert standing(run) == ("queued", "queued")
    with pytest.raises(RunError, match="already being trained"):
        supervisor.start(run)
    started[0].kill()
    started[0].communicate()
    wait_until(lambda: run.status.state == "interrupted")
    assert standing(run) == ("interrupted", "interrupted")


def test_of_two_who_start_a_worker_at_once_one_is_told(runs: Path) -> None:
    run = make(runs)
    with handed_on(run.folder.starting) as mine:
        assert mine is not None
        with pytest.raises(RunError, match="already being trained by another process"):
            supervisor.start(run)
    assert run.status.state == "created"


def test_a_lock_is_handed_on_and_taken_over_without_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "starting.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    take_over(tmp_path / "another.lock", str(handle))
    os.fstat(handle)  # not that lock: it stays open
    for wrong in (None, "", "words", "-1", "99999"):
        take_over(path, wrong)
    os.fstat(handle)
    take_over(path, str(handle))
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(handle)
    assert not is_held(path)
    assert STARTING not in os.environ


def test_a_worker_that_cannot_be_started_leaves_the_run_as_it_was(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make(runs)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(RunError, match="temporarily unavailable"):
        supervisor.start(run)
    assert run.status.state == "created"
