"""Where runs are only shown, nobody changes one, whatever the browser asks for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard import actions
from rnnviz.runs.documents import RunError
from rnnviz.runs.lease import Lease
from rnnviz.runs.locks import hold
from rnnviz.runs.run import Run
from rnnviz.runs.whereabouts import Whereabouts
from tests.conftest import only_run
from tests.dashboard.conftest import TEXT, Open, say, words

CHANGES: dict[str, Callable[[Run], object]] = {
    "begin": lambda run: actions.begin(TEXT),
    "pause": actions.pause,
    "resume": actions.resume,
    "stop": actions.stop,
    "rename": lambda run: actions.rename(run, "other"),
    "extend": lambda run: actions.extend(run, iterations=50),
    "delete": lambda run: actions.delete(run.folder),
}

OFFERED = {
    "queued": {"Stop training", "Pause"},
    "running": {"Stop training", "Pause"},
    "paused": {"Stop training", "Resume"},
    "diverged": set(),
    "finished": set(),
    "stopped": {"Resume"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_changed(
    finished_run: Run, runs: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    before = finished_run.folder.json.read_bytes(), finished_run.status
    monkeypatch.setenv("RNNVIZ_READONLY", "1")
    with pytest.raises(RunError, match="only shown"):
        CHANGES[change](finished_run)
    assert only_run(runs).id == finished_run.id
    assert (finished_run.folder.json.read_bytes(), finished_run.status) == before


def test_what_a_press_made_is_noted_though_the_next_one_ends_its_script(
    finished_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second press ends the script of the first as soon as that turns to the session."""
    kept: dict[str, object] = {}
    monkeypatch.setattr("dashboard.state.kept", kept.get)
    monkeypatch.setattr("dashboard.state.keep", kept.__setitem__)

    def make() -> list[Run]:
        monkeypatch.setattr("dashboard.state.keep", None)
        return [finished_run]

    made = [actions._once(("asked",), make) for _ in range(2)]
    assert made == [[finished_run]] * 2 and len(kept) == 1


@pytest.mark.parametrize("value", ["", "0"])
def test_a_variable_that_says_no_changes_nothing(
    finished_run: Run, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("RNNVIZ_READONLY", value)
    actions.rename(finished_run, "other")
    assert Run.open(finished_run.id).description.name == "other"


def test_nothing_is_offered_that_would_be_refused(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = {"Pause", "Resume", "Stop training"}
    app = open_app(run=finished_run.id)
    lock = hold(finished_run.folder.lock)
    assert lock is not None
    for state, offered in OFFERED.items():
        say(finished_run, state)
        app.run()
        assert acts & {button.label for button in app.button} == offered
        assert not any(button.disabled for button in app.button)
    lock.release()
    manages = app.get("menu_button")
    assert manages
    monkeypatch.setenv("RNNVIZ_READONLY", "1")
    app.run()
    assert not acts & {button.label for button in app.button}
    assert not app.get("menu_button")
    assert not app.exception


def test_no_new_run_is_offered(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNNVIZ_READONLY", "1")
    app = open_app(run="new")
    assert actions.ONLY_SHOWN in words(app)
    assert not app.main.button
    app = open_app("learn_tanh", run=finished_run.id)
    assert "Train the three networks" not in {button.label for button in app.button}
    assert actions.ONLY_SHOWN in words(app)


def test_a_damaged_run_is_not_offered_for_deletion(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNNVIZ_READONLY", "1")
    finished_run.folder.history.write_bytes(b"garbage" * 99)
    app = open_app(run=finished_run.id)
    assert "damaged" in words(app)
    assert "Delete it" not in {button.label for button in app.button}


def test_a_run_that_may_only_be_read_says_so_and_offers_nothing(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(finished_run, "stopped")
    monkeypatch.setattr(os, "access", lambda path, how: how == os.R_OK)  # root may write anywhere
    app = open_app(run=finished_run.id)
    assert not {"Resume", "Stop training"} & {button.label for button in app.button}
    assert not app.get("menu_button")
    assert "stopped, read only" in words(app)
    assert "nothing goes on with it here" in words(app)
    assert "stopped, read only" in app.sidebar.selectbox[0].options[1]
    assert not app.exception


def test_a_run_of_another_machine_is_stopped_where_it_publishes(
    finished_run: Run, open_app: Open
) -> None:
    say(finished_run, "running")
    Whereabouts("lab-2", "another", "another start", 4711, "ada").tell(finished_run.folder.lock)
    app = open_app(run=finished_run.id)
    assert "Trained by ada on lab-2, last heard of a moment ago." in words(app)
    assert "Stop training" not in {button.label for button in app.button}
    held = Lease.take(finished_run.folder)
    app = open_app(run=finished_run.id)
    next(button for button in app.button if button.label == "Stop training").click().run()
    assert held.asked == "stop"
