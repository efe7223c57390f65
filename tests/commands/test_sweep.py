"""`sweep` makes every run of a grid, then trains them, or says how each is trained."""

from __future__ import annotations

import json
import shlex
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from rnnviz.cli import main
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.locks import hold
from rnnviz.runs.run import Run
from rnnviz.runs.store import delete, find_folders
from rnnviz.workers import supervisor
from rnnviz.workers.sweep import Here
from rnnviz.workers.worker import work
from tests.conftest import QUESTION

pytestmark = pytest.mark.usefixtures("short_samples")

SWEEP = "rnnviz.commands.sweep"
SMALL = ("--hidden-size", "6", "--sequence-length", "5", "--batch-size", "3")
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def sweep(tmp_path: Path, runs: Path) -> list[str]:
    """The command on a text with a part held out, without what varies and a budget."""
    text = tmp_path / "q.txt"
    text.write_text(QUESTION * 250)
    return ["sweep", str(text), *SMALL]


def test_all_are_trained_and_the_best_is_named(
    sweep: list[str], runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_: Here, made: list[Run]) -> None:
        assert all(run.status.state == "created" for run in made)  # before the first begins
        for run in made:
            work(run)

    monkeypatch.setattr(Here, "begin", start)
    grid = ["--cell", "rnn, gru", "--seed", "1,2", "--iterations", "3", "--json"]
    assert main([*sweep, *grid]) == 0
    told = json.loads(capsys.readouterr().out)["runs"]
    assert [(run["name"], run["state"]) for run in told] == [
        *(("RNN, seed 1", "finished"), ("RNN, seed 2", "finished")),
        *(("GRU, seed 1", "finished"), ("GRU, seed 2", "finished")),
    ]
    assert {(run["group"], run["iterations"], run["units"]) for run in told} == {
        ("cell x seed", 3, 6)
    }
    assert main([*sweep, "--nonlinearity", "tanh,relu", "--characters", "40"]) == 0
    said = capsys.readouterr().out
    assert "nonlinearity relu" in said and "the best of two runs that have a validation" in said
    assert "Both made 3 iterations." in said


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{SWEEP}._LOOK_SECONDS", 0.01)


