"""What truncation costs a network of any cell, and a small one trained to ask it of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.lessons.small_rnn import Array, Ids, SmallRNN
from rnnviz.lessons.truncation import TruncationCost, cost, windows
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.parameters import Parameters
from rnnviz.recurrent.softmax import decoder_backward
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


def network_costs(network: CharRNN, ids: Ids, lengths: Sequence[int]) -> list[TruncationCost]:
    """What each window costs a network, whatever its cell, in the gradient of all its W_hh.

    Args:
        network: the network.
        ids: the text (time + 1), read from the zero state.
        lengths: the windows k to try.
    """
    full = _gradient(network, ids, len(ids) - 1)
    found = [(length, _gradient(network, ids, length)) for length in lengths]
    return [cost(length, one, full) for length, one in found]


@torch.inference_mode()
def _gradient(network: CharRNN, ids: Ids, sequence_length: int) -> Array:
    """The gradient of the summed loss by every W_hh, state carried and gradient cut at windows."""
    arena, state, weights = Arena(network.flat), network.zero_state(1), network.ready()
    gradients = network.parameters.zeros_like()
    total = torch.zeros_like(_recurrent(gradients))
    every = torch.from_numpy(ids).to(network.flat.device)
    for window in windows(len(ids) - 1, sequence_length):
        arena.reset()
        read, targets = every[window.start : window.stop], every[window.start + 1 : window.stop + 1]
        unroll = network.unroll(read[:, None], state, arena, weights=weights)
        _, d_output = decoder_backward(network, unroll, targets[:, None], None, gradients, arena)
        network.backward(unroll, d_output, arena, gradients=gradients)
        state = unroll.state
        total += _recurrent(gradients) * len(window)  # it was that of the mean over the window
    found: Array = total.cpu().numpy()
    return found


def _recurrent(gradients: Parameters) -> Tensor:
    """The gradients of every layer's W_hh as one vector, in float64."""
    own = [gradients[name].flatten() for name in gradients if "weight_hh" in name]
    return torch.cat(own).double()
