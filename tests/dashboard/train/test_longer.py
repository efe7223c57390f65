"""From a run's page it is trained longer, and another run begins with its weights."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from dashboard import actions
from dashboard.train.longer import can_go_on_longer
from rnnviz.runs.run import Run
from rnnviz.runs.status import RunStatus
from rnnviz.workers import supervisor
from tests.dashboard.conftest import TEXT, Open, words


def test_a_run_that_ended_is_trained_longer(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Run] = []
    monkeypatch.setattr(st, "menu_button", lambda *_, **__: "Train longer")
    monkeypatch.setattr(supervisor, "start", started.append)
    app = open_app(run=finished_run.id)
    assert not app.exception and "goes up again: the losses may rise at first" in words(app)
    (budget,) = (box for box in app.number_input if box.label == "Budget in all (iterations)")
    assert budget.value == 24
    (go,) = (button for button in app.button if button.label == "Train on")
    budget.set_value(12)
    go.click().run()
    assert "is not more. Give the number in all." in words(app) and not started
    actions.extend(finished_run, iterations=24)
    assert [run.training_config.iterations for run in started] == [24]
    assert Run.open(finished_run.id).status.state == "stopped"


def test_it_is_offered_where_it_leads_anywhere() -> None:
    offered = [
        state
        for state in ("created", "queued", "running", "paused", "stopped", "finished", "diverged")
        if can_go_on_longer(RunStatus(state, 3, 0.5, ""))
    ]
    assert offered == ["stopped", "finished"]


def test_a_new_run_begins_with_the_snapshot_that_was_chosen(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[dict[str, Any]] = []

    def begin(text: str, **settings: Any) -> Run:
        begun.append({"text": text, **settings})
        return finished_run

    monkeypatch.setattr(actions, "begin", begin)
    app = open_app(run="new")
    app.session_state["kept snapshot that a new run begins with"] = (finished_run.id, 5)
    app.run()
    assert "It begins with the weights of **speech** at iteration 5" in words(app)
    assert not any(box.label in ("Cell", "First recurrent weights") for box in app.selectbox)
    app.segmented_control(key="kind of text").set_value("Your words").run()
    app.text_area(key="typed text").set_value(TEXT[:200]).run()
    (start,) = (button for button in app.button if button.label == "Start training")
    start.click().run()
    assert not app.exception
    (asked,) = begun
    assert (asked["begin"].origin.run, asked["begin"].origin.iteration) == (finished_run.id, 5)
    assert (asked["model"].cell, asked["model"].hidden_size) == ("lstm", 12)
    assert "It begins with" not in words(open_app(run="new"))