def test_printed_commands_train_what_was_made(
    sweep: list[str], runs: Path, capsys: Captured
) -> None:
    assert main([*sweep, "--seed", "1,2", "--iterations", "2", "--print", "--name", "mine"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {Run(folder).status.state for folder in find_folders(runs)} == {"created"}
    for line in lines:
        words = shlex.split(line)
        assert words[:4] == ["python", "-m", "rnnviz", "train"]
        assert main(words[3:]) == 0
    made = [Run(folder) for folder in find_folders(runs)]
    assert [run.status.state for run in made] == ["finished"] * len(lines) == ["finished"] * 2
    assert {run.description.group for run in made} == {"mine"}
    far = ["--scratch", "/tmp/my disk", "--print"]
    assert main([*sweep, "--seed", "1,2", "--iterations", "2", "--name", "far", *far]) == 0
    words = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert words[-2:] == ["--scratch", "/tmp/my disk"]
    newest = next(find_folders(runs))
    with History(newest.history, reading=True) as history:
        assert history.is_laid_down  # before it is trained
    assert main([*sweep, "--seed", "1,2", "--iterations", "2", "--print", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main([*sweep, "--seed", "1,2", "--iterations", "2", "--print", "--json"]) == 0
    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["group"], again["group"]) == ("seed", "seed 2")
    assert {"run", "name", "command"} == set(told["runs"][0])


class Workers:
    """Workers that only say that they train, and stop when asked, or do not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.locks: dict[str, Any] = {}
        self.asked: list[str] = []
        self.deaf: list[str] = []
        monkeypatch.setattr(supervisor, "start", self.start)
        monkeypatch.setattr(supervisor, "stop", self.stop)

    def start(self, run: Run) -> None:
        self.locks[run.id] = hold(run.folder.lock)
        with History(run.folder.history) as history:
            history.set_status("running", 1, 0.1, "")

    def stop(self, run: Run) -> None:
        if run.id not in self.locks:
            raise RunError("it is not being trained now.")
        self.asked.append(name := run.description.name)
        if name in self.deaf:
            return
        with History(run.folder.history) as history:
            history.set_status("stopped", 1, 0.1, "")
        self.locks[run.id].release()


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_stops_all_and_says_how_to_go_on(
    sweep: list[str], runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(monkeypatch)
    monkeypatch.setattr(time, "sleep", interrupt)
    assert main([*sweep, "--seed", "1,2", "--seconds", "9"]) == 1
    told = capsys.readouterr()
    assert workers.asked == ["seed 2", "seed 1"] and "2 running" in told.err
    first = list(find_folders(runs))[-1].id
    assert "not all are finished: 2 stopped;" in told.err and f"--resume {first}" in told.err


def test_so_many_train_at_a_time_as_were_asked_for(
    sweep: list[str], runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers, living = Workers(monkeypatch), list[int]()

    def look(_: float) -> None:
        """The first that trains comes to its end."""
        states = [run.status.state for run in map(Run, find_folders(runs))]
        living.append(states.count("running"))
        supervisor.stop(next(run for run in map(Run, find_folders(runs)) if run.status.alive))

    monkeypatch.setattr(time, "sleep", look)
    assert main([*sweep, "--seed", "1,2,3,4", "--seconds", "9", "--workers", "2"]) == 1
    assert living == [2, 2, 2, 1] and len(workers.asked) == 4


def test_ctrl_c_while_they_are_started_stops_those_that_are(
    sweep: list[str], runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(monkeypatch)

    def start(run: Run) -> None:
        signal.raise_signal(signal.SIGINT)  # while its process is made: it comes once that is done
        workers.start(run)

    monkeypatch.setattr(supervisor, "start", start)
    assert main([*sweep, "--seed", "1,2", "--seconds", "9"]) == 1
    assert workers.asked == ["seed 1"] and "1 stopped, 1 created" in capsys.readouterr().err


def test_who_begins_after_the_others_were_asked_is_asked_too(
    sweep: list[str], runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(monkeypatch)
    workers.deaf = ["seed 1"]

    def begin(_: Here, made: list[Run]) -> None:
        workers.start(made[0])
        raise KeyboardInterrupt

    def look(_: float) -> None:
        workers.deaf = []
        if len(workers.locks) == 1:
            workers.start(Run(next(find_folders(runs))))

    monkeypatch.setattr(Here, "begin", begin)
    monkeypatch.setattr(time, "sleep", look)
    assert main([*sweep, "--seed", "1,2", "--seconds", "9"]) == 1
    assert "not all are finished: 2 stopped;" in capsys.readouterr().err


def test_where_one_cannot_be_started_the_others_are_stopped(
    sweep: list[str], runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(monkeypatch)

    def start(run: Run) -> None:
        if workers.locks:
            raise RunError("the disk is full.")
        workers.start(run)

    monkeypatch.setattr(supervisor, "start", start)
    assert main([*sweep, "--seed", "1,2,3", "--seconds", "9"]) == 1
    told = capsys.readouterr().err
    assert "The disk is full. Stopping all" in told and workers.asked == ["seed 1"]


def test_who_has_not_stopped_yet_is_counted_and_not_gone_on_with(
    sweep: list[str], runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(monkeypatch)
    workers.deaf = ["seed 1"]
    monkeypatch.setattr(f"{SWEEP}._watch", interrupt)
    monkeypatch.setattr(f"{SWEEP}._ENDING_SECONDS", 0.0)
    assert main([*sweep, "--seed", "1,2", "--seconds", "9"]) == 1
    told, stopped = capsys.readouterr().err, next(find_folders(runs)).id
    assert "1 run is asked to stop, but not at the end yet" in told
    assert f"--resume {stopped}" in told and "` goes on with the first that is stopped" in told


def test_runs_that_are_gone_are_no_success(
    sweep: list[str], runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_: Here, made: list[Run]) -> None:
        for run in made:
            delete(run.folder)

    monkeypatch.setattr(Here, "begin", start)
    assert main([*sweep, "--seed", "1,2,3", "--iterations", "2"]) == 1
    told = capsys.readouterr()
    assert "3 runs are gone" in told.err and not told.out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--iterations", "3"], "that makes one run; give two values"),
        (["--seed", "1,x", "--iterations", "3"], "--seed is '1,x'; it must be values with commas"),
        (["--seed", "-1,5", "--iterations", "3"], "seed is -1; it must be a whole number from 0"),
        (["--seed", "1,2", "--iterations", "0"], "the budget is 0 iterations; it must be more"),
        (["--seed", "1,2"], "one of the arguments --iterations --characters --seconds"),
        (["--seed", "1,2", "--seconds", "3", "--workers", "0"], "--workers is 0; it must be"),
        (["--seed", "1,2", "--seconds", "3", "--scratch", "/tmp"], "give --dask or --print, too"),
        (["--seed", "1,2", "--seconds", "3", "--name", "a,b"], "the group 'a,b' holds U+002C"),
    ],
)
def test_what_cannot_be_is_refused_before_a_run_is_made(
    sweep: list[str], runs: Path, capsys: Captured, more: list[str], said: str
) -> None:
    try:
        code = main([*sweep, *more])
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 2 and said in capsys.readouterr().err and not list(find_folders(runs))
