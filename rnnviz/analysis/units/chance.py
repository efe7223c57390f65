"""What chance reaches: units and text belong together only where they stand beside each other.

States and text vary slowly, so that neighbouring characters are no independent trials. Both are cut
into 20 equal blocks, and every block of states is paired with the labels of another, never its
own: what varies slowly stays slow, and only the relation between them is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.units.ranks import Levels, block_ranks, exact_ranks
from rnnviz.analysis.units.scores import Question, alike
from rnnviz.records import Array
from rnnviz.showing import Record

BLOCKS, DRAWS = 20, 999
CERTAIN = 0.95


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Paired(Record):
    """Scores from blocks that belong together, and from blocks that do not.

    Attributes:
        within: the score from ranks within each block alone (question, unit).
        largest: of all units, without the sign, in each re-pairing (question, draw).
    """

    within: Array
    largest: Array


def paired(own: Levels, asked: Sequence[Question], seed: int = 0) -> Paired:
    """The scores within blocks, and the largest of all units in 999 re-pairings of these blocks.

    Ranks are taken within the blocks, and the sums of the blocks' covariances added with their
    signs. Characters of which a question says nothing are left out before the blocks are cut. Where
    there are fewer than 20 others, all is 0.

    Args:
        own: of units over a text, as `ranks.levels` gives them (unit, time).
        asked: over the same text.
        seed: of the re-pairings, the same for all questions.
    """
    within = np.zeros((len(asked), len(own)))
    largest = np.zeros((len(asked), DRAWS))
    draws = _one_hot(re_pairings(seed))
    for these, known in alike(asked):
        if known.sum() < BLOCKS:
            continue
        ranked = block_ranks(own if known.all() else own[:, known], BLOCKS)
        spread = np.einsum("ubt,ubt->u", ranked, ranked, dtype=np.float64)
        sides = [_Blocks.of(asked[place], known) for place in these]
        sums = _covariances(ranked, sides)  # (question, block, block of labels, unit)
        for place, side, own_sums in zip(these, sides, sums, strict=True):
            size = side.size(spread)
            within[place] = own_sums[np.arange(BLOCKS), np.arange(BLOCKS)].sum(0) / size
            apart = draws @ own_sums.reshape(BLOCKS * BLOCKS, -1)
            largest[place] = np.abs(apart / size.astype(np.float32)).max(1)
    return Paired(within, largest)


def p_value(score: float, largest: Array) -> float:
    """How often chance reaches as much: the share of re-pairings, the text's own one counted in.

    Args:
        score: within blocks.
        largest: without the sign, in each re-pairing (draw).

    Example:
        >>> p_value(-0.5, np.array([0.1, 0.6, 0.2]))
        0.5
    """
    return float((1 + np.count_nonzero(largest >= abs(score))) / (1 + len(largest)))


def line(largest: Array) -> float:
    """What chance stays below in 95 of 100 re-pairings.

    Example:
        >>> line(np.arange(1.0, 101.0))
        95.05
    """
    return float(np.quantile(largest, CERTAIN))


def line_of_all(largest: Sequence[Array]) -> float:
    """By what every hypothesis' own line is to be multiplied for a table of them all.

    In 95 of 100 re-pairings no hypothesis of the table reaches so many times its own line. It is
    1 for one alone.

    Args:
        largest: of each hypothesis (draw), from the same re-pairings.
    """
    lines = [line(one) for one in largest]
    shares = [one / own for one, own in zip(largest, lines, strict=True) if own > 0]
    return line(np.max(shares, axis=0)) if shares else 1.0


def re_pairings(seed: int) -> NDArray[np.intp]:
    """Orders of all blocks in which none is in its own place (draw, block)."""
    random, found = np.random.default_rng(seed), np.empty((0, BLOCKS), np.intp)
    while len(found) < DRAWS:
        orders = random.permuted(np.tile(np.arange(BLOCKS), (DRAWS, 1)), axis=1)
        found = np.concatenate([found, orders[(orders != np.arange(BLOCKS)).all(1)]])
    return found[:DRAWS]


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """A question cut into blocks, each with the mean 0 (block, time)."""

    values: Array
    binary: bool

    @classmethod
    def of(cls, question: Question, known: NDArray[np.bool_]) -> _Blocks:
        values = question.values[known]
        cut = values[: len(values) // BLOCKS * BLOCKS].reshape(BLOCKS, -1)
        if question.binary:
            return cls(cut - cut.mean(1, keepdims=True), True)
        return cls(np.stack([exact_ranks(row) for row in cut]), False)

    def size(self, spread: Array) -> Array:
        """What sums of covariances are divided by (unit); as of `Centred`, over all blocks."""
        squares = float((self.values**2).sum())
        # The squares of 0 and 1 less their mean sum to n share (1 - share).
        size = np.full(len(spread), squares / 2) if self.binary else np.sqrt(spread * squares)
        return np.where(size > 1e-9, size, np.inf)


def _covariances(ranked: NDArray[np.float32], sides: Sequence[_Blocks]) -> NDArray[np.float32]:
    """Sums of ranks times labels, of every block with every block's labels.

    Returns:
        (question, block, block of labels, unit).
    """
    labels = np.stack([side.values for side in sides]).astype(np.float32)
    flat = np.ascontiguousarray(labels.reshape(-1, labels.shape[2]).T)
    found = np.empty((len(sides), BLOCKS, BLOCKS, len(ranked)), np.float32)
    for block in range(BLOCKS):
        sums = ranked[:, block] @ flat
        found[:, block] = sums.T.reshape(len(sides), BLOCKS, -1)
    return found


def _one_hot(orders: NDArray[np.intp]) -> NDArray[np.float32]:
    """Which pairs of blocks each order takes (draw, block * block of labels)."""
    found = np.zeros((len(orders), BLOCKS, BLOCKS), np.float32)
    np.put_along_axis(found, orders[:, :, np.newaxis], 1.0, axis=2)
    return found.reshape(len(orders), -1)
