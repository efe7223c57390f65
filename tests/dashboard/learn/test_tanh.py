"""The page on nonlinearities: its sliders at their ends, and three runs from start to verdict."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dashboard.learn.tanh import runs as tanh_runs
from rnnviz.cells import Cell, Nonlinearity
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, say, words

SHORT = TrainingConfig(iterations=3, sequence_length=12, batch_size=2, device="cpu")


def test_it_opens_without_a_run_and_offers_to_train(open_app: Open) -> None:
    app = open_app("learn_tanh")
    assert not app.exception
    assert [button.label for button in app.main.button] == ["Train the three networks"]
    assert [link.value for link in app.page_link] == ["Train a network of your own"]


@pytest.mark.parametrize(
    ("cell", "phi", "said"),
    [
        ("rnn", "tanh", "$h_t$"),
        ("rnn", "sigmoid", "$h_t$"),
        ("rnn", "relu", "units are zero at every timestep"),
        ("gru", "tanh", "$n_t$"),
        ("lstm", "tanh", "$tanh(c_t)$"),
    ],
)
def test_the_persons_own_values_are_those_recorded(
    cell: Cell, phi: Nonlinearity, said: str, runs: object, open_app: Open
) -> None:
    model = ModelConfig(cell, phi, hidden_size=5)
    run = Run.create(TEXT, model=model, training=SHORT)
    work(run)
    app = open_app("learn_tanh", run=run.id)
    assert not app.exception
    trace = run.trace(run.held_out_text[:2_000], run.best_iteration)
    values = trace.h[0] if cell == "rnn" else trace.gates["n"][0] if cell == "gru" else None
    values = np.tanh(trace.c[0]) if values is None else values
    slopes = {"tanh": 1 - values**2, "sigmoid": values * (1 - values), "relu": values > 0}
    assert said in words(app)
    assert f"varphi' = {slopes[phi].mean():.3f}$ in the mean" in words(app)


def test_every_end_of_every_slider_gives_numbers(open_app: Open) -> None:
    app = open_app("learn_tanh")
    keys = ("learn_tanh w", "learn_tanh h_0", "learn_tanh timesteps")
    for ends in itertools.product((0, 1), repeat=3):
        for key, end in zip(keys, ends, strict=True):
            slider = app.slider(key=key)
            slider.set_value((slider.min, slider.max)[end])
        app.run()
        assert not app.exception
        assert "nan" not in words(app)
    for z in (-6.0, 0.0, 6.0):
        app.slider(key="learn_tanh z").set_value(z).run()
        assert not app.exception
        assert f"$varphi({z:.1f})$" in words(app)


@pytest.fixture
def three(runs: object, monkeypatch: pytest.MonkeyPatch) -> dict[str, Run]:
    """Three short runs on one text, trained."""
    monkeypatch.setattr(tanh_runs, "TRAINING", SHORT)
    return trained(TEXT)


def trained(text: str) -> dict[str, Run]:
    found = {}
    for name in tanh_runs.NAMES:
        model = tanh_runs.model_of(name)
        found[name] = Run.create(text, model=model, training=SHORT, lesson=tanh_runs.LESSON)
        work(found[name])
    return found


def test_finished_runs_are_found_and_compared(three: dict[str, Run], open_app: Open) -> None:
    app = open_app("learn_tanh", run=three["relu"].id)
    assert not app.exception
    assert not app.main.button
    said = words(app)
    assert "dead units (zero over the whole passage)" in said
    assert "tanh learns best." in said
    assert "of 64 relu units are zero over the whole passage" in said
    assert "States over the first held-out characters" in said


def test_without_held_out_characters_none_are_claimed(
    runs: object, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    monkeypatch.setattr(tanh_runs, "TRAINING", SHORT)
    found = trained(TEXT[:2_000])
    said = words(open_app("learn_tanh", run=found["tanh"].id))
    assert "States over the first characters of the text (nothing is held out)" in said


def test_a_run_that_was_stopped_can_go_on(three: dict[str, Run], open_app: Open) -> None:
    say(three["relu"], "stopped")
    app = open_app("learn_tanh", run=three["relu"].id)
    assert [button.label for button in app.main.button] == ["Let them go on"]


def test_a_run_that_diverged_is_compared_all_the_same(
    three: dict[str, Run], open_app: Open
) -> None:
    say(three["relu"], "diverged", "the loss was nan.")
    app = open_app("learn_tanh", run=three["relu"].id)
    assert not app.exception
    assert "Not every network has a loss on held-out text." in words(app)


def test_runs_that_wait_are_watched(three: dict[str, Run], open_app: Open) -> None:
    say(three["relu"], "queued", "waiting for a core.")
    app = open_app("learn_tanh", run=three["relu"].id)
    assert not app.exception
    assert "tanh learns best." not in words(app)


def test_starting_makes_three_runs_that_are_found_again(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Run] = []
    monkeypatch.setattr("rnnviz.workers.supervisor.start", lambda run, _: started.append(run))
    app = open_app("learn_tanh")
    app.button[0].click().run()
    assert not app.exception
    names = [run.description.name for run in started]
    assert names == [f"Why tanh? {name} · A verse drama" for name in tanh_runs.NAMES]
    assert {run.description.lesson for run in started} == {"tanh"}
    assert {run.description.text_name for run in started} == {"corpus:play"}
    found = tanh_runs.find(SAMPLE_FILES[1].read())
    assert {run.id for run in found.values()} == {run.id for run in started}


def test_a_persons_run_is_not_taken_whatever_its_name(
    runs: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tanh_runs, "TRAINING", SHORT)
    own = Run.create(TEXT, model=tanh_runs.model_of("tanh"), training=SHORT)
    own.rename("Why tanh? tanh")
    assert tanh_runs.find(TEXT) == {}
