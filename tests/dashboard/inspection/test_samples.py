"""What Samples concludes is true of a network that has learned its text by heart, too."""

from __future__ import annotations

import math
from pathlib import Path

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import loss_words
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.kept_samples import Kept, cost_sentence
from rnnviz.workers.worker import work
from tests.dashboard.conftest import Open, words

BY_HEART = "the quick brown fox jumps over lazy dogs, "


def test_the_loss_on_other_text_is_not_taken_for_all_that_was_learned() -> None:
    said = cost_sentence([Kept(0, 3.88, "xq", 4.0), Kept(400, 3.83, "ab", 0.2, training_loss=0.11)])
    other, _, own = said.partition("What it learned of the text it was trained on")
    assert "other text shows in the validation loss, on text held back from training: " in other
    assert f"{loss_words(3.88)} at iteration 0; {loss_words(3.83)} at iteration 400" in other
    assert f"{loss_words(0.11)} at iteration 400" in own and "nats) at iteration 0" not in own
    assert own.endswith("raises the training loss alone.")
    assert "sure of every letter.\n\nWhat it learned" in said  # in a paragraph of its own


def test_without_a_loss_nothing_is_said_of_it() -> None:
    untrained = cost_sentence([Kept(0, 3.88, "xq", 4.0)])
    assert "validation loss" in untrained and "training loss" not in untrained
    short = cost_sentence([Kept(9, math.nan, "xq", 4.0, training_loss=0.5)])
    assert "validation loss" not in short and f"{loss_words(0.5)} at iteration 9" in short


def test_a_copy_is_called_one_on_samples_and_where_a_word_becomes_a_text(
    runs: Path, open_app: Open
) -> None:
    training = TrainingConfig(iterations=80, sequence_length=20, batch_size=6)
    run = Run.create(BY_HEART * 30, model=ModelConfig(hidden_size=32), training=training, runs=runs)
    work(run)
    last = run.snapshots.iloc[-1]
    said = words(open_app("samples", run=run.id, iteration=str(last["iteration"])))
    assert "prompt “" in said and "\\n" not in said
    assert f"{loss_words(last['training_loss_nats'])} at iteration {last['iteration']:,}" in said
    for page in (said, words(open_app("learn_hello", run=run.id))):
        assert f" % of the sample at iteration {last['iteration']:,} stands in the training" in page
        assert "100 % on average and 100 % at most stand in the rest of it too. A share" in page
