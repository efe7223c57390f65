"""A text in three: where units are chosen, where they are judged, where they are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.notation import counted
from rnnviz.records import Floats

LEAST_CHARACTERS = 2_000
TIMES = 5  # autocorrelation times between two parts

_CHOOSING, _JUDGING = 0.4, 0.4
_LOOKED_AT = 16_384
_LONGEST_GAP = 0.1


@dataclass(frozen=True, slots=True)
class Parts:
    """Three parts of a text, with gaps between them that nothing is read from.

    Attributes:
        discovery: where the best unit of each hypothesis is chosen.
        confirmation: where its score is measured.
        cause: where units are held.
        gap: characters between two parts: five autocorrelation times, a tenth of the text at most.
        autocorrelation: after how many characters no unit's value is correlated by more than 1/e
            with what it was.
    """

    discovery: slice
    confirmation: slice
    cause: slice
    gap: int
    autocorrelation: int

    @property
    def apart(self) -> bool:
        """Whether the gaps are as long as five autocorrelation times."""
        return self.gap >= TIMES * self.autocorrelation


def parts_of(characters: int, states: Sequence[Floats]) -> Parts:
    """Two fifths to choose on, two fifths to judge on, a fifth to hold units on.

    Args:
        characters: of the text.
        states: of each layer (time, unit).

    Raises:
        ValueError: the text is too short.

    Example:
        >>> cut = parts_of(2_000, [np.tile([[1.0], [-1.0]], (1_000, 1))])
        >>> cut.discovery, cut.confirmation, cut.cause, cut.gap
        (slice(0, 796, None), slice(801, 1597, None), slice(1602, 2000, None), 5)
    """
    if characters < LEAST_CHARACTERS:
        raise ValueError(
            f"the text has {counted(characters, 'character')}; to choose units on one part of it "
            f"and judge them on another takes {LEAST_CHARACTERS:,} at least. Give a longer one."
        )
    time = max(autocorrelation_time(values) for values in states)
    gap = min(TIMES * time, int(_LONGEST_GAP * characters))
    kept = characters - 2 * gap
    first, second = int(_CHOOSING * kept), int(_JUDGING * kept)
    judged, held = first + gap, first + gap + second + gap
    return Parts(
        slice(0, first), slice(judged, judged + second), slice(held, characters), gap, time
    )


def autocorrelation_time(values: Floats) -> int:
    """After how many characters no unit is correlated by more than 1/e with what it was.

    Lags 1, 2, 4, 8, ... are looked at, over the first 16,384 characters, up to an eighth of these.

    Args:
        values: (time, unit).

    Example:
        >>> autocorrelation_time(np.repeat(np.tile([[1.0], [-1.0]], (50, 1)), 6, axis=0))
        2
    """
    looked_at = values[:_LOOKED_AT].astype(np.float32)
    looked_at = looked_at - looked_at.mean(0)
    power = np.einsum("tu,tu->u", looked_at, looked_at)
    moving, lag = power > 0, 1
    while lag < len(looked_at) // 8:
        own = np.einsum("tu,tu->u", looked_at[lag:], looked_at[:-lag])
        if (own[moving] <= power[moving] / np.e).all():
            break
        lag *= 2
    return lag
