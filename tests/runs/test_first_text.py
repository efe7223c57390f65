"""On the text offered first, what is said of overfitting is what was recorded: RNNVIZ_SLOW=1."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from rnnviz import Run
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.runs.network.copying import copied_by
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.training.presets import suited
from rnnviz.workers.worker import work

pytestmark = pytest.mark.skipif(
    os.environ.get("RNNVIZ_SLOW") != "1", reason="trains for a minute: RNNVIZ_SLOW=1 runs it"
)


@pytest.mark.parametrize(("hidden_size", "dropout", "by_heart"), [(320, 0.7, 0), (96, 0.0, 1)])
def test_preset_good_and_the_same_without_dropout(
    runs: Path, hidden_size: int, dropout: float, by_heart: int
) -> None:
    text = find_corpus("play").read().text
    model, training = suited("good", len(text))
    assert (model.hidden_size, model.dropout) == (320, 0.7)
    how = replace(training, iterations=1500, patience=None) if by_heart else training
    model = replace(model, hidden_size=hidden_size, dropout=dropout)
    run = Run.create(text, model=model, training=how, runs=runs)
    work(run)
    snapshots, found = run.snapshots, verdict_of(run)
    losses = snapshots["validation_loss_nats"]
    best = int(snapshots["iteration"][losses.idxmin()])
    assert run.best_iteration == best
    begins = f"Overfitting: yes, since iteration {best:,}." if by_heart else "Overfitting: no."
    assert found.by_heart.startswith(begins)
    assert (found.kind == "memorising") == bool(by_heart)
    assert (losses.iloc[-1] - losses.min() > 0.2) == bool(by_heart)
    (copied,) = copied_by(run, [str(snapshots["sample"].iloc[-1])])
    assert 0 <= copied.share <= 1
