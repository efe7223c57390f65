"""What is measured of a layer's Jacobians: records that need no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.gradients.matrix_spectrum import Spectrum
from rnnviz.records import Array, Ids
from rnnviz.showing import Record

LARGEST, MEDIAN, SMALLEST = range(3)

# A singular value below this share of the largest is lost in the rounding of 64-bit numbers.
RESOLVED = 1e-12

# Characters that a direction survives where more than 1 / e of a change along it is left.
SURVIVED = 50

MEAN = "mean Jacobian"

_MOST, _LEAST, _UP_TO = 1100, 60, 512


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SingularValues(Record):
    """How d s_t / d s_{t-d} stretches directions, at several lags d.

    Attributes:
        lags: d (lag).
        values: the largest, the median and the smallest singular value, each the geometric mean
            over passages (lag, 3); NaN where that is lost in rounding, see `RESOLVED`.
        passages: over how many.
    """

    lags: Ids
    values: Array
    passages: int

    @property
    def condition(self) -> Array:
        """The condition number, the largest by the smallest (lag); NaN where it is not known.

        Example:
            >>> values = np.array([[3.0, 2.0, 0.5], [9.0, 4.0, np.nan]])
            >>> SingularValues(np.array([1, 2]), values, 1).condition
            array([ 6., nan])
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            condition: Array = self.values[:, LARGEST] / self.values[:, SMALLEST]
        return condition


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LyapunovSpectrum(Record):
    """The exponents of a network that a text drives, the largest first.

    Attributes:
        by_block: of blocks of equal length (block, direction), in nats a timestep; -inf where a
            direction is lost at once.
        timesteps: of each block.
        warm_up: timesteps before the first, in which states and directions settle.
    """

    by_block: Array
    timesteps: int
    warm_up: int

    @property
    def exponents(self) -> Array:
        """The means over blocks (direction)."""
        mean: Array = self.by_block.mean(0)
        return mean

    @property
    def error(self) -> Array:
        """The standard error of these means, from how blocks differ (direction).

        NaN where that is not known: of one block, and of directions that are lost at once.
        """
        blocks = len(self.by_block)
        if blocks < 2:
            return np.full_like(self.by_block[0], np.nan)
        known = np.where(np.isfinite(self.by_block), self.by_block, np.nan)
        error: Array = known.std(0, ddof=1) / np.sqrt(blocks)
        return error

    def surviving(self, characters: int = SURVIVED) -> int:
        """How many directions keep more than 1 / e of a change over so many characters.

        Example:
            >>> LyapunovSpectrum(np.log([[1.0, 0.99, 0.97]]), 1, 0).surviving(50)
            2
        """
        return int(np.sum(self.exponents > -1 / characters))

    def surviving_by_block(self, characters: int = SURVIVED) -> tuple[int, int]:
        """The fewest and the most in a single block."""
        counts = np.sum(self.by_block > -1 / characters, axis=1)
        return int(counts.min()), int(counts.max())


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """All of one layer over one text.

    Attributes:
        singular: by lag.
        bound: what a timestep multiplies a change by at most; None where no weights say it.
        matrices: W_hh, or each gate's part of it, and the mean Jacobian, by name.
        lyapunov: so far; None before its first block.
        done: whether that is all.
    """

    singular: SingularValues
    bound: float | None
    matrices: Mapping[str, Spectrum]
    lyapunov: LyapunovSpectrum | None = None
    done: bool = False


def characters_for(size: int) -> int:
    """How many characters exponents are measured on: 1,100 where states have up to 512 numbers.

    Of larger ones fewer, for each takes as many times as long as size^3 grows, and 60 at least.

    Example:
        >>> characters_for(64), characters_for(1024)
        (1100, 137)
    """
    return max(_LEAST, min(_MOST, int(_MOST * (_UP_TO / size) ** 3)))
