"""What Train says of a run: how it ended, what its losses mean, whether counting does better."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.notation import bits, loss_words
from rnnviz.runs.history import History
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, seen_of, table_as_seen
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, say, words


@pytest.mark.parametrize(
    ("state", "said", "button"),
    [
        ("diverged", "Exploded: after iteration 12 the loss", None),
        ("stopped", "Stopped at iteration 12", "Resume"),
        ("failed", "The worker failed", "Resume"),
        ("running", "The worker ended at iteration 12", "Resume"),  # nobody holds its lock
    ],
)
def test_train_says_what_happened_and_what_to_do(
    state: str, said: str, button: str | None, finished_run: Run, open_app: Open
) -> None:
    say(finished_run, state, "the disk is full.")
    app = open_app()
    assert said in words(app)
    assert words(app).count("The disk is full.") + words(app).count("the disk is full.") <= 1
    labels = [found.label for found in app.button]
    assert button is None or button in labels
    assert ("Pause" in labels) is False
    assert "diverged" not in words(app)  # one word for one thing


def test_train_says_whether_the_number_to_beat_is_beaten(finished_run: Run, open_app: Open) -> None:
    baseline, loss = finished_run.baseline, finished_run.status.validation_loss
    assert baseline is not None and loss is not None
    apart = (loss - baseline.loss) / math.log(2)
    assert apart > 0  # twelve iterations
    app = open_app()
    said = words(app)
    assert f"The number to beat ({baseline.name}), " in said
    assert (
        f"has not been beaten: the validation loss at iteration 12 is {apart:.3f} bits per "
        "character "
    ) in said
    assert f"worse than counting: validation loss {loss_words(loss)} at iteration 12" in said
    assert "on all its 1,170 characters" in said
    assert "both are of the same 1,170 characters" in said
    assert f"number to beat ({baseline.name}): " in app.get("plotly_chart")[0].proto.spec
    assert [metric.label for metric in app.metric][-1] == "Validation, best (bits/char)"
    with History(finished_run.folder.history) as history:
        history.set_baseline(replace(baseline, loss=loss + math.log(2)))
    said = words(open_app())
    assert "has been beaten: the validation loss at iteration 12 is 1.000 bits per char" in said


def test_while_it_trains_the_best_loss_so_far_stands_against_it(
    finished_run: Run, open_app: Open
) -> None:
    with History(finished_run.folder.history) as history:
        history.set_validation_loss(None)
    lowest = finished_run.snapshots["bits_per_char"].min()
    app = open_app()
    assert f"Of the best snapshot so far, iteration 12: {lowest:.3f} bits/char" in words(app)
    assert "is not beaten yet: " in words(app)
    assert app.metric[-1].value == f"{lowest:.3f}"


def test_without_a_held_out_part_nothing_is_to_beat(runs: Path, open_app: Open) -> None:
    work(Run.create("hello " * 40, training=TrainingConfig(iterations=2)))
    app = open_app()
    assert not app.exception
    assert "number to beat" not in words(app)
    assert "there is no validation loss" in words(app)


def test_train_says_why_the_loss_can_stand_apart(runs: Path, open_app: Open) -> None:
    training = TrainingConfig(iterations=3, sequence_length=50, batch_size=2)
    work(Run.create("abcdefgh" * 30, model=ModelConfig(hidden_size=5), training=training))
    assert "Every 3 iterations one comes to the end of the text and reads only 20 " in words(
        open_app("train")
    )


@pytest.mark.parametrize("dropout", [0.0, 0.25])
def test_train_says_that_dropout_was_on(dropout: float, runs: Path, open_app: Open) -> None:
    model = ModelConfig(hidden_size=5, dropout=dropout)
    training = TrainingConfig(iterations=2, sequence_length=20, batch_size=4)
    work(Run.create(TEXT, model=model, training=training))
    said = words(open_app())
    assert "each iteration reads 20 characters at each of 4 places of the text" in said
    assert (", dropout 0.25" in said) == (dropout > 0)
    assert ("validation loss is measured without dropout" in said) == (dropout > 0)


def test_a_run_in_jamo_tells_every_loss_by_what_a_person_sees(runs: Path, open_app: Open) -> None:
    corpus = find_corpus("korean-particles").read()
    text, truth = corpus.text[:9_000], {n: v[:9_000] for n, v in corpus.truth.items()}
    training = TrainingConfig(iterations=5, sequence_length=20, batch_size=4)
    model, name = ModelConfig(hidden_size=5), "corpus:korean-particles"
    how = {"name": name, "model": model, "training": training, "hangul": "jamo"}
    run = Run.create(text, truth=truth, runs=runs, **how)  # type: ignore[arg-type]
    work(run)
    seen, table = seen_of(run), table_as_seen(run, run.snapshots)
    final, baseline = run.status.validation_loss, baseline_as_seen(run)
    assert seen.ratio > 2 and final is not None and baseline is not None
    floor = find_corpus("korean-particles").floor
    losses = [seen.loss(final), baseline.loss, *table["validation_loss_nats"]]
    losses += [*table["training_loss_nats"].dropna(), abs(losses[0] - losses[1])]
    told = {f"{bits(loss):.3f}" for loss in losses}
    app = open_app()
    said = words(app) + "".join(app.sidebar.selectbox[0].options)
    low, high = re.findall(r"lower by ([\d.]+) to ([\d.]+) bits/char \(95 % interval", said)[0]
    assert float(low) < bits(losses[0] - losses[1]) < float(high)
    assert set(re.findall(r"([\d.]+) bits/char", said)) <= told | {high}
    options = app.sidebar.selectbox[0].options
    assert any(f"· {bits(losses[0]):.3f} bits/char ·" in option for option in options)
    found = [metric for metric in app.metric if "bits/char" in metric.label]
    assert len(found) == 3 and {metric.value for metric in found} <= told
    assert seen.words in said
    judged = "characters of its own that it never learned from, the network (LSTM, 5 units) gave "
    assert f"{judged}each character as a person sees it that came a chance of " in said
    chart = app.get("plotly_chart")[0].proto.spec
    assert f"{bits(floor or 0):.3f} bits" in chart
    assert f"{bits(baseline.loss):.3f} bits" in chart
    app.switch_page("app_pages/samples.py").run()
    assert set(re.findall(r"alidation loss ([\d.]+) bits/char", words(app))) <= told
