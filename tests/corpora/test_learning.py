"""A small network comes close to the lowest reachable loss, and not below it."""

from __future__ import annotations

import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.evaluation import overall
from rnnviz.training.trainer import Trainer


@pytest.mark.parametrize(
    ("name", "units", "iterations", "gap"),
    [("counting", 24, 800, 0.02), ("brackets", 64, 500, 0.05)],
)
def test_a_small_lstm_nearly_reaches_the_floor(
    name: str, units: int, iterations: int, gap: float
) -> None:
    made = LANGUAGES[name]().generate(100_000, seed=1)
    vocabulary = Vocabulary.of(made.text)
    how = TrainingConfig(
        sequence_length=32, batch_size=24, learning_rate=0.02, iterations=iterations
    )
    ids = vocabulary.encode(made.text)
    trainer = Trainer(vocabulary, ids, ModelConfig(hidden_size=units), how)
    while trainer.fraction < 1:
        trainer.iterate()
    held_out = len(trainer.split.held_out)
    floor = made.nll[-held_out:].mean()
    found = trainer.validation_losses(held_out)
    assert found is not None
    loss = overall(*found)
    assert floor * (1 - 0.002) < loss < floor * (1 + gap)
