"""The page about “hello”: training step by step, memory, writing, any word."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.learn.hello.text import is_code_or_latex
from dashboard.learn.hello.words import below_own, what_differs
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.notation import loss_words, short
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, words
from tests.dashboard.learn.test_cell import drawings

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
    assert "Neither has been trained yet" in words(app)
    assert "Without memory:" not in words(app) and not app.get("plotly_chart")
    press(app, "10 iterations")
    said = words(app)
    assert "Neither has been trained yet" not in said and "Without memory:" in said
    assert "Why the two l’s need memory" in said
    assert "after “l” comes “l” or “o”" in said
    assert "at best 3 of 4 timesteps" in said and "0.347" in said
    assert "cannot go below the dotted line at 0.500 bits/char (0.347 nats)" in said


@pytest.mark.parametrize(
    "word",
    ["ab", "aa", "<script>x", "*_`$[](", "가나다가나", "a b\tc", "\\frac{a}{b}", "x" * 19 + "y"],
)
def test_any_word_works(word: str, open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_input(key=f"{PAGE} word").set_value(word).run()
    assert not app.exception
    press(app, "10 iterations")
    assert not app.exception
    assert len(drawings(app)) == 3
    assert not any("<script>" in drawing for drawing in drawings(app))


@pytest.mark.parametrize("word", ["", "a"])
def test_another_length_is_answered_with_one_sentence(word: str, open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_input(key=f"{PAGE} word").set_value(word).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "type 2 to 20" in words(app)
    assert "From a word to a text" in words(app)


def test_a_word_that_is_too_hard_is_said_to_be(open_app: Open) -> None:
    app = open_app(PAGE)
    app.text_input(key=f"{PAGE} word").set_value("a" * 19 + "b")
    app.number_input(key=f"{PAGE} seed").set_value(0).run()
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
    app.segmented_control(key=f"{PAGE} units").set_value(units).run()
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
    kept = [sample[:500].replace("\n", "↵\n") for sample in finished_run.snapshots["sample"]]
    shown = [code.value for code in app.code]
    assert shown[0] == kept[0] and shown[-1] == kept[-1]
    assert "First snapshot, iteration 0" in words(app) and "Last snapshot, iteration 12" in words(
        app
    )
    assert app.page_link[-1].value == "Let your own network write"


def trained(model: ModelConfig, text: str = TEXT, **more: str) -> Run:
    """A run of three iterations."""
    training = TrainingConfig(iterations=3, sequence_length=10, batch_size=2)
    run = Run.create(text, name="<b>.txt", model=model, training=training, **more)  # type: ignore[arg-type]
    work(run)
    return run


def open_own(open_app: Open, **address: str) -> AppTest:
    """The page with the numbers of the run."""
    app = open_app(PAGE, **address)
    app.segmented_control(key=f"{PAGE} numbers").set_value("your network").run()
    assert not app.exception
    return app


def type_word(app: AppTest, word: str) -> None:
    app.text_input[0].set_value(word).run()
    assert not app.exception


def check(app: AppTest, run: Run, text: str, iteration: int | None = None) -> None:
    """Everything said of the network is what rnnviz's own says over the same characters."""
    record = run.trace(text, run.best_iteration if iteration is None else iteration)
    ids = run.vocabulary.encode(text)
    best, loss = record.likeliest[:-1, 0], record.mean_loss
    right = int((best == ids[1:]).sum())
    assert f"loss {loss_words(loss)}; the likeliest" in words(app)
    assert f"**{right} of {len(text) - 1}** timesteps" in words(app)
    figure = drawings(app)[0]
    for value in record.h[-1, 0, :4]:
        assert f">{short(float(value))}<" in figure
    for t in range(min(2, len(text) - 1)):
        assert f">{f'{record.likeliest_probability[t, 0]:.2f}'.removeprefix('0')}<" in figure


@pytest.mark.parametrize(
    "model",
    [
        ModelConfig("rnn", "tanh", 7),
        ModelConfig("rnn", "relu", 1),
        ModelConfig("rnn", "sigmoid", 3),
        ModelConfig("gru", hidden_size=5, num_layers=2),
        ModelConfig("lstm", hidden_size=4, num_layers=3),
    ],
    ids=str,
)
def test_the_persons_own_network_shows_its_own_numbers(model: ModelConfig, open_app: Open) -> None:
    run = trained(model)
    app = open_own(open_app, iteration="3")  # the first update leaves several equally likely
    assert app.text_input[0].value == "said"  # the commonest word of the text
    check(app, run, "said", 3)
    type_word(app, "He sa")
    check(app, run, "He sa", 3)
    assert ("layers<" in drawings(app)[0]) is (model.num_layers > 1)
    for says in ("in every layer", f"top layer, layer {model.num_layers - 1}"):
        assert (says in words(app)) is (model.num_layers > 1)
    assert ("for the matrices of all gates" in words(app)) is (model.cell != "rnn")
    assert ("right carries $h_t$ and $c_t$." in words(app)) is (model.cell == "lstm")
    assert not [button for button in app.button if button.label == "Until learned"]
    assert app.page_link[-1].value == "Let your own network write"
    last = model.hidden_size - 1
    app.number_input[0].set_value(last).run()
    assert not app.exception
    assert f"unit {last}<" in drawings(app)[0]


