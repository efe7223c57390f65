"""The page on vanishing and exploding gradients, without a browser."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.learn.vanishing.remedies import arrived_words
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.lessons.pages.vanishing.min_gru import read
from rnnviz.notation import significant
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, words

PAGE = "learn_vanishing"


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_it_opens_without_a_run(open_app: Open) -> None:
    app = open_app(PAGE)
    assert not app.exception
    assert "It exploded" in app.info[0].value and r"2.06 \times 10^{14}" in app.info[0].value
    assert [link.value for link in app.page_link] == ["Train a network of your own"]
    assert not app.metric


def test_every_example_says_what_happens(open_app: Open) -> None:
    app = open_app(PAGE)
    examples = {
        "0.2ᵗ vanishes": "It vanished",
        "tanh saturates": "saturated",
        "tanh at rest": "near 0",
        "sigmoid": "at most 1/4",
        "relu open": "open at every timestep",
        "relu closes": "the relu is closed",
        "3ᵗ explodes": "It exploded",
    }
    for label, said in examples.items():
        press(app, label)
        assert not app.exception
        assert said in app.info[0].value


def test_the_ends_of_the_sliders(open_app: Open) -> None:
    app = open_app(PAGE)
    for phi, w_hh in product(("linear", "tanh", "sigmoid", "relu"), (0.2, 3.0)):
        app.button_group(key=f"{PAGE} phi").set_value(phi)
        app.slider(key=f"{PAGE} w_hh").set_value(w_hh)
        app.slider(key=f"{PAGE} w_xh").set_value(-3.0)
        app.slider(key=f"{PAGE} b").set_value(3.0)
        app.slider(key=f"{PAGE} timesteps").set_value(100).run()
        assert not app.exception
        assert "nan" not in app.info[0].value


def test_numbers_are_kept_when_the_page_is_left(open_app: Open) -> None:
    app = open_app(PAGE)
    press(app, "sigmoid")
    app.slider(key=f"{PAGE} w_hh").set_value(1.5).run()
    app.switch_page("app_pages/train.py").run()
    app.switch_page(f"app_pages/{PAGE}.py").run()
    assert app.slider(key=f"{PAGE} w_hh").value == 1.5
    assert app.button_group(key=f"{PAGE} phi").value == "sigmoid"


def test_typed_inputs_are_read_or_refused(open_app: Open) -> None:
    app = open_app(PAGE)
    app.selectbox(key=f"{PAGE} inputs").set_value("own").run()
    assert not app.error
    app.text_input(key=f"{PAGE} own").set_value("1 zwei").run()
    assert "is no number" in app.error[0].value.replace("\\", "")
    assert not app.exception


@pytest.mark.parametrize("kind", ["rotation", "symmetric", "random", "non-normal"])
def test_matrices_of_every_size(kind: str, open_app: Open) -> None:
    app = open_app(PAGE, matrix=kind)
    for units, radius in ((2, 0.2), (2, 1.5), (64, 1.5)):
        app.slider(key=f"{PAGE} units").set_value(units)
        app.slider(key=f"{PAGE} radius").set_value(radius).run()
        assert not app.exception
        assert rf"$\rho = {radius:g}$" in app.info[1].value


def test_a_non_normal_matrix_first_grows(open_app: Open) -> None:
    app = open_app(PAGE)
    app.button_group(key=f"{PAGE} matrix").set_value("non-normal").run()
    assert "**first grows**" in app.info[1].value


def test_what_is_said_of_a_random_matrix_is_its_own_number(open_app: Open) -> None:
    app = open_app(PAGE)
    assert r"$\sigma = 1.4$" in app.info[1].value
    assert r"$\sigma$ is $1.55 \rho$ here" in app.info[1].value
    assert app.slider(key=f"{PAGE} units").min == 2  # one unit has no direction of its own


def test_clipping_at_both_ends(open_app: Open) -> None:
    app = open_app(PAGE)
    for norm in (0.01, 1.0, 1000.0):
        app.select_slider(key=f"{PAGE} norm").set_value(norm).run()
        assert not app.exception
        assert ("left alone" in words(app)) == (norm <= 1)


def test_two_networks_are_trained_when_asked(open_app: Open) -> None:
    app = open_app(PAGE)
    assert "Not trained yet." in words(app)
    app.button_group(key=f"{PAGE} trained").set_value(100)
    press(app, "Train both (some seconds)")
    assert not app.exception
    assert "Not trained yet." not in words(app)
    assert [metric.label for metric in app.metric] == ["RNN recalls", "LSTM recalls", "Chance"]
    assert app.metric[2].value == "25 %"
    assert "100 new draws of the 4 items" in words(app)
    assert "0.004 for the RNN and 0.008 for the LSTM" in words(app)
    from rnnviz.lessons.tasks.recall import recall_text
    from rnnviz.lessons.tasks.settings import GAP

    text = recall_text(1, seed=0)
    assert text[GAP] == "." and text[GAP + 1] == text[0]
    assert f"at the last dot, {GAP} timesteps after that letter" in words(app)
    assert f"at lag {GAP} the gradient" in words(app)
    assert f"{GAP} timesteps back, in the untrained networks: RNN, path h: less than" in words(app)
    assert "After 100 iterations it is: RNN, path h: 0.13 %; LSTM, path h: " in words(app)


def test_a_gradient_that_grew_is_not_said_to_carry_the_letter() -> None:
    from rnnviz.lessons.tasks.recall import Recall

    def network(cell: str, accuracy: float, left: float) -> Recall:
        return Recall(cell, accuracy, 1, np.array([2.0, 2 * left]), None)

    before = [network("rnn", 0.3, 0.001), network("lstm", 0.2, 0.02)]
    now = [network("rnn", 0.5, 0.8), network("lstm", 1.0, 0.9)]
    said = arrived_words(now, before, 1200)
    assert "untrained networks: RNN, path h: 0.1 %; LSTM, path h: 2 %." in said
    assert "After 1,200 iterations it is: RNN, path h: 80 %; LSTM, path h: 90 %." in said
    assert "RNN’s path h carries more than it did, and still the RNN recalls only 50 %" in said
    assert "LSTM’s path h carries more" not in said
    learned = [network("rnn", 0.95, 0.8), now[1]]
    assert "still the RNN recalls only" not in arrived_words(learned, before, 1200)
    shrunk = [network("rnn", 0.5, 0.0001), now[1]]
    assert "still the RNN recalls only" not in arrived_words(shrunk, before, 1200)
    assert "After" not in arrived_words(before, before, 0)


@pytest.mark.parametrize(("cell", "matrices"), [("rnn", 1), ("gru", 3), ("lstm", 4)])
def test_the_run_shows_its_own_numbers(
    cell: str, matrices: int, open_app: Open, runs: object
) -> None:
    model = ModelConfig(cell=cell, hidden_size=6)  # type: ignore[arg-type]
    training = TrainingConfig(iterations=2, sequence_length=10, batch_size=2)
    work(Run.create(TEXT, model=model, training=training))
    app = open_app(PAGE)
    app.button_group(key=f"{PAGE} matrix your network").set_value("your network").run()
    assert not app.exception
    own = [box for box in app.selectbox if box.label == "Which"]
    assert len(own[0].options if own else [0]) == matrices
    assert ("stays an upper bound" in app.info[1].value) == (cell == "rnn")
    assert "the largest total gradient norm was" in words(app)
    assert ", which it never trained on:" in words(app)


def test_a_text_too_short_to_hold_out_is_said_to_be_the_training_text(
    open_app: Open, runs: object
) -> None:
    model = ModelConfig(cell="rnn", hidden_size=6)
    training = TrainingConfig(iterations=2, sequence_length=10, batch_size=2)
    work(Run.create(TEXT[:2_000], model=model, training=training))
    said = words(open_app(PAGE))
    assert "never trained on" not in said
    assert "on the text it was trained on, because no part of that is held out" in said


def test_gates_that_do_not_look_at_the_state_say_what_is_measured(open_app: Open) -> None:
    app = open_app(PAGE, word="ab", **{"kept-unit": "2", "keep": "-1"})
    assert not app.exception
    found = read("ab", -1.0).product[-1, 2]
    said = words(app)
    assert f"it would be higher by {significant(float(found))} after the last, 2 char" in said
    assert "The two differ by less than a millionth of themselves at every distance." in said
