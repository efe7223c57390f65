"""A run with a larger budget goes on bit for bit, keeps what was recorded, says what changed."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from rnnviz.cli import main
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.description import change, read_description
from rnnviz.runs.documents import RunError
from rnnviz.runs.extending import extend
from rnnviz.runs.history import History
from rnnviz.runs.locks import hold
from rnnviz.runs.made_with import settings_of
from rnnviz.runs.run import Run
from rnnviz.training.schedule import learning_rate
from rnnviz.workers.worker import work
from tests.conftest import QUESTION
from tests.copies import copy_of

pytestmark = pytest.mark.usefixtures("short_samples")

SHORT, LONG = 6, 11
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def finished_once(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that has spent its budget; tests get copies."""
    how = TrainingConfig(iterations=SHORT, sequence_length=5, batch_size=3)
    home = tmp_path_factory.mktemp("finished")
    run = Run.create(QUESTION * 240, model=ModelConfig(hidden_size=5), training=how, runs=home)
    work(run)
    return run


@pytest.fixture
def run(finished_once: Run, runs: Path) -> Run:
    return copy_of(finished_once, runs)


def test_it_goes_on_to_the_new_end_and_nothing_recorded_is_changed(run: Run, runs: Path) -> None:
    before, weights = run.history, run.model(SHORT).flat
    said = extend(run.folder, iterations=LONG)
    peak = 8e-3
    assert "raised from 6 iterations to 11 iterations, after 6 iterations" in said
    assert "it goes up from 0.35 % of its peak to 15 %, and down to 1 % at that end" in said
    assert (run.status.state, run.status.fraction) == ("stopped", SHORT / LONG)
    copytree(run.folder.path, runs / "stopped-on-the-way")
    longer = Run.open(run.id, runs)
    assert work(longer).state == "finished"
    assert longer.history[:SHORT].equals(before) and len(longer.history) == LONG
    assert longer.model(SHORT).flat.equal(weights)
    rates = longer.history["learning_rate"].to_numpy()
    expected = [learning_rate(peak, at, at / LONG) for at in range(SHORT, LONG)]
    assert rates[SHORT:] == pytest.approx(expected)

    way = Run.open("stopped-on-the-way", runs)  # the same, stopped once more in the middle
    assert work(way, should_stop=iter([False] * 4 + [True] * 99).__next__).state == "stopped"
    assert SHORT < way.status.iteration < LONG
    assert work(way).state == "finished"
    assert way.model(LONG).flat.equal(longer.model(LONG).flat)


def test_a_rate_that_stays_is_not_said_to_go_up(run: Run) -> None:
    with History(run.folder.history) as history:
        history.set_status("stopped", 25, 1.0, "")
    extend(run.folder, iterations=10**6)
    said = extend(run.folder, iterations=2 * 10**6)
    assert "from there: it is 100 % of its peak there as before, and 1 % at that end." in said
    assert "up" not in said and "rise" not in said


def test_what_it_was_stands_in_the_description_the_history_and_on_the_page(run: Run) -> None:
    extend(run.folder, iterations=8)
    extend(run.folder, iterations=LONG)
    about = read_description(run.folder)
    assert about.training.iterations == LONG
    assert [(each.iteration, each.iterations) for each in about.amendments] == [(6, 6), (6, 8)]
    budget = settings_of(Run(run.folder))["budget"]
    assert budget.startswith("11 iterations, raised from 8 iterations at iteration 6 on 20")
    assert ", raised from 6 iterations at" in budget
    with History(run.folder.history, reading=True) as history:
        rows = history.select("SELECT message FROM events WHERE kind = 'extended'")
    assert len(rows) == 2 and "to 8 iterations" in rows[0][0]
    change(run.folder, name="another")
    assert read_description(run.folder).amendments == about.amendments


def test_patience_is_granted_anew(run: Run) -> None:
    how = TrainingConfig(iterations=SHORT, sequence_length=5, batch_size=3, patience=1)
    change(run.folder, training=how)
    with History(run.folder.history) as history:
        history.set_status("finished", SHORT, 1.0)
    extend(run.folder, iterations=200)
    longer = Run(run.folder)
    assert work(longer).iteration is not None
    assert longer.status.iteration > SHORT
    assert extend(run.folder, iterations=300)  # though that patience was at its end as well
    before = longer.status.iteration
    assert work(Run(run.folder)).iteration is not None
    assert longer.status.iteration > before


def test_what_cannot_be_extended_is_refused_and_nothing_changes(run: Run) -> None:
    before = run.folder.json.read_bytes()
    for budget, said in (
        ({"iterations": SHORT}, "is 6 iterations already; --iterations 6 is not more"),
        ({"seconds": 60.0}, "is 6 iterations: give --iterations, the number in all"),
        ({}, "give --iterations"),
        ({"iterations": 10**9}, "whole number"),
    ):
        with pytest.raises(ValueError, match=said):
            extend(run.folder, **budget)  # type: ignore[arg-type]
    lock = hold(run.folder.lock)
    assert lock is not None
    with History(run.folder.history) as history:
        history.set_status("running", SHORT, 1.0)
    with pytest.raises(RunError, match="still training; stop it, then extend it"):
        extend(run.folder, iterations=LONG)
    lock.release()
    with History(run.folder.history) as history:
        history.set_status("diverged", SHORT, 1.0)
    with pytest.raises(RunError, match="exploded, which more training cannot mend"):
        extend(run.folder, iterations=LONG)
    with History(run.folder.history) as history:
        history.set_status("finished", SHORT, 1.0)
    run.folder.resume.write_bytes(b"words")
    with pytest.raises(RunError, match="training cannot go on"):
        extend(run.folder, iterations=LONG)
    assert run.folder.json.read_bytes() == before


def test_killed_after_the_description_was_written_it_can_be_resumed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(History, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            extend(run.folder, iterations=LONG)
    longer = Run(run.folder)
    assert longer.training_config.iterations == LONG
    assert longer.status.state == "finished" and len(longer.history) == SHORT
    assert work(longer).state == "finished"
    assert len(longer.history) == LONG


def test_the_command_raises_the_budget_and_goes_on(run: Run, capsys: Captured) -> None:
    assert main(["train", "--resume", run.id, "--iterations", "9", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["iterations"] == 9
    assert "The learning rate follows the schedule of the new end" in told.err
    assert main(["train", "--resume", run.id, "--iterations", "12", "--dropout", "0.1"]) == 2
    assert "give it alone, or with a larger --iterations" in capsys.readouterr().err
    assert main(["train", "--resume", run.id, "--seconds", "5"]) == 2
    assert main(["train", "--resume", "example", "--iterations", "100000"]) == 1
