"""A small network trained on a text, to ask of it what truncation costs."""

from __future__ import annotations

import numpy as np

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.lessons.by_hand.small_rnn import SmallRNN
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.trainer import Trainer


def train_small(text: str, hidden_size: int, iterations: int, seed: int = 0) -> SmallRNN:
    """A tanh RNN trained on a text, as the lesson's own small network in float64."""
    vocabulary = Vocabulary.of(text)
    model = ModelConfig(cell="rnn", hidden_size=hidden_size)
    training = TrainingConfig(
        iterations=iterations, batch_size=8, sequence_length=32, seed=seed, device="cpu"
    )
    trainer = Trainer(vocabulary, vocabulary.encode(text), model, training)
    for _ in range(iterations):
        trainer.iterate()
    return as_small_rnn(trainer.network)


def as_small_rnn(network: CharRNN) -> SmallRNN:
    """The weights of a tanh RNN of one layer; its two biases are added.

    Raises:
        ValueError: the network is of another kind.
    """
    config = network.config
    if (config.cell, config.nonlinearity, config.num_layers) != ("rnn", "tanh", 1):
        raise ValueError(
            f"the network is a {config.cell} ({config.nonlinearity}) of {config.num_layers} "
            "layers; only a tanh RNN of one layer can be written as a SmallRNN."
        )
    weights = {name: w.numpy().astype(np.float64) for name, w in network.parameters.items()}
    return SmallRNN(
        w_xh=weights["rnn.weight_ih_l0"],
        w_hh=weights["rnn.weight_hh_l0"],
        w_hy=weights["decoder.weight"],
        b_h=weights["rnn.bias_ih_l0"] + weights["rnn.bias_hh_l0"],
        b_y=weights["decoder.bias"],
    )
