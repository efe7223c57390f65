"""The page on backpropagation through time, without a browser."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.learn.bptt import truncation
from dashboard.learn.bptt.own_words import delta, deltas
from dashboard.learn.bptt.symbols import columns
from rnnviz.cells import Cell
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.lessons.by_hand.cell import CellWeights, unroll
from rnnviz.lessons.by_hand.cell_backward import layer_backward
from rnnviz.lessons.by_hand.unrolled_backward import network_backward
from rnnviz.lessons.by_hand.unrolled_network import read
from rnnviz.notation import magnitude
from rnnviz.runs.documents import read_tensors
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, words
from tests.dashboard.learn.test_cell import drawings

PAGE = "learn_bptt"


def test_it_opens_without_a_run_and_leads_to_train(open_app: Open) -> None:
    app = open_app(PAGE)
    assert not app.exception
    assert "Every gradient is right." in app.success[0].value
    assert [link.value for link in app.page_link] == ["Train a network of your own"]
    assert sum("<img " in element.proto.body for element in app.main.get("html")) == 3


@pytest.mark.parametrize(
    ("mistake", "wrong"), [("slope", "W_{xh}"), ("previous", "W_{hh}"), ("carried", "b_h")]
)
def test_a_mistake_turns_the_check_red(mistake: str, wrong: str, open_app: Open) -> None:
    app = open_app(PAGE)
    app.radio(key=f"{PAGE} mistake").set_value(mistake).run()
    assert not app.success
    assert "Wrong:" in app.error[0].value and wrong in app.error[0].value
    app.radio(key=f"{PAGE} mistake").set_value("none").run()
    assert app.success


@pytest.mark.parametrize(("word", "loss"), [("ab", 0), ("hello", 1)])
def test_a_mistake_that_changes_nothing_is_said(word: str, loss: int, open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_input(key=f"{PAGE} word").set_value(word).run()
    app.selectbox(key=f"{PAGE} loss {len(word) - 1}").set_value(loss)
    app.radio(key=f"{PAGE} mistake").set_value("carried").run()
    assert "no later timestep" in app.success[0].value
    app.text_input(key=f"{PAGE} word").set_value("aaa").run()
    assert "all of them are zero here" in app.success[0].value


@pytest.mark.parametrize(("power", "what"), [(-1, "too large"), (-12, "too small")])
def test_a_poor_measurement_is_not_called_a_wrong_derivative(
    power: int, what: str, open_app: Open
) -> None:
    app = open_app(PAGE)
    app.select_slider(key=f"{PAGE} epsilon").set_value(power).run()
    assert what in app.error[0].value


def test_a_poor_measurement_is_told_from_the_mistake(open_app: Open) -> None:
    app = open_app(PAGE)
    app.radio(key=f"{PAGE} mistake").set_value("previous")
    app.select_slider(key=f"{PAGE} epsilon").set_value(-1).run()
    wrong, poor = (error.value for error in app.error)
    assert wrong == "Wrong: $W_{hh}$."
    assert "$W_{hh}$" not in poor and "$W_{hy}$" in poor and "too large" in poor


def test_any_word_works(open_app: Open) -> None:
    app = open_app(PAGE)
    for word in ("ab", "aaaaaaaa", "<b>&'", "가나 다", "*_$`"):
        for units in (1, 4):
            app.text_input(key=f"{PAGE} word").set_value(word)
            app.slider(key=f"{PAGE} units").set_value(units)
            for weight in ("w_xh", "w_hh", "w_hy") if units > 1 else ("w_hh",):
                app.button_group(key=f"{PAGE} weight").set_value(weight).run()
                assert not app.exception and not app.error, (word, units, weight)
        app.selectbox(key=f"{PAGE} loss {len(word) - 1}").set_value(1).run()
        assert not app.exception and not app.error, word


def test_a_word_too_short_is_said(open_app: Open) -> None:
    app = open_app(PAGE)
    for word in ("", "a"):
        app.text_input(key=f"{PAGE} word").set_value(word).run()
        assert not app.exception
        assert "Type at least two characters." in words(app)


def test_any_text_can_be_truncated(open_app: Open) -> None:
    app = open_app(PAGE)
    for text, window in product(("ab", "a" * 50, "x" * 500), (1, 10, 100)):
        app.text_area(key=f"{PAGE} text").set_value(text)
        app.slider(key=f"{PAGE} window").set_value(window).run()
        assert not app.exception
        used = min(window, len(text) - 1)
        assert app.metric[0].label == f"Cosine at k = {used}"
        assert (app.metric[0].value == "–") == (text == "ab" or len(set(text)) == 1)  # of zero
        if used == len(text) - 1:
            assert app.metric[1].value == "0.0 %"


def test_what_a_loss_reaches_counts_its_own_timestep(open_app: Open) -> None:
    app = open_app(PAGE)
    assert "reaches **5** of the **40** timesteps read so far: its own and the 4" in words(app)
    app.slider(key=f"{PAGE} window").set_value(1).run()
    assert "its own only. Over the whole text a loss reaches 1.0 timesteps" in words(app)


def test_a_small_network_is_trained_on_the_text(open_app: Open) -> None:
    app = open_app(PAGE)
    before = app.metric[0].value
    app.segmented_control(key=f"{PAGE} network").set_value("trained on this text").run()
    assert not app.exception
    assert app.metric[0].value != before


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_the_run_pays_for_truncation_too(cell: str, open_app: Open, runs: object) -> None:
    model = ModelConfig(cell=cell, hidden_size=6)  # type: ignore[arg-type]
    training = TrainingConfig(iterations=2, sequence_length=10, batch_size=2)
    work(Run.create(TEXT, model=model, training=training))
    app = open_app(PAGE)
    own(app)
    assert not app.exception
    assert "held-out part" in words(app)
    assert 0 < float(app.metric[1].value.rstrip("%")) < 200
    assert [link.value for link in app.page_link] == ["See how far gradients reach in your network"]


MODELS = [
    ModelConfig("rnn", "tanh", 5),
    ModelConfig("rnn", "relu", 1),
    ModelConfig("rnn", "sigmoid", 4, 2),
    ModelConfig("gru", hidden_size=5, num_layers=2),
    ModelConfig("lstm", hidden_size=6, num_layers=2),
]


def train(model: ModelConfig, text: str = TEXT, hangul: str = "syllables") -> Run:
    """A run of a few iterations."""
    training = TrainingConfig(iterations=3, sequence_length=10, batch_size=2)
    run = Run.create(text, name="<b>.txt", model=model, training=training, hangul=hangul)  # type: ignore[arg-type]
    work(run)
    return run


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """What truncation costs is of one window alone: it takes half of the time of the page."""
    monkeypatch.setattr(truncation, "lengths_to_try", lambda _, window: [window])


def own(app: AppTest) -> AppTest:
    """The page with the numbers of the run."""
    return app.segmented_control(key=f"{PAGE} numbers").set_value("your network").run()


def latex(app: AppTest) -> str:
    """The formulas on the page."""
    return "\n".join(formula.value for formula in app.latex)


@pytest.mark.usefixtures("one_window")
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_the_persons_own_network_there_and_back(model: ModelConfig, open_app: Open) -> None:
    run = train(model)
    app = open_app(PAGE)
    assert "Units" in [slider.label for slider in app.slider]  # the small network comes first
    own(app)
    assert not app.exception and not app.error
    typed = app.text_input(key=f"{PAGE} word {run.id}").value
    assert typed == "said"  # the commonest word of the text
    graph = drawings(app)[0]
    recorded = run.trace(typed[:-1], run.best_iteration)
    for value in recorded.h[-1, :, 0]:
        assert f">{magnitude(float(value))}<" in graph
    for loss in recorded.loss[:-1]:
        assert f"= {loss:.2f}<" in graph
    flow = run.gradients(typed, run.best_iteration)
    for path in (flow.h, flow.c):
        for norm in path.window[-1] if path else ():
            assert f">{magnitude(float(norm))}<" in graph
    assert ("norm of ∂L/∂c" in graph) == (model.cell == "lstm")
    assert "Every gradient measured is right." in app.success[0].value
    assert_deltas(app, run, typed)
    layers = model.num_layers
    summed = f":green[:material/check_circle:] The {len(typed) - 1} terms add up"
    weights = app.segmented_control(key=f"{PAGE} weight of {layers} layers")
    assert len(weights.options) == 2 * layers + 1
    assert "At most 40 numbers of every weight" in words(app)
    for name in [f"rnn.weight_{k}_l{n}" for n in range(layers) for k in ("ih", "hh")]:
        app.segmented_control(key=f"{PAGE} weight of {layers} layers").set_value(name).run()
        for gate in {"rnn": "", "gru": "rzn", "lstm": "ifgo"}[model.cell]:
            app.segmented_control(key=f"{PAGE} gate {model.cell}").set_value(gate).run()
            assert not app.exception
            assert f"W_{{{'h' if 'hh' in name else 'i'}{gate}}}" in latex(app)
        assert summed in words(app)
    app.segmented_control(key=f"{PAGE} weight of {layers} layers").set_value("decoder.weight").run()
    assert not app.exception and summed in words(app)


@pytest.mark.usefixtures("one_window")
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_extremes_of_the_own_network(model: ModelConfig, open_app: Open) -> None:
    run = train(model)
    app = own(open_app(PAGE))
    for typed in ("", "H", "Жe", "ЖЖЖ"):
        app.text_input(key=f"{PAGE} word {run.id}").set_value(typed).run()
        assert not app.exception
        assert "Type at least two characters that the network knows." in words(app)
    app.number_input(key=f"{PAGE} unit {model.hidden_size}").set_value(model.hidden_size - 1)
    for typed, loss in (("HЖe", 1), ('""""""""', 7), (TEXT[:8], 7)):
        app.text_input(key=f"{PAGE} word {run.id}").set_value(typed).run()
        app.selectbox(key=f"{PAGE} loss {loss}").set_value(loss).run()
        assert not app.exception and app.success
        assert f"you see unit {model.hidden_size - 1} of {model.hidden_size}" in words(app)
        assert not any(">nan<" in drawing for drawing in drawings(app))
    for t in (1, 7):
        app.slider(key=f"{PAGE} timestep 7").set_value(t).run()
        assert not app.exception and f"h_{{{t}}}" in latex(app)
    app.select_slider(key=f"{PAGE} epsilon").set_value(-12).run()
    assert "this measurement is not" in app.error[0].value


def assert_deltas(app: AppTest, run: Run, text: str) -> None:
    """Those of the units shown are worked out."""
    model = run.model_config
    app.slider(key=f"{PAGE} timestep {len(text) - 1}").set_value(2).run()
    weights = read_tensors(run.folder.snapshot(run.best_iteration)).arrays
    ids = run.vocabulary.encode(text).astype(np.int64)
    network = read(model, weights, ids[:-1])
    by_input = network_backward(network, ids[1:]).layers[-1].by_input[1]
    gates = {"rnn": "h", "gru": "rzn", "lstm": "ifgo"}[model.cell]
    for gate in gates:
        block = by_input[network.cells[-1].block(gate)]
        vector = columns(block[:3], more=model.hidden_size > 3)[0]
        assert f"{delta(gate, 2)} = {vector}" in latex(app)
        assert f"{delta(gate, 't')} &= " in latex(app)
    assert "Numbers are rounded for display" in words(app)


PYTHON = {
    r"\frac{\partial L}{\partial h_t}": "dh",
    r"\frac{\partial L}{\partial c_t}": "dc",
    r"\delta^n_t": "delta_n",
    r"(W_{hn} h_{t-1} + b_{hn})": "state",
    r"\odot": "*",
    r"\tanh'(z_t)": "(1 - h**2)",
    r"\sigma'(z_t)": "h * (1 - h)",
    r"\operatorname{relu}'(z_t)": "(h > 0)",
    r"\tanh": "np.tanh",
    "{t-1}": "before",
    "^2": "**2",
}


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("nonlinearity", ["tanh", "sigmoid", "relu"])
def test_the_deltas_written_down_are_the_deltas_computed(cell: Cell, nonlinearity: str) -> None:
    draw, units, count = np.random.default_rng(1), 3, {"rnn": 1, "gru": 3, "lstm": 4}[cell]
    sizes = [(count * units, 2), (count * units, units), count * units, count * units]
    weights = CellWeights(cell, *map(draw.standard_normal, sizes), nonlinearity=nonlinearity)
    steps = unroll(weights, draw.standard_normal((3, 2)))
    found, step = layer_backward(weights, steps, draw.standard_normal((3, units))), steps[1]
    rows = weights.block("n") if cell == "gru" else slice(0)
    names = {gate: made.value for gate, made in step.gates.items()}
    names |= {"np": np, "h": step.h, "h_before": step.h_before, "dh": found.dh[1]}
    names |= {"state": weights.weight_hh[rows] @ step.h_before + weights.bias_hh[rows]}
    if found.dc is not None:
        names |= {"c": step.c, "c_before": step.c_before, "dc": found.dc[1]}
    formulas = deltas(cell, nonlinearity)
    for gate in sorted(formulas):  # n comes before r, which needs it
        written = formulas[gate]
        for symbol, python in PYTHON.items():
            written = written.replace(symbol, python)
        value = eval(re.sub(r"(?<=[a-z])_t\b", "", written), names)
        names[f"delta_{gate}"] = value
        np.testing.assert_allclose(value, found.by_input[1, weights.block(gate)])


def test_vectors_that_are_added_share_a_power_of_ten() -> None:
    assert columns(np.array([2.5e-4]), np.array([-1e-6]), more=True) == [
        r"10^{-4} \begin{bmatrix} 2.500 \\ \vdots \end{bmatrix}",
        r"10^{-4} \begin{bmatrix} −0.010 \\ \vdots \end{bmatrix}",
    ]
    assert columns(np.array([0.25, -1e-6])) == [r"\begin{bmatrix} 0.250 \\ 0.000 \end{bmatrix}"]


def test_a_run_of_jamo_reads_them_one_by_one(open_app: Open) -> None:
    run = train(ModelConfig("gru", hidden_size=4), "가나다라 마바사. " * 300, "jamo")
    app = own(open_app(PAGE))
    assert not app.exception and app.success
    app.text_input(key=f"{PAGE} word {run.id}").set_value("가나다라마바사").run()
    assert not app.exception
    assert app.slider(key=f"{PAGE} timestep 7").max == 7
    assert "t = 7" in drawings(app)[0] and "t = 8" not in drawings(app)[0]


def test_hello_is_read_where_the_network_knows_it(open_app: Open) -> None:
    run = train(ModelConfig("rnn", hidden_size=4), "hello world\n" * 300)
    app = own(open_app(PAGE))
    assert app.text_input(key=f"{PAGE} word {run.id}").value == "hello"
    assert app.slider(key=f"{PAGE} timestep 4").max == 4


def test_the_ends_of_the_sliders(open_app: Open) -> None:
    app = open_app(PAGE)
    for t in (4, 1):
        app.slider(key=f"{PAGE} timestep 4").set_value(t).run()
        assert not app.exception
        assert rf"\partial h_{{{t}}}" in latex(app) and rf"\delta_{{{t}}}" in latex(app)
    loss = next(slider for slider in app.slider if "follow" in str(slider.key))
    for timestep, cut in ((int(loss.max), True), (1, False)):
        app.slider(key=loss.key).set_value(timestep).run()
        assert not app.exception
        own = (timestep - 1) % 7 + 1
        assert f"reaches **{own}** of the **{timestep}** timesteps" in words(app)
        assert (f"from the {timestep - own} before the cut" in words(app)) == cut
        assert ("corrects none of them" in words(app)) == cut


def test_what_truncation_saves_is_counted(open_app: Open) -> None:
    app = open_app(PAGE)
    timesteps = len(app.text_area(key=f"{PAGE} text").value) - 1
    assert f"states of 7 timesteps are kept instead of {timesteps}" in words(app)
    assert f"longest sweep takes 7 timesteps instead of {timesteps}" in words(app)
    app.text_area(key=f"{PAGE} text").set_value("abcdefg").run()
    assert "nothing is cut, and nothing is saved" in words(app)
    app.text_area(key=f"{PAGE} text").set_value("ab").run()
    assert "h_0 = 0" in words(app) and "one distinct character" in words(app)
