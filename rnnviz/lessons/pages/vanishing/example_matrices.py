"""Recurrent matrices to begin with, each with a spectral radius that is given."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from rnnviz.analysis.gradients.matrix_spectrum import spectral_radius
from rnnviz.records import Array

Kind = Literal["rotation", "symmetric", "random", "non-normal"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_FEEDS = 4.0


def example_matrix(kind: Kind, hidden_size: int, radius: float, seed: int = 0) -> Array:
    """A matrix (unit, unit) with a given spectral radius.

    * rotation: orthogonal times the radius: every direction is stretched alike.
    * symmetric: eigenvalues real, spread over -radius..radius; rho = sigma.
    * random: independent normal entries, as most networks begin.
    * non-normal: pairs of units, the second feeding 4 times itself into the first: rho says nothing
      about the first timesteps.

    Example:
        >>> example_matrix("non-normal", 3, 0.5)
        array([[0.5, 4. , 0. ],
               [0. , 0.5, 0. ],
               [0. , 0. , 0.5]])
    """
    if kind not in KINDS:
        raise ValueError(f"the kind is {kind!r}; it must be one of {', '.join(KINDS)}.")
    if kind == "non-normal":
        first_of_pair = np.arange(hidden_size - 1) % 2 == 0
        pairs: Array = np.eye(hidden_size) * radius + np.diag(_FEEDS * first_of_pair, 1)
        return pairs
    gaussian = np.random.default_rng(seed).standard_normal((hidden_size, hidden_size))
    q, r = np.linalg.qr(gaussian)
    if kind == "rotation":
        found: Array = q * np.sign(np.diag(r)) * radius
        return found
    if kind == "symmetric":
        spread = np.linspace(-1, 1, hidden_size) if hidden_size > 1 else np.ones(1)
        mirrored: Array = q @ np.diag(spread * radius) @ q.T
        return mirrored
    return gaussian * (radius / spectral_radius(gaussian))
