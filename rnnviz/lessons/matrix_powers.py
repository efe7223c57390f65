"""What W_hh does to a gradient over many timesteps: eigenvalues and singular values kept apart.

The spectral radius rho (largest |eigenvalue|) says how the norm of W^k grows in the end, the
largest singular value sigma how much one timestep can stretch at most: rho <= sigma.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rnnviz.lessons.small_rnn import Array

Kind = Literal["rotation", "symmetric", "random", "non-normal"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_FEEDS = 4.0
_GATES = {
    "gru": ("reset gate r", "update gate z", "candidate n"),
    "lstm": ("input gate i", "forget gate f", "candidate g", "output gate o"),
}


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


def recurrent_blocks(weight_hh: Array, cell: str) -> dict[str, Array]:
    """The square matrices a network multiplies h_{t-1} by: W_hh, or one a gate.

    Args:
        weight_hh: as PyTorch keeps it (gates * unit, unit).
        cell: rnn, gru or lstm.

    Example:
        >>> list(recurrent_blocks(np.ones((6, 2)), "gru"))
        ['reset gate r', 'update gate z', 'candidate n']
    """
    names = _GATES.get(cell, ("W_hh",))
    return dict(zip(names, np.split(weight_hh.astype(np.float64), len(names)), strict=True))


def eigenvalues(matrix: Array) -> NDArray[np.complex128]:
    """The eigenvalues, the largest first.

    Example:
        >>> eigenvalues(np.array([[0.0, -2.0], [2.0, 0.0]])).imag
        array([ 2., -2.])
    """
    found = np.linalg.eigvals(matrix).astype(np.complex128)
    return found[np.lexsort((-found.imag, -np.abs(found).round(12)))]


def spectral_radius(matrix: Array) -> float:
    """The largest |eigenvalue|.

    Example:
        >>> spectral_radius(np.array([[0.5, 10.0], [0.0, 0.25]]))
        0.5
    """
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def largest_singular_value(matrix: Array) -> float:
    """The most a vector can be stretched.

    Example:
        >>> round(largest_singular_value(np.array([[0.0, 3.0], [0.0, 0.0]])), 12)
        3.0
    """
    largest = float(np.abs(matrix).max(initial=0.0))
    if largest == 0:
        return 0.0
    scaled = matrix / largest  # so that no square overflows
    # The eigenvalues of W^T W: the same number, several times as fast as all singular values.
    return largest * float(np.sqrt(np.linalg.eigvalsh(scaled.T @ scaled)[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """What a matrix does to vectors, once and many times.

    Attributes:
        eigenvalues: the largest first.
        radius: the largest |eigenvalue|.
        sigma: the largest singular value.
        log_norms: log10 of the largest singular value of W^k (k).
    """

    eigenvalues: NDArray[np.complex128]
    radius: float
    sigma: float
    log_norms: Array


def spectrum(matrix: Array, count: int) -> Spectrum:
    """Eigenvalues, singular value and the norms of the powers 0 ... count.

    Example:
        >>> found = spectrum(np.array([[0.5, 10.0], [0.0, 0.25]]), 1)
        >>> found.radius, round(found.sigma, 3)
        (0.5, 10.016)
    """
    found = eigenvalues(matrix)
    return Spectrum(
        found,
        float(np.abs(found[0])),
        largest_singular_value(matrix),
        log_power_norms(matrix, count),
    )


def log_power_norms(matrix: Array, count: int) -> Array:
    """log10 of the largest singular value of W^k for k = 0 ... count; -inf where W^k is zero.

    Each power is scaled back to norm 1 before the next product, so that nothing overflows.

    Example:
        >>> log_power_norms(np.diag([10.0, 0.1]), 3)
        array([0., 1., 2., 3.])
    """
    found = np.zeros(count + 1)
    power = np.eye(len(matrix))
    for k in range(1, count + 1):
        power = matrix @ power
        norm = largest_singular_value(power)
        if norm == 0:
            found[k:] = -np.inf
            break
        found[k] = found[k - 1] + np.log10(norm)
        power = power / norm
    return found
