"""Truncated backpropagation through time by hand, for a network small enough to write down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.analysis.gradients.truncation import TruncationCost, cost
from rnnviz.lessons.by_hand.small_rnn import Forward, SmallRNN, loss_by_logits
from rnnviz.records import Array


def truncated_gradients(network: SmallRNN, ran: Forward, lengths: Sequence[int]) -> Array:
    """The gradient of the summed loss by W_hh, with dL/dh cut at the windows' first timesteps.

    The state is carried across the cut, so the forward run is the same for all; only what comes
    back from the next window is dropped. Weights are the same at every timestep: the price of
    truncation alone is seen, not that of updates in between.

    Args:
        network: the weights.
        ran: its forward run.
        lengths: the windows k to try, at least 1; one as long as the text gives the full gradient.

    Returns:
        (k, unit, unit).

    Example:
        >>> from rnnviz.lessons.by_hand.small_rnn import backward, forward, random_network
        >>> network = random_network(3, 4, seed=0)
        >>> ran = forward(network, np.array([0, 1, 2, 3, 0, 1]))
        >>> full = backward(network, ran).terms["w_hh"].sum(0)
        >>> bool(np.allclose(truncated_gradients(network, ran, [5])[0], full))
        True
    """
    from_loss = loss_by_logits(ran) @ network.w_hy
    slope = 1 - ran.h[1:] ** 2
    each = np.array(lengths)
    dz = np.zeros((len(from_loss), len(each), from_loss.shape[1]))
    carried = np.zeros_like(dz[0])
    for t in reversed(range(len(dz))):
        dz[t] = slope[t] * (from_loss[t] + carried)
        inside = (t % each > 0)[:, np.newaxis]  # the window's first timestep sends nothing back
        carried = np.where(inside, dz[t] @ network.w_hh, 0.0)
    found: Array = np.einsum("tku,tv->kuv", dz, ran.h[:-1])
    return found


def costs(network: SmallRNN, ran: Forward, lengths: Sequence[int]) -> list[TruncationCost]:
    """What each window costs, against the whole text as one window."""
    timesteps = len(ran.inputs)
    *found, full = truncated_gradients(network, ran, [*lengths, timesteps])
    return [cost(length, one, full) for length, one in zip(lengths, found, strict=True)]
