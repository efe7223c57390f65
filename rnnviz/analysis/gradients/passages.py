"""Gradient norms by lag over passages taken from all of a text: as many losses at every lag."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rnnviz.analysis.gradients.flow import loss_by_output
from rnnviz.records import Floats, Ids
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN

PASSAGES = 32
LOSSES = 8
MAX_LAG = 64


def cut_passages(ids: Ids) -> Ids:
    """Up to 32 passages of a text (passage, time), spread evenly; no loss is in two of them.

    A passage is 73 characters: 64 to come from the zero state, the 8 that are read at the losses
    looked at, and the last one to be predicted. Where a text is short, passages overlap before
    their losses, then there are fewer, and at last a single one is shorter.

    Args:
        ids: of a text, 2 characters at least (time).

    Example:
        >>> cut_passages(np.arange(100_000)).shape, cut_passages(np.arange(100)).shape
        ((32, 73), (4, 73))
        >>> cut_passages(np.arange(100))[:, 64].tolist(), cut_passages(np.arange(5)).tolist()
        ([64, 73, 82, 91], [[0, 1, 2, 3, 4]])
    """
    timesteps = min(len(ids) - 1, MAX_LAG + LOSSES)
    apart = len(ids) - 1 - timesteps
    count = min(PASSAGES, 1 + apart // LOSSES)
    firsts = np.arange(count) * apart // max(1, count - 1)
    passages: Ids = ids[firsts[:, None] + np.arange(timesteps + 1)]
    return passages


def losses_of(timesteps: int) -> int:
    """At how many timesteps of a passage losses are looked at: 8, or half of a short one.

    Example:
        >>> losses_of(72), losses_of(20), losses_of(4)
        (8, 8, 2)
    """
    return min(LOSSES, timesteps - timesteps // 2)


@torch.inference_mode()
def norms_by_passage(network: CharRNN, passages: Ids) -> dict[str, Floats]:
    """|d l_t / d state_{t-lag}| by path: "h" and, if any, "c" (layer, passage, loss, lag).

    The losses are those of the last timesteps of each passage (`losses_of`), and the lags reach as
    far back from the first of them as the passage does, so that every lag stands on all losses.

    Args:
        network: the network; it reads every passage from the zero state.
        passages: ids (passage, time), the last of each only to be predicted.
    """
    ids = torch.from_numpy(passages.T.astype(np.int64)).to(network.flat.device)
    timesteps, count = len(ids) - 1, ids.shape[1]
    unroll = network.unroll(ids[:-1], network.zero_state(count), Arena(network.flat))
    losses = losses_of(timesteps)
    d_output = loss_by_output(network, unroll.output[-losses:], ids[-losses:])
    arena, lags = Arena(network.flat), timesteps - losses + 1
    found: dict[str, list[Tensor]] = {"h": [], "c": []}
    for t, d_loss in enumerate(d_output, start=timesteps - losses):
        arena.reset()
        cotangents = arena.empty(t + 2, *d_loss.shape).zero_()
        cotangents[-1] = d_loss
        swept = network.backward(unroll, cotangents, arena)
        found["h"].append(_norms([layer.h for layer in swept], lags))
        if network.cell.facts.has_cell_state:
            found["c"].append(_norms([layer.c for layer in swept if layer.c is not None], lags))
    return {path: torch.stack(own, 2).cpu().numpy() for path, own in found.items() if own}


def _norms(vectors: list[Tensor], lags: int) -> Tensor:
    """Of one loss of each passage (layer, passage, lag)."""
    own = [torch.linalg.vector_norm(each[-lags:], dim=2).flip(0).t() for each in vectors]
    return torch.stack(own)
