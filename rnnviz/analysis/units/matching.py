"""Other places of a text where a set of units switches on and off together, the likest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnviz.analysis.units.stretches import Bits, Places, Runs, Stretch, quiet, runs_of, throughout
from rnnviz.analysis.units.switching import Rows, Side, Switching

MOST_SIDES = 16
MOST_PLACES = 50

_EVENTS = 65_536  # so many ends of runs are looked at together
_GATHERED = 200_000  # so many rows of bits
_NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Place:
    """A place that is like a selection.

    Attributes:
        start: its first character.
        end: the character behind its last.
        on: which of the set are on throughout it, and quiet around it where that is asked.
        others: how many other sides are on throughout it.
    """

    start: int
    end: int
    on: tuple[Side, ...]
    others: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Matching:
    """Where else a set of units does what it does throughout a selection.

    Attributes:
        sides: the set.
        whole: at how many places elsewhere all of it is on together for as long or longer.
        places: the likest, of which no two overlap, none of them the selection itself.
    """

    sides: tuple[Side, ...]
    whole: int
    places: tuple[Place, ...]


class _Found(NamedTuple):
    """Stretches, and how many of the set are on throughout each."""

    start: Places
    end: Places
    sides: Places

    def only(self, these: Places) -> _Found:
        return _Found(*(each[these] for each in self))


def matching(
    own: Switching,
    sides: Sequence[Side],
    stretch: Stretch,
    *,
    here: bool = True,
    least: int | None = None,
    most: int = MOST_PLACES,
) -> Matching:
    """The places most like a stretch in what a set of units does.

    A place is a stretch that cannot be made longer at either end without a unit of the set fewer
    being on throughout it. Places are ranked by how many of the set are on throughout (the
    intersection), then by how few other sides of all units are (the smallest union), then by how
    near their length is to the stretch's, then as they come. Of two that overlap, the first in
    this order stays. Where the stretch asks for quiet before or after, a unit counts at a place
    where it is as quiet around that as well: it then switches on, or off, just there.

    Args:
        own: of the text that is searched.
        sides: the set, 16 at most.
        stretch: what the places are to be like.
        here: whether the stretch is one of this text; then nothing that overlaps it is a place.
        least: how many of the set must be on at a place; None takes half of them, rounded up.
        most: how many places are given, longer or shorter; `whole` counts on.

    Raises:
        ValueError: no unit, one that is not there, too many, or a stretch that is no part of the
            text.

    Source: the match of Strobelt, Gehrmann, Pfister and Rush, "LSTMVis", 2018.

    Example:
        >>> from rnnviz.analysis.units.switching import switching
        >>> wave = np.array([0, 9, 9, 0, 0, 9, 0, 9])
        >>> found = matching(switching(np.stack([wave, -wave], axis=1)), [Side(0)], Stretch(1, 3))
        >>> found.whole, [(place.start, place.end, place.others) for place in found.places]
        (0, [(5, 6, 1), (7, 8, 1)])
    """
    chosen = _checked(own, sides, stretch, here=here)
    least = -(-len(chosen) // 2) if least is None else max(1, least)
    runs = [quiet(runs_of(on), stretch.before, stretch.after) for on in own.columns(chosen)]
    found = _closed(runs, stretch, least)
    taken = np.zeros(own.characters, np.bool_)
    if here:
        taken[stretch.start : stretch.end] = True
        found = found.only(_free(found, taken))
    long = found.end - found.start >= len(stretch)
    whole = int((long & (found.sides == len(chosen))).sum())
    places: list[Place] = []
    for level in range(len(chosen), least - 1, -1):
        if len(places) < most:
            level_found = found.only(np.flatnonzero(found.sides == level))
            places += _ranked(own, chosen, stretch, level_found, taken, most - len(places))
    return Matching(chosen, whole, tuple(places))


def _checked(
    own: Switching, sides: Sequence[Side], stretch: Stretch, *, here: bool
) -> tuple[Side, ...]:
    if here:
        stretch.check(own.characters)
    chosen = tuple(sorted(set(sides)))
    if not 1 <= len(chosen) <= MOST_SIDES:
        raise ValueError(f"{len(chosen)} units are chosen; choose 1 to {MOST_SIDES}.")
    if strange := [side for side in chosen if not 0 <= side.unit < own.units]:
        raise ValueError(f"there is no unit {strange[0].unit}; give 0 to {own.units - 1}.")
    return chosen


def _closed(runs: Sequence[Runs], stretch: Stretch, least: int) -> _Found:
    """Every stretch that cannot be made longer, from where each side of the set is on.

    Such a stretch ends where a side that is on throughout it does, and begins where one begins. So
    at every end of a run, the sides that are on then are sorted by where their runs began.
    """
    ends = np.unique(np.concatenate([each.ends for each in runs]))
    found = [
        each
        for begin in range(0, len(ends), _EVENTS)
        for each in _closed_at(ends[begin : begin + _EVENTS], runs, stretch, least)
    ]
    if not found:
        return _Found(*(np.zeros((3, 0), np.intp)))
    return _Found(*(np.concatenate(each) for each in zip(*found, strict=True)))


def _closed_at(
    ends: Places, runs: Sequence[Runs], stretch: Stretch, least: int
) -> Iterator[_Found]:
    """Those that end at one of these places."""
    begun, goes_on = _begun(ends, runs, only_ended=stretch.after > 0)
    count, closed = np.zeros(len(ends), np.intp), np.zeros(len(ends), np.bool_)
    for number in range(len(runs)):
        start = begun[:, number]
        if stretch.before and number:  # only sides that begin at the same character belong together
            together = start == begun[:, number - 1]
            count = count * together
            closed &= together
        count = count + 1
        closed |= ~goes_on[:, number]
        is_last = begun[:, number + 1] != start if number + 1 < len(runs) else True
        these = np.flatnonzero((start < _NEVER) & is_last & closed & (count >= least))
        yield _Found(start[these].astype(np.intp), ends[these], count[these])


def _begun(ends: Places, runs: Sequence[Runs], *, only_ended: bool) -> tuple[Places, Bits]:
    """Where the run of each side that is on before an end began, in order, and whether it goes on.

    Both are (end, side); where a side is not on, its run begins never.
    """
    keys = np.full((len(ends), len(runs)), 2 * _NEVER, np.int64)
    for column, own in zip(keys.T, runs, strict=True):
        which = np.searchsorted(own.ends, ends)
        there = np.flatnonzero(which < len(own.ends))
        start, end = own.starts[which[there]], own.ends[which[there]]
        goes_on = end > ends[there]
        on = (start < ends[there]) & ~(goes_on & only_ended)
        column[there[on]] = 2 * start[on] + goes_on[on]
    keys.sort(axis=1)
    return keys >> 1, (keys & 1).astype(np.bool_)


def _ranked(
    own: Switching,
    chosen: Sequence[Side],
    stretch: Stretch,
    found: _Found,
    taken: Bits,
    most: int,
) -> list[Place]:
    """The likest of those that have as many of the set; what they take up is marked as taken."""
    found = found.only(_free(found, taken))
    mask = own.row(chosen)
    others = _others(own.rows, ~mask, found)
    unlike = np.abs(found.end - found.start - len(stretch))
    places: list[Place] = []
    for number in np.lexsort((found.start, unlike, others)):
        start, end = int(found.start[number]), int(found.end[number])
        if len(places) == most:
            break
        if not taken[start:end].any():
            taken[start:end] = True
            like = Stretch(start, end, stretch.before, stretch.after)
            on = own.sides(throughout(own.rows, like) & mask)
            places.append(Place(start, end, tuple(on), int(others[number])))
    return places


def _free(found: _Found, taken: Bits) -> Places:
    """Which of them overlap nothing that is taken."""
    before = np.concatenate([[0], np.cumsum(taken)])
    return np.flatnonzero(before[found.end] == before[found.start])


def _others(rows: Rows, mask: Rows, found: _Found) -> Places:
    """How many sides of a mask are on throughout each stretch."""
    words, wanted = rows.view(np.uint64), mask.view(np.uint64)
    lengths = found.end - found.start
    counted, begin = np.zeros(len(lengths), np.intp), 0
    sums = np.cumsum(lengths)
    while begin < len(lengths):
        done = sums[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(sums, done + _GATHERED, side="right")))
        own = lengths[begin:end]
        firsts = np.cumsum(own) - own
        places = np.arange(own.sum()) + np.repeat(found.start[begin:end] - firsts, own)
        both = np.bitwise_and.reduceat(words[places], firsts, axis=0) & wanted
        counted[begin:end] = np.bitwise_count(both).sum(axis=1)
        begin = end
    return counted
