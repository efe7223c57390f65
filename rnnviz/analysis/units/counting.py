"""Which unit follows a count, such as the position in the line, beside what chance reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.records import Array, Floats, Trace

BLOCKS, DRAWS = 20, 999
_CERTAIN = 0.95


@dataclass(frozen=True, slots=True)
class CountingUnit:
    """A unit that follows the position in the line, and its controls.

    Attributes:
        unit: which, of the top layer: the best on the first half of the text.
        score: its rank correlation with the position on the second half, with its sign.
        untrained: the largest, without its sign, that any unit of an untrained network reaches on
            the same second half.
        chance: what the largest of all units stays below in 95 of 100 re-pairings: see `chance`.
        characters: of the second half.
    """

    unit: int
    score: float
    untrained: float
    chance: float
    characters: int


def columns(text: str) -> NDArray[np.int64]:
    r"""The position in the line of every character of a text (time).

    A newline has 0 and the character after it 1; a text is taken to begin after a newline.

    Example:
        >>> columns("to\nbe").tolist()
        [1, 2, 0, 1, 2]
    """
    at = np.arange(1, len(text) + 1)
    newlines = np.where(np.frombuffer(text.encode("utf-32-le"), np.uint32) == ord("\n"), at, 0)
    return at - np.maximum.accumulate(newlines)


def counting_unit(trained: Trace, untrained: Trace, seed: int = 0) -> CountingUnit:
    """The unit that follows the position in the line best, judged on text it was not chosen on.

    What stands before the first newline is left out, for its position is not known.

    Args:
        trained: of a network over a text.
        untrained: of the same network before training, over the same text.
        seed: of the re-pairings.

    Raises:
        ValueError: the texts differ, or are too short: each half needs some lines.
    """
    first = trained.text.find("\n")
    half = (len(trained.text) - first) // 2
    if trained.text != untrained.text or first < 0 or half < 2 * BLOCKS:
        raise ValueError("give two traces of one text of many lines.")
    counts = columns(trained.text[first:])
    values, before = trained.h[-1, first:], untrained.h[-1, first:]
    unit = int(np.argmax(np.abs(rank_correlation(values[:half], counts[:half]))))
    counts, values, before = counts[half:], values[half:], before[half:]
    return CountingUnit(
        unit=unit,
        score=float(rank_correlation(values, counts)[unit]),
        untrained=float(np.abs(rank_correlation(before, counts)).max()),
        chance=chance(values, counts, seed),
        characters=len(counts),
    )


def rank_correlation(values: Floats, counts: NDArray[np.int64]) -> Array:
    """Spearman's rank correlation of every unit with a count; 0 for what does not vary (unit).

    Args:
        values: (time, unit).
        counts: (time).

    Example:
        >>> rank_correlation(np.array([[1.0, 9.0], [2.0, 7.0], [8.0, 7.0]]), np.arange(3)).round(3)
        array([ 1.   , -0.866])
    """
    return _ranks(values).T @ _ranks(counts[:, np.newaxis])[:, 0]


def chance(values: Floats, counts: NDArray[np.int64], seed: int = 0) -> float:
    """What the largest rank correlation of all units stays below in 95 of 100 re-pairings.

    The text is cut into 20 equal blocks, and each block of values is paired with the counts of
    another, never its own: what varies slowly stays slow, and only the relation is lost.

    Args:
        values: (time, unit).
        counts: (time).
        seed: of the draws, 999 in number.
    """
    length = len(counts) // BLOCKS
    units = _ranks(values[: length * BLOCKS]).reshape(BLOCKS, length, -1)
    labels = _ranks(counts[: length * BLOCKS, np.newaxis]).reshape(BLOCKS, length)
    paired = np.einsum("itu,jt->uij", units, labels, optimize=True)
    random = np.random.default_rng(seed)
    found = [
        np.abs(paired[:, np.arange(BLOCKS), _elsewhere(random)].sum(1)).max() for _ in range(DRAWS)
    ]
    return float(np.quantile(found, _CERTAIN))


def _elsewhere(random: np.random.Generator) -> NDArray[np.int64]:
    """An order of all blocks in which none is in its own place."""
    while True:
        order = random.permutation(BLOCKS)
        if (order != np.arange(BLOCKS)).all():
            return order


def _ranks(values: Floats | NDArray[np.int64]) -> Array:
    """Ranks, the mean one for equals, as columns of mean 0 and length 1 (time, unit)."""
    ranks = np.empty(values.shape)
    for unit in range(values.shape[1]):
        _, which, often = np.unique(values[:, unit], return_inverse=True, return_counts=True)
        ranks[:, unit] = (np.cumsum(often) - (often - 1) / 2)[which]
    ranks -= ranks.mean(0)
    length = np.sqrt((ranks**2).sum(0))
    return np.asarray(ranks / np.where(length > 0, length, 1.0))
