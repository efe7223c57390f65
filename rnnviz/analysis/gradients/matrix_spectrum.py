"""What W_hh does to a gradient over many timesteps: eigenvalues and singular values kept apart.

The spectral radius rho (largest |eigenvalue|) says how the norm of W^k grows in the end, the
largest singular value sigma how much one timestep can stretch at most: rho <= sigma.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.cells import CELLS, Cell
from rnnviz.records import Array
from rnnviz.showing import Record


def recurrent_blocks(weight_hh: Array, cell: Cell) -> dict[str, Array]:
    """The square matrices a network multiplies h_{t-1} by: W_hh, or one a gate.

    Args:
        weight_hh: as PyTorch keeps it (gates * unit, unit).
        cell: which recurrence.

    Example:
        >>> list(recurrent_blocks(np.ones((6, 2)), "gru"))
        ['reset gate r', 'update gate z', 'candidate n']
    """
    names = [gate.name for gate in CELLS[cell].gates] or ["W_hh"]
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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spectrum(Record):
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
