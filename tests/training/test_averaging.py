"""The mean of the weights that snapshots keep."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.averaging import Average
from rnnviz.training.progress import Iteration, Snapshot
from rnnviz.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("short_samples")

TEXT = "the cat sat on the mat and that was that. " * 6
MODEL = ModelConfig(cell="gru", hidden_size=7)


def trainer(averaging: float) -> Trainer:
    vocabulary = Vocabulary.of(TEXT)
    training = TrainingConfig(
        sequence_length=11, batch_size=3, iterations=23, averaging=averaging, seed=5
    )
    return Trainer(vocabulary, vocabulary.encode(TEXT), MODEL, training)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_the_mean_is_that_of_the_weights_each_by_its_place(share: float) -> None:
    network = CharRNN(ModelConfig(hidden_size=2), vocab_size=3)
    average = Average(network, share)
    generator = torch.Generator().manual_seed(0)
    every = torch.randn(40, len(network.flat), generator=generator)
    falls_off = 2 / share - 2
    weights = torch.zeros(40, dtype=torch.float64)
    for t, each in enumerate(every, start=1):
        network.flat.copy_(each)
        average.follow(t)
        enters = (falls_off + 1) / (t + falls_off)
        weights *= 1 - enters
        weights[t - 1] = enters
    assert float(weights.sum()) == pytest.approx(1)
    torch.testing.assert_close(average.network.flat.double(), weights @ every.double())


def test_it_is_as_old_as_the_mean_over_the_last_share() -> None:
    network = CharRNN(ModelConfig(hidden_size=2), vocab_size=3)
    average, iterations, share = Average(network, 0.2), 2000, 0.2
    for t in range(1, iterations + 1):
        network.flat.fill_(t)
        average.follow(t)
    age = iterations - float(average.network.flat[0])
    assert age == pytest.approx(share * iterations / 2, rel=0.01)


def test_training_is_the_same_and_snapshots_have_the_mean() -> None:
    plain, averaged = trainer(0.0), trainer(0.3)
    of_plain, of_averaged = list(plain.run()), list(averaged.run())
    losses = [
        [made.loss for made in every if isinstance(made, Iteration)]
        for every in (of_plain, of_averaged)
    ]
    assert losses[0] == losses[1]
    assert torch.equal(plain.network.flat, averaged.network.flat)
    last = [every[-1] for every in (of_plain, of_averaged)]
    assert isinstance(last[0], Snapshot) and isinstance(last[1], Snapshot)
    name = "rnn.weight_hh_l0"
    np.testing.assert_array_equal(last[0].weights[name], plain.network.parameters[name])
    kept = averaged.average.network.parameters[name]
    np.testing.assert_array_equal(last[1].weights[name], kept)
    assert not torch.equal(kept, averaged.network.parameters[name])
    assert last[0].sample != last[1].sample or last[0].measurements != last[1].measurements


def test_a_run_that_goes_on_has_the_same_mean() -> None:
    straight, before, after = trainer(0.3), trainer(0.3), trainer(0.3)
    for _ in range(9):
        straight.iterate()
        before.iterate()
    after.restore(*before.state())
    for _ in range(9):
        straight.iterate()
        after.iterate()
    assert torch.equal(straight.average.network.flat, after.average.network.flat)
    assert torch.equal(straight.network.flat, after.network.flat)


def test_what_is_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match=r"averaging is 1\.5; it must be a number from 0 to 1"):
        TrainingConfig(averaging=1.5)
