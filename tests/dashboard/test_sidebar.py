"""The picker names every run, and no two alike."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from dashboard import sidebar
from rnnviz import ModelConfig, Run, TrainingConfig
from rnnviz.notation import loss_words, unbroken
from rnnviz.runs.history import History
from rnnviz.runs.index import RunIndex
from rnnviz.runs.seen import table_as_seen
from rnnviz.runs.thinning import thin
from rnnviz.workers.worker import work
from tests.dashboard.conftest import Open, words
from tests.runs.edited import without_digest

TEXT = "to be, or not to be"


def make(runs: Path, **written: object) -> Run:
    run = Run.create(TEXT, name="Hamlet.txt", model=ModelConfig("gru", hidden_size=9), runs=runs)
    values = without_digest(run.folder.json)
    run.folder.json.write_text(json.dumps(values | written))
    return run


def labels(runs: Path) -> dict[str, str]:
    return sidebar.run_labels(RunIndex(runs).look())


def test_a_run_is_called_by_its_name_its_loss_its_network_and_its_date(runs: Path) -> None:
    run = make(runs, created="2026-01-02T03:04:05+00:00")
    assert labels(runs) == {run.id: "Hamlet · created · 01-02 03:04 · GRU 9"}
    for state, said in (("finished", ""), ("stopped", "stopped, ")):
        with History(run.folder.history) as history:
            history.set_status(state, 12, 1.0)
            history.set_validation_loss(2 * math.log(2))
        called = f"Hamlet · {said}2.000 bits/char · 01-02 03:04 · GRU 9"
        assert labels(runs) == {run.id: called}


def test_a_long_name_leaves_room_for_loss_and_date(runs: Path, open_app: Open) -> None:
    name = "The Tragedy of Hamlet, Prince of Denmark"
    run = make(runs, name=name, created="2026-01-02T03:04:05+00:00")
    assert labels(runs) == {run.id: "The Traged…f Denmark · created · 01-02 03:04 · GRU 9"}
    assert name in open_app().sidebar.caption[0].value.replace("\\", "")


def test_of_runs_alike_each_has_a_label_of_its_own(runs: Path) -> None:
    """By the time they were made; where that is the same, by a number."""
    times = ["2026-01-02T03:04:05+00:00"] * 3 + ["2026-01-02T03:04:06+00:00"]
    made = [make(runs, created=created) for created in times]
    first = "Hamlet · created · 01-02 03:04 · GRU 9"
    expected = [f"{first} · :05 (2)", f"{first} · :05", f"{first} · :05 (3)"]
    found = labels(runs)
    assert list(found) == [run.id for run in reversed(made)]
    assert found[made[3].id] == first
    assert sorted(found[run.id] for run in made[:3]) == sorted(expected)


def test_a_damaged_run_is_called_by_its_id(runs: Path) -> None:
    run, other = make(runs), make(runs)
    run.folder.json.write_text("{")
    other.folder.history.write_bytes(b"garbage" * 99)
    assert set(labels(runs).values()) == {f"{run.id} · damaged", f"{other.id} · damaged"}


@pytest.mark.parametrize("lesson", ["tanh", None])
def test_a_new_visitor_finds_the_newest_run_that_no_lesson_made(
    runs: Path, open_app: Open, lesson: str | None
) -> None:
    """By its mark: whatever a person calls a run, it is theirs; a lesson's stays one, renamed."""
    own = make(runs, name="Why tanh? I ask")
    other = Run.create(TEXT, name="Why tanh? relu", runs=runs, lesson=lesson)
    other.rename("another")
    assert open_app().query_params["run"] == (own.id if lesson else other.id)


def test_a_loss_per_jamo_is_told_per_character_once(runs: Path, open_app: Open) -> None:
    text = "그는 말했다. 바다가 조용하다. 나는 물을 마셨다.\n" * 200
    training = TrainingConfig(iterations=2, sequence_length=20, batch_size=4)
    run = Run.create(
        text, model=ModelConfig(hidden_size=5), training=training, runs=runs, hangul="jamo"
    )
    work(run)
    table = table_as_seen(run, run.snapshots).set_index("iteration")
    loss = table.loc[run.best_iteration, "validation_loss_nats"]
    assert unbroken(loss_words(float(loss))) in open_app("samples").sidebar.caption[-1].value


def test_an_address_that_names_no_run_is_as_one_without(finished_run: Run, open_app: Open) -> None:
    app = open_app("train", run="")
    assert not app.exception and "There is no run" not in words(app)
    assert "".join(app.query_params["run"]) == finished_run.id


def test_of_a_thinned_run_the_snapshots_that_are_left_are_offered(
    finished_run: Run, open_app: Open
) -> None:
    kept = thin(finished_run.folder, 4).kept
    app = open_app("hidden_units", iteration="1")
    assert not app.exception and not app.error
    (scrubber,) = (each for each in app.sidebar.select_slider if "iteration" in each.label)
    assert [int(each) for each in scrubber.options] == list(kept)
    assert not open_app("samples").exception


@pytest.mark.parametrize(
    ("times", "said"), [(1, "(short text)"), (600, "the validation loss is no number (exploded)")]
)
def test_why_there_is_no_validation_loss(runs: Path, open_app: Open, times: int, said: str) -> None:
    run = Run.create(TEXT * times, model=ModelConfig("gru", hidden_size=9), runs=runs)
    with History(run.folder.history) as history:
        history.add("snapshots", [(0, None, "", "x")])
    run.folder.snapshot(0).touch()
    assert said in words(open_app(run=run.id))
