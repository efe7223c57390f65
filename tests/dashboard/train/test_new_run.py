"""A new run is offered as long as the machine has the memory for it."""

from __future__ import annotations

import pytest

from tests.dashboard.conftest import Open, can_start, words

OPTIONS = ["Quick", "Good", "Long"]


def test_the_memory_it_takes_stands_beside_start(open_app: Open) -> None:
    app = open_app()
    assert "It takes about 4" in words(app)
    assert " MB of memory." in words(app)
    assert can_start(app)


def test_what_does_not_fit_cannot_be_started(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnviz.training.memory.memory_there", lambda: 50_000_000)
    app = open_app()
    assert "this machine has 50 MB" in words(app)
    assert not can_start(app)
    assert not app.exception


def test_without_a_text_nothing_is_said_of_its_length(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your words").run()
    said = words(app)
    assert "Which network suits your text, and for how long, is said once it is there." in said
    assert app.segmented_control(key="preset").options == OPTIONS
    assert "10,000 characters" not in said and "iterations" not in said.partition("Advanced")[0]
    assert not can_start(app)
    app.text_area(key="typed text").set_value("to be or not to be").run()
    said = words(app)
    assert "Under 10,000 characters nothing is held out" in said
    assert "each iteration reads 17 characters at one place of the text" in said
    assert "How the text begins" not in said, "it stands above"


def test_what_a_network_begins_with_is_chosen_and_said(open_app: Open) -> None:
    app = open_app()
    assert "; begins with" not in words(app)
    app.selectbox(key="field recurrent_init").set_value("normal")
    app.number_input(key="field recurrent_gain").set_value(0.5)
    app.selectbox(key="field forget_bias").set_value("chrono").run()
    assert not app.exception
    assert (
        "; begins with normal recurrent weights, recurrent gain 0.5, chrono as bias of the forget "
        "gate f, memories up to 100; each iteration reads" in words(app)
    )
    app.number_input(key="field recurrent_gain").set_value(11.0).run()
    assert "recurrent_gain is 11.0; it must be a number from 0 to 10." in words(app)
    assert not can_start(app)


def test_the_lesson_sets_up_a_run_with_its_factor(open_app: Open) -> None:
    app = open_app("learn_vanishing")
    next(button for button in app.button if button.label.endswith("gain 0.2")).click().run()
    assert not app.exception
    assert "RNN (tanh) with 192 units, dropout 0.7; begins with recurrent gain 0.2;" in words(app)
    assert can_start(app)


def test_what_was_changed_is_said_and_what_it_risks_is_said(open_app: Open) -> None:
    app = open_app()
    box = {each.label: each for each in app.number_input}
    box["Learning rate (peak)"].set_value(2.0)
    box["Dropout (share of units)"].set_value(0.0)
    box["Budget (iterations)"].set_value(3_000).run()
    assert not app.exception
    risks = words(app)
    assert "At most, on two cores" not in risks, "true of no setting that was changed"
    assert "Quick, changed: LSTM with" in risks
    assert len(app.warning) == 1
    assert "The learning rate of 2 is 250 times the usual for an LSTM; try 0.008." in risks
    window, batch = (
        app.number_input(key=f"field {name}").value for name in ("sequence_length", "batch_size")
    )
    times = 3_000 * window * batch / (36_894 - 3_689)
    assert f"These settings read the text about {times:.0f} times. It begins to be" in risks
    assert can_start(app)
    for preset, seconds in (("quick", 30.0), ("good", 180.0)):
        app.segmented_control(key="preset").set_value(preset).run()
        app.selectbox(key="field budget").set_value("seconds").run()
        (asked,) = (each for each in app.number_input if each.label == "Budget (seconds)")
        assert asked.value == seconds
        app.selectbox(key="field budget").set_value("iterations").run()
    assert app.segmented_control(key="preset").options == OPTIONS, "a click on another is lost"
    assert not app.warning and "it gets" in words(app) and "Good: LSTM with" in words(app)
