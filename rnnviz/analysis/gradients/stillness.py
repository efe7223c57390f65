"""States that a repeated character leaves as they are: records that need no torch."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.records import Array, Floats
from rnnviz.showing import Record

_FAR = 3.0  # times as far from every state as these are from their mean


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FixedPoint(Record):
    """A state s with F(s) = s, F being what one more of the character does.

    Attributes:
        state: h of all layers, then c (number).
        residual: the largest |F(s) - s| of any number.
        eigenvalues: of the Jacobian of F there, the largest first.
        sigma: its largest singular value.
        away: how far the nearest state over the text is from it, in units of how far those states
            are from their mean (the root of the mean square); inf where these do not vary.
        reached: how many starts led to it.
    """

    state: Array
    residual: float
    eigenvalues: NDArray[np.complex128]
    sigma: float
    away: float = 0.0
    reached: int = 1

    @property
    def radius(self) -> float:
        """The spectral radius of the Jacobian."""
        return float(np.abs(self.eigenvalues[0]))

    @property
    def stable(self) -> bool:
        """Whether small changes die out there, so that states nearby come to it."""
        return self.radius < 1

    @property
    def far(self) -> bool:
        """Whether every state over the text is more than three times as far away as that."""
        return self.away > _FAR

    def met(self) -> FixedPoint:
        """The same, reached once more."""
        return replace(self, reached=self.reached + 1)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plane(Record):
    """Where states over a text vary most: their first two principal components.

    Attributes:
        middle: the mean state (number).
        axes: the components, at right angles and of length 1 (2, number).
        shares: of the variance of all states, along each (2).
    """

    middle: Array
    axes: Array
    shares: Array

    @classmethod
    def of(cls, states: Floats) -> Plane:
        """Of states (time, number); where fewer numbers vary than two, a share is zero.

        Example:
            >>> plane = Plane.of(np.array([[0.0, 1.0, 0.0], [0.0, 3.0, 0.0], [0.0, 5.0, 0.0]]))
            >>> plane.axes[0], plane.shares
            (array([0., 1., 0.]), array([1., 0.]))
        """
        middle = states.mean(0, dtype=np.float64)
        _, sizes, found = np.linalg.svd(states - middle, full_matrices=False)
        axes, variances = np.zeros((2, states.shape[1])), np.zeros(2)
        axes[: len(found)], variances[: len(sizes)] = found[:2], sizes[:2] ** 2
        # The same way round, however it was computed.
        axes *= np.where(axes[[0, 1], np.abs(axes).argmax(1)] < 0, -1.0, 1.0)[:, None]
        total = float(np.sum(sizes**2))
        return cls(middle, axes, variances / total if total else variances)

    def places(self, states: Floats) -> Array:
        """Where states (any, number) stand in it (any, 2)."""
        found: Array = (states - self.middle) @ self.axes.T
        return found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FixedPoints(Record):
    """What is known of the fixed points under one repeated character.

    Attributes:
        character: which.
        found: those that most starts led to first.
        starts: from how many states one was looked for so far.
        all_starts: from how many it will be.
        plane: of the states over the text.
        states: over the text, in that plane (time, 2).
        after: which of them were right after the character (time).
    """

    character: str
    found: tuple[FixedPoint, ...]
    starts: int
    all_starts: int
    plane: Plane
    states: Array
    after: NDArray[np.bool_]

    @property
    def arrived(self) -> int:
        """How many starts led to a fixed point."""
        return sum(point.reached for point in self.found)

    @property
    def places(self) -> Array:
        """Where the fixed points stand in the plane (point, 2)."""
        states = np.array([point.state for point in self.found])
        return self.plane.places(states) if self.found else np.zeros((0, 2))
