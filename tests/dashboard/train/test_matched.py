"""A matched comparison is asked for on Train, said before it starts, and begun as one group."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import actions
from dashboard.train import group as group_shown
from dashboard.train import matched
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from rnnviz.training.grid import Budget, TextSize, expand
from rnnviz.workers import supervisor
from tests.dashboard.conftest import TEXT, Open, say, words


@pytest.fixture
def form(open_app: Open) -> AppTest:
    """The form of a new run on words of one's own."""
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your words").run()
    app.text_area(key="typed text").set_value(TEXT).run()
    return app


def labelled(app: AppTest, label: str) -> Any:
    (box,) = (box for box in app.text_input if box.label == label)
    return box


def test_it_begins_once_something_varies(form: AppTest) -> None:
    assert "Nothing to start yet: that makes one run; give two values" in words(form)
    labelled(form, "Seed").set_value("0, one").run()
    assert "Seed is '0, one'; it must be numbers with commas between" in words(form)
    labelled(form, "Seed").set_value(",".join(map(str, range(25)))).run()
    assert "that makes more than 24 runs; take some values away." in words(form)
    assert not form.exception


def test_what_is_equal_and_what_is_not_is_said(
    form: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matched, "cores", lambda: 3)
    form.segmented_control(key="field matched cells").set_value(["lstm", "rnn"]).run()
    labelled(form, "Window (timesteps)").set_value("20, 40").run()
    said = words(form)
    assert "Each of the 4 runs trains for" in said and "iterations, and none ends before;" in said
    assert "with other windows that is another number of characters read." in said
    assert "What is found may be due to that." in said
    assert "The learning rate of each cell is the best that was measured for it" in said
    form.segmented_control(key="matched budget").set_value("characters").run()
    assert "Each of the 4 runs trains for 1,000,000 characters" in words(form)
    assert "as nearly as whole iterations come to it: 1,615 to 3,134 of them." in words(form)
    form.toggle(key="matched parameters").set_value(True).run()
    assert "each within 2 % of the network that it is matched to." in words(form)
    (table,) = form.dataframe
    counts = [int(count.replace(",", "")) for count in table.value["parameters"]]
    assert max(counts) <= 1.02 * min(counts) and len(set(table.value["units"])) == 2
    form.segmented_control(key="matched budget").set_value("seconds").run()
    assert "Each of the 4 runs trains for 60 s" in words(form) and not form.exception
    assert "That is about 2:00 in all." in words(form)
    assert "3 train at a time, one a core; the others wait in line." in words(form)


def test_all_runs_are_made_before_the_first_begins_and_stand_as_a_group(
    form: AppTest, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, int]] = []

    def start(run: Run) -> None:
        started.append((run.description.name, len(list(find_folders(runs)))))
        say(run, "stopped")

    monkeypatch.setattr(supervisor, "start", start)
    labelled(form, "Units of a layer").set_value("4, 8").run()
    labelled(form, "Seed").set_value("3, 5").run()
    (go,) = (button for button in form.button if button.label == "Start 4 runs")
    go.click().run()
    names = ["4 units, seed 3", "4 units, seed 5", "8 units, seed 3", "8 units, seed 5"]
    assert started == [(name, 4) for name in names] and not form.exception
    made = [Run(folder) for folder in find_folders(runs)][::-1]
    assert {run.description.group for run in made} == {"units x seed"}
    assert form.title[0].value == "Compare"
    assert form.query_params["runs"] == ",".join(run.id for run in made)
    form.switch_page("app_pages/train.py").run()
    assert form.query_params["run"] == made[0].id
    assert "Group **units x seed**: 4 runs, 4 stopped." in words(form)
    monkeypatch.setattr(group_shown, "MOST_COMPARED", 3)
    form.run()
    (side,) = (button for button in form.button if button.label == "Compare them")
    assert side.disabled and "Up to 3 runs" in side.help
    (way,) = (button for button in form.button if button.label == "See them in the table")
    way.click().run()
    assert form.title[0].value == "Runs" and len(form.dataframe[0].value) == 4
    assert form.query_params["filter"] == "units x seed"


def test_a_refusal_leaves_no_run_behind(
    form: AppTest, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled(form, "Seed").set_value("3, 5").run()
    group = labelled(form, "Called together")
    group.set_value("a, b").run()
    (go,) = (button for button in form.button if button.label == "Start 2 runs")
    go.click().run()
    assert "holds U+002C; leave out commas" in words(form) and not list(find_folders(runs))
    real, made = Run.create, []

    def create(*given: Any, **settings: Any) -> Run:
        if made:
            raise ValueError("no more")
        made.append(real(*given, **settings))
        return made[0]

    monkeypatch.setattr(Run, "create", create)
    asked, budget = {"seed": [1, 2]}, Budget("iterations", 3)
    planned = expand(
        ModelConfig(hidden_size=4), TrainingConfig(), asked, budget, TextSize(11_700, 17)
    )
    with pytest.raises(ValueError, match="no more"):
        actions.begin_all(TEXT, planned, "g", runs=runs)
    assert made and not list(find_folders(runs))
