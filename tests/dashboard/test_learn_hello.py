"""The page about “hello”: training step by step, memory, writing, any word."""

from __future__ import annotations

import pytest

from dashboard.learn.hello_words import what_differs
from rnnviz.config import ModelConfig
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open, words
from tests.dashboard.test_learn_cell import drawings

PAGE = "learn_hello"


def press(app: object, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()  # type: ignore[attr-defined]


def test_training_step_by_step_until_it_writes_the_word(open_app: Open) -> None:
    app = open_app(PAGE)
    assert not app.exception
    assert "**Iteration 0**" in words(app)
    press(app, "1 iteration")
    assert "**Iteration 1**" in words(app)
    press(app, "10 iterations")
    assert "**Iteration 11**" in words(app)
    press(app, "Until learned")
    press(app, "100 iterations")
    assert "4 of 4" in words(app)
    assert app.success[0].value.startswith("Learned")
    memory, without, written = drawings(app)
    assert (memory.count("✓"), memory.count("✗")) == (4, 0)
    assert (without.count("✓"), without.count("✗")) == (3, 1)
    assert "written so far: hello." in written
    press(app, "Start again")
    assert "**Iteration 0**" in words(app)


def test_the_two_ls_are_explained_with_the_floor(open_app: Open) -> None:
    app = open_app(PAGE)
    said = words(app)
    assert "Why the two l’s need memory" in said
    assert "after “l” comes “l” or “o”" in said
    assert "at best 3 of 4 timesteps" in said and "0.347" in said
    assert "cannot go below the dotted line at 0.347 nats" in said


@pytest.mark.parametrize(
    "word",
    ["ab", "aa", "<script>x", "*_`$[](", "가나다가나", "a b\tc", "\\frac{a}{b}", "x" * 19 + "y"],
)
def test_any_word_works(word: str, open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_input(key="word").set_value(word).run()
    assert not app.exception
    press(app, "10 iterations")
    assert not app.exception
    assert len(drawings(app)) == 3
    assert not any("<script>" in drawing for drawing in drawings(app))


@pytest.mark.parametrize("word", ["", "a", "a" * 21, "a" * 5000])
def test_another_length_is_answered_with_one_sentence(word: str, open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_input(key="word").set_value(word).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "type 2 to 20" in words(app)
    assert "From a word to a text" in words(app)


def test_a_word_that_is_too_hard_is_said_to_be(open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_input(key="word").set_value("a" * 19 + "b")
    app.number_input(key="seed of the word").set_value(0).run()
    press(app, "Until learned")
    assert "Not learned in 1,000 iterations" in words(app)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (ModelConfig("rnn", hidden_size=1), "in its size, 1 unit."),
        (ModelConfig("rnn", "relu", 4, 2), "each reading the one below; in its nonlinearity, relu"),
        (ModelConfig("gru", hidden_size=1024), "1,024 units; in its cell, a GRU, whose gates"),
        (ModelConfig("lstm"), "in its cell, an LSTM"),
    ],
)
def test_what_differs_in_a_runs_network_is_said(model: ModelConfig, says: str) -> None:
    assert says in what_differs("text", model)


@pytest.mark.parametrize("units", [4, 8, 12])
def test_more_units_and_every_length(units: int, open_app: Open) -> None:
    app = open_app(PAGE)
    app.segmented_control(key="units of the word").set_value(units).run()
    for length in (1, 24):
        app.slider[0].set_value(length).run()
        assert not app.exception
        assert "Each output becomes the next input" in drawings(app)[-1]


def test_without_a_run_it_leads_to_train(open_app: Open) -> None:
    app = open_app(PAGE)
    assert "Train on a text, and its samples will stand here" in [p.value for p in app.page_link]


def test_with_a_run_its_samples_stand_there(finished_run: Run, open_app: Open) -> None:
    app = open_app(PAGE)
    assert not app.exception
    kept = finished_run.snapshots["sample"]
    shown = [code.value for code in app.code]
    assert shown[0] == kept.iloc[0][:500] and shown[-1] == kept.iloc[-1][:500]
    assert "First snapshot, iteration 0" in words(app) and "Last snapshot, iteration 12" in words(
        app
    )
    assert app.page_link[-1].value == "Let your own network write"
