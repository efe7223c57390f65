"""What is kept of a network at one iteration: weights, loss, sample and measurements."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.records import Array, Ids
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.sampling import sample
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import VALIDATION_CHARACTERS, Split
from rnnviz.training.evaluation import losses_by_stretch, overall
from rnnviz.training.probes import measure, probe_passages, snapshot_sampling
from rnnviz.training.progress import Snapshot


@torch.inference_mode()
def take_snapshot(network: CharRNN, vocabulary: Vocabulary, ids: Ids, iteration: int) -> Snapshot:
    """A network as it is now, measured on a text.

    Args:
        network: as it is.
        vocabulary: its characters.
        ids: of the whole text (time).
        iteration: updates made.
    """
    found = held_out_losses(network, ids, VALIDATION_CHARACTERS)
    return Snapshot(
        iteration=iteration,
        weights={name: array_of(weights) for name, weights in network.parameters.items()},
        validation_loss=None if found is None else overall(*found),
        sample=sample(network, vocabulary, snapshot_sampling(vocabulary, ids)),
        measurements=measure(network, probe_passages(Split.of(ids))),
    )


def held_out_losses(network: CharRNN, ids: Ids, characters: int) -> tuple[Array, Array] | None:
    """Mean losses in nats (stretch) on so many held-out ids of a text (time); None without any.

    And how many characters each stretch has (stretch); see `losses_by_stretch`.
    """
    begin = len(Split.of(ids).training)
    if begin == len(ids):
        return None
    return losses_by_stretch(network, ids, begin, characters)


def array_of(tensor: Tensor) -> NDArray[Any]:
    """A copy as an array of the same shape (...)."""
    return tensor.detach().cpu().numpy().copy()
