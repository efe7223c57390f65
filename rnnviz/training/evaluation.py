"""The loss on characters that were not trained on."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.records import Ids
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.softmax import next_character_loss
from rnnviz.text.windows import stretches

CONTEXT = 64
_TIMESTEPS = 64


@torch.inference_mode()
def validation_loss(network: CharRNN, ids: Ids, begin: int, characters: int) -> float:
    """Mean loss in nats of predicting held-out characters, each from at least 64 before it.

    The characters are read as up to 64 streams side by side (`stretches`); each starts from the
    zero state 64 characters before the first it is judged on.

    Args:
        network: the network.
        ids: the whole text (time).
        begin: first held-out character; at least 64 characters must precede it.
        characters: how many to judge on; all that are held out, where there are fewer.
    """
    firsts, judged = stretches(begin, len(ids), characters)
    arena, state, weights = Arena(network.flat), network.zero_state(len(firsts)), network.ready()
    total, count = 0.0, 0
    for start in range(-CONTEXT, judged, _TIMESTEPS):
        arena.reset()
        offsets = np.arange(start, min(start + _TIMESTEPS, judged))[:, None]
        places = firsts + offsets
        counted = (offsets >= 0) & (places < len(ids))
        targets = np.minimum(places, len(ids) - 1)
        inputs = _tensor(_int64(ids, targets - 1), network)
        unroll = network.unroll(inputs, state, arena, weights=weights)
        state = unroll.state
        logits = network.logits(unroll.output)
        losses = next_character_loss(logits, _tensor(_int64(ids, targets), network))
        total += float((losses * _tensor(counted, network)).sum(dtype=torch.float64))
        count += int(counted.sum())
    return total / count


def _int64(ids: Ids, places: NDArray[np.int64]) -> NDArray[np.int64]:
    return ids[places].astype(np.int64)


def _tensor(array: NDArray[Any], network: CharRNN) -> Tensor:
    return torch.from_numpy(array).to(network.flat.device)
