"""At how many places a set of units would be on together if chance alone brought them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.units.chance import BLOCKS, line
from rnnviz.analysis.units.stretches import Bits, Stretch, long_enough, quiet, runs_of
from rnnviz.analysis.units.switching import Side, Switching

DRAWS = 99

_PARTS = 4


@dataclass(frozen=True, slots=True)
class Coincidence:
    """How many places chance gives.

    Attributes:
        mean: of all re-pairings.
        line: what chance stays below in 95 of 100 of them.
    """

    mean: float
    line: float


def coincidence(
    own: Switching, sides: Sequence[Side], stretch: Stretch, seed: int = 0, draws: int = DRAWS
) -> Coincidence | None:
    """At how many places a set is on, as long as a stretch or longer, where its units go apart.

    The text is cut into 20 equal blocks, and the blocks of every unit are put together anew, so
    that no two units have the same block at the same place: each keeps its own values, how often
    and for how long it is on, and only what they do together is lost. See `chance`.

    Args:
        own: of the text.
        sides: the set, as `matching` takes it.
        stretch: how quiet the units must be before and after.
        seed: of the re-pairings.
        draws: how many there are.

    Returns:
        None for one unit, which has nothing to coincide with, and for a stretch of more than a
        quarter of a block, of which blocks say little.

    Example:
        >>> from rnnviz.analysis.units.switching import switching
        >>> once = np.zeros(200)
        >>> once[30:32] = 9
        >>> found = switching(np.stack([once, once], axis=1))
        >>> coincidence(found, [Side(0), Side(1)], Stretch(30, 32))
        Coincidence(mean=0.0, line=0.0)
    """
    length = own.characters // BLOCKS
    if len(sides) < 2 or _PARTS * len(stretch) > length:
        return None
    kinds = [_kinds(on, stretch, BLOCKS * length) for on in own.columns(sides)]
    blocks = np.stack(kinds).reshape(len(sides), 3, BLOCKS, length)
    counts = [
        _count(_together(blocks, order), stretch) for order in _orders(len(sides), seed, draws)
    ]
    return Coincidence(float(np.mean(counts)), line(np.array(counts, np.float64)))


def _kinds(on: Bits, stretch: Stretch, characters: int) -> Bits:
    """Where a side is on and quiet around; where it begins to be; where it is for the last time."""
    runs = quiet(runs_of(on), stretch.before, stretch.after)
    found = np.zeros((3, len(on)), np.bool_)
    edges = np.zeros(len(on) + 1, np.int8)
    edges[runs.starts], edges[runs.ends] = 1, -1
    found[0] = np.cumsum(edges[:-1], dtype=np.int8)
    found[1, runs.starts] = found[2, runs.ends - 1] = True
    return found[:, :characters]


def _together(blocks: Bits, order: NDArray[np.intp]) -> Bits:
    """What all units do at once, each with its blocks in an order of its own (kind, time)."""
    found: Bits = blocks[0][:, order[0]]
    for own, its in zip(blocks[1:], order[1:], strict=True):
        found &= own[:, its]
    return found.reshape(len(found), -1)


def _count(together: Bits, stretch: Stretch) -> int:
    """Places as long or longer at which all are on, and begin or end together where asked."""
    on, begins, ends = together
    runs = long_enough(runs_of(on), stretch)
    if stretch.before:
        runs = runs.only(begins[runs.starts])
    if stretch.after:
        runs = runs.only(ends[runs.ends - 1])
    return len(runs.starts)


def _orders(units: int, seed: int, draws: int) -> NDArray[np.intp]:
    """An order of blocks for every unit, no two with the same at a place (draw, unit, block).

    All blocks are drawn into a circle, and each unit goes around it from another place.
    """
    random, places = np.random.default_rng(seed), np.arange(BLOCKS)
    found = np.empty((draws, units, BLOCKS), np.intp)
    for order in found:
        circle, begins = random.permutation(BLOCKS), random.permutation(BLOCKS)[:units]
        order[:] = circle[(places + begins[:, np.newaxis]) % BLOCKS]
    return found
