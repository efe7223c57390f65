"""Clipping by norm: a long gradient is shortened, and keeps its direction."""

from __future__ import annotations

import numpy as np

from rnnviz.records import Array


def clip(gradient: Array, clip_norm: float) -> Array:
    """g min(1, clip_norm / |g|) (Pascanu, Mikolov & Bengio 2013).

    Args:
        gradient: all parameters as one vector.
        clip_norm: the longest allowed.

    Raises:
        ValueError: clip_norm is not positive.

    Example:
        >>> clip(np.array([3.0, 4.0]), 1.0), clip(np.array([0.3, 0.4]), 1.0)
        (array([0.6, 0.8]), array([0.3, 0.4]))
    """
    if not clip_norm > 0:
        raise ValueError(f"clip_norm is {clip_norm}; it must be positive.")
    norm = float(np.linalg.norm(gradient))
    return gradient * (clip_norm / norm) if norm > clip_norm else gradient
