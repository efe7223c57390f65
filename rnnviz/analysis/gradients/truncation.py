"""Truncated backpropagation through time: what is cut, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.records import Array


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


USUAL_WINDOWS = (1, 2, 5, 7, 10, 20, 50, 100, 200, 500, 1000)


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


def lengths_to_try(timesteps: int, chosen: int) -> list[int]:
    """Windows evenly spaced on a log axis, the chosen one and the whole text among them.

    Example:
        >>> lengths_to_try(20, chosen=9)
        [1, 2, 3, 5, 7, 9, 10, 14, 20]
    """
    usual = {1, 2, 3, 5, 7, 10, 14, 20, 30, 50, 70, 100, 140, 200, 300, 500, 700, 1000}
    return sorted({k for k in usual if k < timesteps} | {min(chosen, timesteps), timesteps})
