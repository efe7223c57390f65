"""The n-gram baseline of a run: found while it trains, kept, and no part of its training."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.runs.history import History
from rnnviz.runs.verdicts.validation import margin_of
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.text.ngram import Baseline, ngram_baseline
from rnnviz.training.progress import Progress, Snapshot
from rnnviz.workers import baseline as baseline_module
from tests.conftest import QUESTION

pytestmark = pytest.mark.usefixtures("short_samples")

LONG, SHORT = QUESTION * 235, QUESTION * 4
ITERATIONS = 12


def make(runs: Path, text: str = LONG) -> Run:
    training = TrainingConfig(sequence_length=5, batch_size=3, iterations=ITERATIONS)
    model = ModelConfig(cell="rnn", hidden_size=7)
    return Run.create(text, model=model, training=training, runs=runs)


def expected(run: Run) -> Baseline:
    found = ngram_baseline(run.alphabet.encode(run.text), len(run.vocabulary))
    assert found is not None
    return found


def let_it_rest(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(baseline_module, "_REST_SECONDS", seconds)


def test_a_run_knows_its_baseline_once_it_has_ended(runs: Path) -> None:
    run = make(runs)
    assert run.baseline is None
    work(run)
    assert run.baseline == Run.open(run.id, runs).baseline == expected(run)


def test_both_losses_are_kept_stretch_by_stretch_and_compared(runs: Path) -> None:
    run = make(runs)
    work(run)
    baseline, found = run.baseline, run.held_out_losses(run.best_iteration)
    assert found is not None and baseline is not None and baseline.by_stretch is not None
    nats, characters = found
    assert characters.sum() == len(run.characters) // 10
    loss = nats @ characters / characters.sum()
    assert loss == pytest.approx(run.status.validation_loss, rel=1e-6)
    counting = baseline.by_stretch @ characters / characters.sum()
    assert counting == pytest.approx(baseline.loss, rel=1e-6)
    margin = margin_of(run, run.best_iteration)
    assert margin is not None and margin[0] < counting - loss < margin[1] < 0
    assert "bits/char: lower by " in verdict_of(run).headline


def test_without_a_held_out_part_there_is_none(runs: Path) -> None:
    run = make(runs, SHORT)
    work(run)
    assert run.baseline is None


def test_it_is_known_while_the_run_trains_but_not_before_it_shows_something(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_it_rest(monkeypatch, 0.0)
    run, known = make(runs), list[bool]()

    def look(progress: Progress) -> None:
        if not known:
            assert isinstance(progress, Snapshot)
        known.append(run.baseline is not None)

    work(run, report=look)
    assert (known[0], known[-1]) == (False, True)


def test_counting_leaves_the_training_as_it_is(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    between, after = make(runs), make(runs)
    let_it_rest(monkeypatch, 0.0)
    work(between)
    let_it_rest(monkeypatch, 1e9)
    work(after)
    assert between.baseline == after.baseline
    files = [run.folder.snapshot(ITERATIONS).read_bytes() for run in (between, after)]
    assert files[0] == files[1]


def test_a_stopped_run_knows_it_too_and_does_not_count_again(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, reached = make(runs), list[Progress]()
    work(run, report=reached.append, should_stop=lambda: bool(reached))
    assert run.status.state == "stopped"
    assert run.baseline == expected(run)
    monkeypatch.delattr(baseline_module, "baselines_by_order")
    assert work(run).state == "finished"


def test_a_run_from_before_there_were_baselines_opens_and_gets_one(runs: Path) -> None:
    run = make(runs)
    work(run)
    with History(run.folder.history) as history:
        history.select("DROP TABLE baseline")
    assert run.baseline is None
    assert run.status.state == "finished"
    work(run)
    assert run.baseline == expected(run)
