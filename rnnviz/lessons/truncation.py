"""Truncated backpropagation through time: what is cut, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.lessons.small_rnn import Array, Forward, SmallRNN, loss_by_logits


@dataclass(frozen=True, slots=True)
class TruncationCost:
    """A truncated gradient beside the full one.

    Attributes:
        sequence_length: k, the BPTT window.
        cosine: of the angle between the two; 1 where they point the same way, NaN where one is
            zero.
        relative_error: |truncated - full| / |full|.
        norm_ratio: |truncated| / |full|.
    """

    sequence_length: int
    cosine: float
    relative_error: float
    norm_ratio: float


def windows(timesteps: int, sequence_length: int) -> list[range]:
    """The windows of k timesteps that cover a text; the last may be shorter.

    Example:
        >>> windows(7, 3)
        [range(0, 3), range(3, 6), range(6, 7)]
    """
    if sequence_length < 1:
        raise ValueError(f"sequence_length is {sequence_length}; it must be at least 1.")
    starts = range(0, timesteps, sequence_length)
    return [range(start, min(start + sequence_length, timesteps)) for start in starts]


def reach(timestep: int, sequence_length: int) -> int:
    """How many states the loss at a timestep sends its gradient to: those of its own window.

    Example:
        >>> [reach(t, 3) for t in range(5)]
        [1, 2, 3, 1, 2]
    """
    return timestep % sequence_length + 1


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
        >>> from rnnviz.lessons.small_rnn import backward, forward, random_network
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


def cost(sequence_length: int, truncated: Array, full: Array) -> TruncationCost:
    """Compare two gradients as vectors.

    Example:
        >>> found = cost(7, np.array([3.0, 0.0]), np.array([3.0, 4.0]))
        >>> found.cosine, found.relative_error, found.norm_ratio
        (0.6, 0.8, 0.6)
    """
    size, all_of_it = float(np.linalg.norm(truncated)), float(np.linalg.norm(full))
    product = float(np.vdot(truncated, full))
    return TruncationCost(
        sequence_length,
        cosine=product / (size * all_of_it) if size and all_of_it else float("nan"),
        relative_error=float(np.linalg.norm(truncated - full)) / all_of_it if all_of_it else 0.0,
        norm_ratio=size / all_of_it if all_of_it else 1.0,
    )


def costs(network: SmallRNN, ran: Forward, lengths: Sequence[int]) -> list[TruncationCost]:
    """What each window costs, against the whole text as one window."""
    timesteps = len(ran.inputs)
    *found, full = truncated_gradients(network, ran, [*lengths, timesteps])
    return [cost(length, one, full) for length, one in zip(lengths, found, strict=True)]


def lengths_to_try(timesteps: int, chosen: int) -> list[int]:
    """Windows evenly spaced on a log axis, the chosen one and the whole text among them.

    Example:
        >>> lengths_to_try(20, chosen=9)
        [1, 2, 3, 5, 7, 9, 10, 14, 20]
    """
    usual = {1, 2, 3, 5, 7, 10, 14, 20, 30, 50, 70, 100, 140, 200, 300, 500, 700, 1000}
    return sorted({k for k in usual if k < timesteps} | {min(chosen, timesteps), timesteps})
