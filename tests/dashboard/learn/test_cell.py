"""The page about the cell: its numbers follow what a person sets, with and without a run."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from base64 import b64decode

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.cells import Cell
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.lessons.pages.cell import review
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.conftest import ROOT
from tests.dashboard.conftest import TEXT, Open, words

PAGE = "learn_cell"


def drawings(app: AppTest) -> list[str]:
    """The drawings on the page, decoded."""
    found = [re.search(r"base64,([^\"]*)", element.proto.body) for element in app.main.get("html")]
    return [b64decode(match[1]).decode() for match in found if match]


def test_without_a_run_every_number_is_worked_out(open_app: Open) -> None:
    app = open_app(PAGE)
    assert not app.exception
    unrolled, product, entries, output = drawings(app)
    assert "lovely" in unrolled and "f" in unrolled
    first = math.tanh(-1.5 * 0.8)
    assert f"{first:.2f}".replace("-", "−") in unrolled
    assert "1.50 · 0.90" in entries and "−1.50" in product
    assert "sigmoid" in output
    assert app.page_link[-1].value == "Train a network of your own"


def test_a_drawing_too_wide_for_its_place_says_so(open_app: Open) -> None:
    bodies = [element.proto.body for element in open_app(PAGE).main.get("html")]
    drawn = [body for body in bodies if "<img " in body]
    assert len(drawn) == 4
    for body in drawn:
        smallest = re.search(r"min-width:(\d+)px", body)
        assert smallest and f"max-width:max(0px, ({smallest[1]}px - 100%)" in body
        assert "Scroll sideways to see all" in body


def test_a_drawing_too_wide_for_its_place_begins_at_the_selected_timestep(open_app: Open) -> None:
    app = open_app(PAGE)
    spots = []
    for _ in range(2):
        body = app.main.get("html")[0].proto.body
        spot = re.search(r"left:([\d.]+)%;width:1px;height:1px;scroll-snap-align:center", body)
        assert spot and "animation:begin" in body and "@keyframes begin" in body
        spots.append(float(spot[1]))
        app.button(key=f"{PAGE} timestep 5 back").click().run()
    width = float(re.findall(r'width="(\d+)"', drawings(app)[0])[0])
    assert spots[0] - spots[1] == pytest.approx(100 * 114 / width, abs=0.11)
    assert "scroll-snap" not in app.main.get("html")[1].proto.body


def test_a_changed_entry_changes_every_timestep_and_can_be_taken_back(open_app: Open) -> None:
    app = open_app(PAGE)
    before = drawings(app)
    app.number_input(key=f"{PAGE} w_h 0 1").set_value(4.0).run()
    after = drawings(app)
    assert f"{math.tanh(4.0 * 0.8):.2f}" in after[0] and after[0] != before[0]
    assert "4.00" in after[1]
    app.switch_page("app_pages/samples.py").run()
    app.switch_page(f"app_pages/{PAGE}.py").run()
    assert drawings(app) == after
    next(b for b in app.button if b.label.startswith("Back to the numbers")).click().run()
    assert drawings(app) == before


def test_going_forward_and_back(open_app: Open) -> None:
    app = open_app(PAGE)
    assert "t = 4" in words(app)
    app.button(key=f"{PAGE} timestep 5 forward").click().run()
    assert "Inside the module at t = 5: “ending”" in words(app)
    assert app.button(key=f"{PAGE} timestep 5 forward").disabled
    for _ in range(4):
        app.button(key=f"{PAGE} timestep 5 back").click().run()
    assert "Inside the module at t = 1: “slow”" in words(app)
    assert app.button(key=f"{PAGE} timestep 5 back").disabled


def test_sentiment_reads_only_the_last(open_app: Open) -> None:
    app = open_app(PAGE)
    app.segmented_control(key=f"{PAGE} read-out").set_value("only at the last").run()
    assert drawings(app)[0].count("good ") == 1
    assert "Step forward" in words(app)
    app.segmented_control(key=f"{PAGE} y").set_value("three classes (softmax)").run()
    app.button(key=f"{PAGE} timestep 5 forward").click().run()
    assert "softmax" in drawings(app)[-1] and "P(mixed)" in drawings(app)[-1]


@pytest.mark.parametrize(("name", "gates"), [("GRU", "rzn"), ("LSTM", "ifgo")])
def test_every_gate_is_worked_out(name: str, gates: str, open_app: Open) -> None:
    app = open_app(PAGE)
    app.segmented_control(key=f"{PAGE} cell").set_value(name).run()
    for gate in gates:
        app.segmented_control(key=f"{PAGE} gate {name.lower()}").set_value(gate).run()
        assert not app.exception
        assert any(f"The sum of {gate} worked out" in drawing for drawing in drawings(app))
    app.segmented_control(key=f"{PAGE} wiring").set_value(1).run()
    assert any(f"The wiring of the {name}" in drawing for drawing in drawings(app))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_extremes_keep_every_drawing(cell: str, open_app: Open) -> None:
    app = open_app(PAGE, cell=cell)
    for value in (-10.0, 0.0, 10.0):
        for field in app.number_input:
            field.set_value(value)
        app.run()
        assert not app.exception
        assert not any("nan" in drawing or "inf" in drawing for drawing in drawings(app))


@pytest.mark.parametrize(
    "model",
    [
        ModelConfig("rnn", "relu", 1),
        ModelConfig("rnn", "sigmoid", 3),
        ModelConfig("gru", hidden_size=5, num_layers=2),
        ModelConfig("lstm", hidden_size=4),
    ],
    ids=str,
)
def test_the_persons_own_network(model: ModelConfig, open_app: Open) -> None:
    training = TrainingConfig(iterations=3, sequence_length=10, batch_size=2)
    run = Run.create(TEXT, name="<b>.txt", model=model, training=training)
    work(run)
    app = open_app(PAGE)
    app.segmented_control(key=f"{PAGE} numbers").set_value("your network").run()
    assert not app.exception
    recorded = run.trace("said", run.best_iteration)
    written = f"{recorded.h[0, 0, 0]:.2f}".replace("-", "−")
    assert written.replace("−0.00", "0.00") in drawings(app)[0]
    assert "Inside the module at t = 4" in words(app)
    assert "Units are counted from 0, timesteps from 1" in words(app)
    called = app.latex[0].value
    said = "carries two vectors" in words(app)
    assert ("c_{t-1}" in called) == said == (model.cell == "lstm")
    app.text_input[0].set_value("").run()
    assert "Type at least one character" in words(app)
    app.text_input[0].set_value("HЖe").run()
    assert not app.exception
    assert app.page_link[-1].value == "See what every unit of your own network does"


def test_a_network_of_jamo_reads_syllables_jamo_for_jamo(open_app: Open) -> None:
    training = TrainingConfig(iterations=2, sequence_length=10, batch_size=2)
    model = ModelConfig(hidden_size=4)
    run = Run.create("바다가 조용하다.\n" * 40, model=model, training=training, hangul="jamo")
    work(run)
    app = open_app(PAGE)
    app.segmented_control(key=f"{PAGE} numbers").set_value("your network").run()
    app.text_input[0].set_value("가다").run()
    assert not app.exception
    recorded = run.trace("가다", run.best_iteration).h[0]
    assert len(recorded) == 4
    for h in recorded[:, 0]:
        assert f"{h:.2f}".replace("-", "−").replace("−0.00", "0.00") in drawings(app)[0]


def test_without_a_run_torch_is_not_loaded() -> None:
    program = "import dashboard.app_pages, dashboard.learn.cell.review, sys; " + (
        "import dashboard.learn.cell.own, dashboard.learn.hello.training; "
        "assert 'torch' not in sys.modules"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr.decode()


@pytest.mark.parametrize("name", ["gru", "lstm"])
def test_units_are_counted_from_zero(name: Cell, open_app: Open) -> None:
    app = open_app(PAGE)
    app.segmented_control(key=f"{PAGE} cell").set_value(name.upper()).run()
    choice = app.segmented_control(key=f"{PAGE} wiring")
    assert [option.content for option in choice.proto.options] == ["0", "1"]
    assert "unit 0 holds the verdict so far, unit 1 whether" in words(app)
    assert "of unit 0" in words(app) and "unit 2" not in words(app)
    assert all("unit 2" not in drawing for drawing in drawings(app))
    states = {
        "gru": "only the state h was handed on",
        "lstm": "only the states h and c were handed",
    }
    assert states[name] in words(app)


@pytest.mark.parametrize(("name", "gate"), [("gru", "z"), ("lstm", "f")])
def test_the_entry_to_try_is_where_the_words_say(name: Cell, gate: str, open_app: Open) -> None:
    assert review.rows(name, gate)[0, 2] == -6 and review.MEANS[2] == "turn"
    app = open_app(PAGE)
    app.segmented_control(key=f"{PAGE} cell").set_value(name.upper()).run()
    assert f"$W_{{i{gate}}}$: first row, third column, which meets “turn”" in words(app)
    assert " gate of unit 0 shuts: it falls to near 0, and " in words(app)
    assert "is the redder the further it lies above 0" in words(app)
