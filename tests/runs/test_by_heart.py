"""The first text offered, trained as a preset says and far longer; RNNVIZ_SLOW=1 runs this."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rnnviz.corpora.catalogue import find_corpus
from rnnviz.runs.run import Run
from rnnviz.runs.verdict import verdict_of
from rnnviz.training.presets import suited
from rnnviz.workers.worker import work

pytestmark = pytest.mark.skipif(
    os.environ.get("RNNVIZ_SLOW") != "1", reason="trains for minutes: RNNVIZ_SLOW=1 runs it"
)


def test_it_says_when_it_began_to_memorise_and_that_it_did_not(runs: Path) -> None:
    text = find_corpus("play").read().text
    model, training = suited("good", len(text))
    assert training.iterations is not None
    run = Run.create(text, model=model, training=training, runs=runs)
    work(run)
    assert verdict_of(run).by_heart.startswith("Overfitting: no. ")
    longer = replace(training, iterations=4 * training.iterations, patience=None)
    run = Run.create(text, model=replace(model, dropout=0.0), training=longer, runs=runs)
    work(run)
    verdict, losses = verdict_of(run), run.snapshots.set_index("iteration")["validation_loss_nats"]
    since = re.match(r"Overfitting: yes, since iteration ([\d,]+)\. ", verdict.by_heart)
    assert since is not None and verdict.kind == "memorising"
    began = int(since[1].replace(",", ""))
    assert began == losses.idxmin() and began < training.iterations
    assert losses.loc[began:].iloc[-1] > losses.loc[began] + 0.1
