"""The page on backpropagation through time, without a browser."""

from __future__ import annotations

import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.run import Run
from rnnviz.runs.worker import work
from tests.dashboard.conftest import TEXT, Open, words

PAGE = "learn_bptt"


def test_it_opens_without_a_run_and_leads_to_train(open_app: Open) -> None:
    app = open_app(PAGE)
    assert not app.exception
    assert "Every gradient is right." in app.success[0].value
    assert [link.value for link in app.page_link] == ["Train a network of your own"]
    assert len(app.get("html")) == 3


@pytest.mark.parametrize(
    ("mistake", "wrong"), [("slope", "W_{xh}"), ("previous", "W_{hh}"), ("carried", "b_h")]
)
def test_a_mistake_turns_the_check_red(mistake: str, wrong: str, open_app: Open) -> None:
    app = open_app(PAGE)
    app.radio(key="bptt mistake").set_value(mistake).run()
    assert not app.success
    assert "Wrong:" in app.error[0].value and wrong in app.error[0].value
    app.radio(key="bptt mistake").set_value("none").run()
    assert app.success


@pytest.mark.parametrize(("word", "loss"), [("ab", 0), ("hello", 1)])
def test_a_mistake_that_changes_nothing_is_said(word: str, loss: int, open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_input(key="bptt word").set_value(word).run()
    app.selectbox(key=f"bptt loss of {len(word) - 1}").set_value(loss)
    app.radio(key="bptt mistake").set_value("carried").run()
    assert "no later timestep" in app.success[0].value
    app.text_input(key="bptt word").set_value("aaa").run()
    assert "all of them are zero here" in app.success[0].value


@pytest.mark.parametrize(("power", "what"), [(-1, "too large"), (-12, "too small")])
def test_a_poor_measurement_is_not_called_a_wrong_derivative(
    power: int, what: str, open_app: Open
) -> None:
    app = open_app(PAGE)
    app.select_slider(key="bptt epsilon").set_value(power).run()
    assert what in app.error[0].value


def test_a_poor_measurement_is_told_from_the_mistake(open_app: Open) -> None:
    app = open_app(PAGE)
    app.radio(key="bptt mistake").set_value("previous")
    app.select_slider(key="bptt epsilon").set_value(-1).run()
    wrong, poor = (error.value for error in app.error)
    assert wrong == "Wrong: $W_{hh}$."
    assert "$W_{hh}$" not in poor and "$W_{hy}$" in poor and "too large" in poor


@pytest.mark.parametrize("word", ["ab", "aaaaaaaa", "<b>&'", "가나 다", "*_$`"])
@pytest.mark.parametrize("units", [1, 4])
def test_any_word_works(word: str, units: int, open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_input(key="bptt word").set_value(word).run()
    app.slider(key="bptt units").set_value(units).run()
    for weight in ("w_xh", "w_hh", "w_hy"):
        app.button_group(key="bptt weight").set_value(weight).run()
        assert not app.exception and not app.error
    app.selectbox(key=f"bptt loss of {len(word) - 1}").set_value(1).run()
    assert not app.exception and not app.error


def test_a_word_too_short_is_said(open_app: Open) -> None:
    app = open_app(PAGE)
    for word in ("", "a"):
        app.text_input(key="bptt word").set_value(word).run()
        assert not app.exception
        assert "Type at least two characters." in words(app)


@pytest.mark.parametrize("text", ["ab", "a" * 50, "x" * 600])
@pytest.mark.parametrize("window", [1, 10, 100])
def test_any_text_can_be_truncated(text: str, window: int, open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_area(key="truncation text").set_value(text).run()
    app.slider(key="truncation window").set_value(window).run()
    assert not app.exception
    used = min(window, len(text) - 1)
    assert app.metric[0].label == f"Cosine at k = {used}"
    assert (app.metric[0].value == "–") == (text == "ab" or len(set(text)) == 1)  # of zero
    if used == len(text) - 1:
        assert app.metric[1].value == "0.0%"


def test_what_a_loss_reaches_counts_its_own_timestep(open_app: Open) -> None:
    app = open_app(PAGE)
    assert "reaches **5** of the **40** timesteps read so far: its own and the 4" in words(app)
    app.slider(key="truncation window").set_value(1).run()
    assert "its own only. Over the whole text a loss reaches 1.0 timesteps" in words(app)


def test_a_small_network_is_trained_on_the_text(open_app: Open) -> None:
    app = open_app(PAGE)
    before = app.metric[0].value
    app.button_group(key="truncation network, run False").set_value("Small, trained on this text")
    app.run()
    assert not app.exception
    assert app.metric[0].value != before


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_the_run_pays_for_truncation_too(cell: str, open_app: Open, runs: object) -> None:
    model = ModelConfig(cell=cell, hidden_size=6)  # type: ignore[arg-type]
    training = TrainingConfig(iterations=2, sequence_length=10, batch_size=2)
    work(Run.create(TEXT, model=model, training=training))
    app = open_app(PAGE)
    app.button_group(key="truncation network, run True").set_value("Your run").run()
    assert not app.exception
    assert "held-out part" in words(app)
    assert 0 < float(app.metric[1].value.rstrip("%")) < 200
    assert [link.value for link in app.page_link] == ["See how far gradients reach in your run"]
