"""The loss on characters that were not trained on."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.records import Array, Ids
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.softmax import next_character_loss
from rnnviz.text.windows import stretches

CONTEXT = 64
_TIMESTEPS = 64


def validation_loss(network: CharRNN, ids: Ids, begin: int, characters: int) -> float:
    """Mean loss in nats of predicting some of the ids (time); see `losses_by_stretch`."""
    return overall(*losses_by_stretch(network, ids, begin, characters))


def overall(losses: Array, characters: Array) -> float:
    """The mean over all characters, of means and numbers of characters (stretch).

    Example:
        >>> overall(np.array([1.0, 4.0]), np.array([200, 100]))
        2.0
    """
    return float(losses @ characters / characters.sum())


def losses_by_stretch(
    network: CharRNN, ids: Ids, begin: int, characters: int
) -> tuple[Array, Array]:
    """Mean loss in nats of predicting the characters of each stretch, see `losses_between`.

    Args:
        network: the network.
        ids: the whole text (time).
        begin: first held-out character; at least 64 characters must precede it.
        characters: how many to judge on, in up to 64 stretches (`stretches`); all that are held
            out, where there are fewer.

    Returns:
        The means (stretch), and how many characters each is of (stretch).
    """
    firsts, judged = stretches(begin, len(ids), characters)
    return losses_between(network, ids, firsts, np.minimum(firsts + judged, len(ids)))


@torch.inference_mode()
def losses_between(
    network: CharRNN, ids: Ids, firsts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Mean loss in nats of predicting the characters of each stretch, each from 64 before at least.

    The stretches are read as streams side by side; each starts from the zero state 64 characters
    before the first it is judged on.

    Args:
        network: the network.
        ids: the whole text (time).
        firsts: the first character of each stretch, 64 or more (stretch).
        ends: the one after its last (stretch).

    Returns:
        The means (stretch), and how many characters each is of (stretch).
    """
    arena, state, weights = Arena(network.flat), network.zero_state(len(firsts)), network.ready()
    total, count = np.zeros(len(firsts)), np.zeros(len(firsts))
    judged = int((ends - firsts).max())
    for start in range(-CONTEXT, judged, _TIMESTEPS):
        arena.reset()
        offsets = np.arange(start, min(start + _TIMESTEPS, judged))[:, None]
        places = firsts + offsets
        counted = (offsets >= 0) & (places < ends)
        targets = np.minimum(places, len(ids) - 1)
        inputs = _tensor(_int64(ids, targets - 1), network)
        unroll = network.unroll(inputs, state, arena, weights=weights)
        state = unroll.state
        logits = network.logits(unroll.output)
        losses = next_character_loss(logits, _tensor(_int64(ids, targets), network))
        counts = losses * _tensor(counted, network)
        total += counts.sum(0, dtype=torch.float64).cpu().numpy()
        count += counted.sum(0)
    return total / count, count


def _int64(ids: Ids, places: NDArray[np.int64]) -> NDArray[np.int64]:
    return ids[places].astype(np.int64)


def _tensor(array: NDArray[Any], network: CharRNN) -> Tensor:
    return torch.from_numpy(array).to(network.flat.device)
