"""A loss that leaps and comes back is found; one that only begins high, or scatters, is not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnviz import ModelConfig, TrainingConfig
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.progress import Iteration
from rnnviz.training.spikes import are_spikes, spikes_of
from rnnviz.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("short_samples")

TEXT = "to be or not to be, that is the question;\n" * 20
GUESSING = math.log(len(set(TEXT)))


def losses(model: ModelConfig, rate: float | None) -> list[float]:
    vocabulary = Vocabulary.of(TEXT)
    how = TrainingConfig(
        iterations=60, learning_rate=rate, batch_size=4, sequence_length=20, clip_norm=None
    )
    trainer = Trainer(vocabulary, vocabulary.encode(TEXT), model, how)
    return [made.loss for made in trainer.run() if isinstance(made, Iteration)]


def test_a_rate_that_is_too_high_spikes_and_the_usual_one_does_not() -> None:
    relu = ModelConfig("rnn", "relu", hidden_size=16, num_layers=2)
    made = losses(relu, 0.5)
    found = spikes_of(range(1, len(made) + 1), made, GUESSING)
    assert found is not None
    assert found.highest == max(made) == made[found.at - 1]
    assert found.count == np.sum(np.array(made) >= GUESSING + 0.35)
    for model in (relu, ModelConfig(hidden_size=16)):
        assert not are_spikes(losses(model, None), GUESSING).any()


def test_what_begins_high_or_is_no_number_is_no_spike() -> None:
    assert not are_spikes([90.0, 40.0, 3.0, math.nan, 3.3], 3.0).any()
    assert spikes_of([], [], 3.0) is None


def test_one_that_has_not_come_back_is_not_said_to_have() -> None:
    found = spikes_of([1, 2], [3.0, 1e15], 3.0)
    assert found is not None
    assert found.words("the validation loss", "snapshot") == (
        "The validation loss has leapt: it was half a bit or more above that of guessing "
        "(4.328 bits/char) at one snapshot, at iteration 2 as high as 1.4e15 bits/char "
        "(1.0e15 nats)."
    )