def test_without_memory_is_each_character_read_alone(finished_run: Run, open_app: Open) -> None:
    app = open_own(open_app)
    type_word(app, "noon")
    alone = [finished_run.trace(c, finished_run.best_iteration).likeliest[0, 0] for c in "noo"]
    right = int((np.array(alone) == finished_run.vocabulary.encode("oon")).sum())
    assert f"Without memory: **{right} of 3** right" in words(app)
    table = next(m.value for m in app.markdown if "| with | $p$ | without |" in m.value)
    rows = [line.split(" | ") for line in table.splitlines()[2:]]
    assert [row[1:3] for row in rows] == [["n", "o"], ["o", "o"], ["o", "n"]]
    assert rows[0][3:5] == [rows[0][5], rows[0][6].removesuffix(" |")]  # h_0 is 0 either way
    assert rows[1][5].split()[0] == rows[2][5].split()[0]  # one o is as the other


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("", "Type at least two characters"),
        ("Ж漢", "Left out, because the network never saw them: Ж 漢"),
        ("Ж漢", "Type at least two characters"),
        ("e", "Type at least two characters"),
        ("He said to be or not", "of 19** timesteps"),
        ("eЖe", "of 1** timesteps"),
    ],
)
def test_any_word_is_answered(word: str, says: str, finished_run: Run, open_app: Open) -> None:
    app = open_own(open_app)
    type_word(app, word)
    assert says in words(app)
    assert "From a word to a text" in words(app)


def test_a_long_word_is_drawn_from_any_timestep(finished_run: Run, open_app: Open) -> None:
    app = open_own(open_app)
    type_word(app, "He said to be or not")
    assert "Timesteps 1 to" in words(app) and "Timesteps 1 to 19" not in words(app)
    app.slider(key=f"{PAGE} timestep 19").set_value(19).run()
    assert not app.exception
    assert "Timesteps 19 to 19 of 19" in words(app)
    assert app.query_params["timestep"] == "19"
    type_word(app, "sees")
    assert not app.slider
    check(app, finished_run, "sees")


def test_a_network_that_reads_jamo(open_app: Open) -> None:
    run = trained(ModelConfig("gru", hidden_size=6), "한국어는 재미있다. " * 40, hangul="jamo")
    app = open_own(open_app)
    assert app.text_input[0].value == "한국어는"
    check(app, run, run.alphabet.characters("한국어는"))
    assert ">ㅎ<" in drawings(app)[0]
    type_word(app, "한국어는 재미있다한국어는 재미있다")
    assert "The first 20 of" in words(app) and "of 19** timesteps" in words(app)


def test_a_vocabulary_of_one_character(open_app: Open) -> None:
    run = trained(ModelConfig("lstm", hidden_size=2), "a" * 300)
    app = open_own(open_app)
    assert app.text_input[0].value == "aaaaa"
    check(app, run, "aaaaa")
    assert "loss 0.000 bits/char (0.000 nats)" in words(app) and "do not add up" not in words(app)


def test_hello_is_what_a_network_that_can_read_it_reads(open_app: Open) -> None:
    run = trained(ModelConfig("rnn", hidden_size=3), "hello, world\n" * 30)
    app = open_own(open_app)
    assert app.text_input[0].value == "hello"
    check(app, run, "hello")
    assert "The small network has learned “hello” after 28 iterations: 4 of 4, loss" in words(app)


def test_a_link_opens_the_networks_as_far_as_they_were_trained(open_app: Open) -> None:
    app = open_app(PAGE)
    for label in ("10 iterations", "1 iteration", "Until learned"):
        press(app, label)
    assert app.query_params["trained"] == "28"
    fresh = open_app(PAGE, trained="28")
    assert drawings(fresh) == drawings(app) and not fresh.warning
    app.number_input(key=f"{PAGE} seed").set_value(4).run()
    assert "**Iteration 0**" in words(app) and "trained" not in app.query_params
    app.number_input(key=f"{PAGE} seed").set_value(3).run()
    assert drawings(fresh) == drawings(app)
    press(app, "Start again")
    assert "**Iteration 0**" in words(app) and "trained" not in app.query_params


def test_the_snapshot_scrubbed_to_is_the_one_that_reads(open_app: Open) -> None:
    run = trained(ModelConfig("gru", hidden_size=4))
    app = open_own(open_app)
    before = drawings(app)[0]
    assert run.best_iteration > 0
    app.select_slider[0].set_value(0).run()
    assert "**Iteration 0**" in words(app) and drawings(app)[0] != before


@pytest.mark.parametrize(
    ("shown", "rows", "says", "not_"),
    [
        (slice(0, 4), 6, "58 more characters share", "Timesteps"),
        (slice(2, 4), 63, "1 more character takes the rest", "±"),
        (slice(0, 4), 64, "", "add up"),
    ],
)
def test_what_the_figure_leaves_out_is_said(shown: slice, rows: int, says: str, not_: str) -> None:
    said = below_own(ModelConfig("rnn"), 64, rows, 4, shown, 1.0)
    assert says in said and not_ not in said


def test_where_code_and_latex_are_to_be_had(finished_run: Run, open_app: Open) -> None:
    app = open_app(PAGE)
    assert "“A C program” is C code and “A LaTeX paper” is LaTeX" in words(app)
    assert "Train on C code or LaTeX" in [link.value for link in app.page_link]


def test_a_run_on_code_or_latex_is_known_by_its_text(open_app: Open) -> None:
    known = {file.file for file in SAMPLE_FILES if is_code_or_latex(file.file)}
    assert known == {"program.c", "paper.tex"}
    assert all(map(is_code_or_latex, ["corpus:c", "corpus:latex", "corpus:paper", "KERNEL.C"]))
    assert is_code_or_latex("Why tanh? relu · program.c") and not is_code_or_latex("abc")
    training = TrainingConfig(iterations=1, sequence_length=10, batch_size=2)
    work(Run.create("int x; " * 30, name="x.c", training=training))
    assert "is C code" not in words(open_app(PAGE))
