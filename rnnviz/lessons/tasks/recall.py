"""A task that needs memory: a letter, a few dots, and the same letter again.

The second letter of each item can only be known from the first, long before it, so its loss shows
how much of a gradient arrives there: RNN and LSTM of the same size, trained alike but for the
learning rate, which is the default of each cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rnnviz.analysis.gradients.flow import gradient_flow
from rnnviz.analysis.states.trace import trace
from rnnviz.cells import Cell
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.lessons.tasks.settings import GAP, LETTERS, RECALL_ITERATIONS, RECALL_UNITS
from rnnviz.records import Array
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.trainer import Trainer

CHANCE = 1 / len(LETTERS)
DRAWS = 100
_ITEM = GAP + 3
_WINDOW = 64  # more than two items


@dataclass(frozen=True, slots=True, eq=False)
class Recall:
    """What a network made of the task.

    Attributes:
        cell: rnn or lstm.
        accuracy: of the recalled letter, on new draws of the items it was trained on; chance is
            1/4.
        letter_lag: how long before its loss the letter was read.
        h: mean |d l_t / d h_{t-lag}| over the recalled letters' losses (lag).
        c: likewise through the cell states; None for the RNN.
    """

    cell: Cell
    accuracy: float
    letter_lag: int
    h: Array
    c: Array | None


def recall_text(items: int, seed: int) -> str:
    """Items drawn at random.

    Example:
        >>> recall_text(2, seed=0)
        'd........................d c........................c '
    """
    letters = np.random.default_rng(seed).choice(list(LETTERS), items)
    return "".join(f"{letter}{'.' * GAP}{letter} " for letter in letters)


def learn_to_recall(cell: Cell, seed: int = 0, iterations: int = RECALL_ITERATIONS) -> Recall:
    """Train a small network on the task; an LSTM takes about two seconds on one core.

    Args:
        cell: one of `RECALL_CELLS`.
        seed: of the initial weights.
        iterations: 0 leaves the network untrained.
    """
    text = recall_text(2000, seed=1)
    vocabulary = Vocabulary.of(text)
    model = ModelConfig(cell=cell, hidden_size=RECALL_UNITS)
    training = TrainingConfig(
        iterations=max(iterations, 1), sequence_length=_WINDOW, seed=seed, device="cpu"
    )
    trainer = Trainer(vocabulary, vocabulary.encode(text), model, training)
    for _ in range(iterations):
        trainer.iterate()
    accuracy = _accuracy(trainer.network, vocabulary)
    return Recall(cell, accuracy, GAP, *_by_lag(trainer, vocabulary))


def _recalled(length: int) -> NDArray[np.int64]:
    """The timesteps at which a letter must be recalled: those that read the last dot."""
    return np.arange(GAP, length - 1, _ITEM)


def _accuracy(network: CharRNN, vocabulary: Vocabulary) -> float:
    read = trace(network, vocabulary, recall_text(DRAWS, seed=2))
    at = _recalled(len(read.text))
    return float(np.mean(read.likeliest[at, 0] == read.ids[at + 1]))


@torch.inference_mode()
def _by_lag(trainer: Trainer, vocabulary: Vocabulary) -> tuple[Array, Array | None]:
    """Over the second item and later ones, so that the state before is one of reading."""
    flow = gradient_flow(trainer.network, vocabulary, recall_text(12, seed=3))
    at = _recalled(len(flow.text))[1:, np.newaxis] - np.arange(_ITEM)
    rows = at[:, :1]
    h = flow.h.matrix[0, rows, at].mean(0).astype(np.float64)
    return h, None if flow.c is None else flow.c.matrix[0, rows, at].mean(0).astype(np.float64)
