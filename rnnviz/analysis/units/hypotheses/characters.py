"""A text as arrays, and the few ways in which properties of it are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnviz.records import Array

Marks = NDArray[np.bool_]


class Characters:
    """The characters of a text as arrays of its length; what several properties need, once.

    Attributes:
        text: the characters.
        codes: their code points (time).

    Example:
        >>> Characters("a b").spaces.tolist()
        [False, True, False]
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)

    def __len__(self) -> int:
        return len(self.text)

    def those(self, belongs: Callable[[str], bool]) -> Marks:
        """Which characters belong to some kind, asked once of each that occurs."""
        distinct, place = self._distinct
        return np.array([belongs(chr(code)) for code in distinct], np.bool_)[place]

    def any_of(self, characters: Iterable[str]) -> Marks:
        """Where one of these stands."""
        return self.those(frozenset(characters).__contains__)

    @cached_property
    def newlines(self) -> Marks:
        """Where a line ends."""
        return self.any_of("\n")

    @cached_property
    def spaces(self) -> Marks:
        """Where something stands that is not seen: spaces, tabs, newlines."""
        return self.those(str.isspace)

    @cached_property
    def letters(self) -> Marks:
        """Where a letter stands, or a mark that belongs to one."""
        return self.those(lambda c: c.isalpha() or "\u0300" <= c <= "\u036f")

    @cached_property
    def in_words(self) -> Marks:
        """Where a letter or digit stands, or an apostrophe between two letters."""
        joined = self.any_of("'’") & before(self.letters) & after(self.letters)
        return self.letters | self.those(str.isdigit) | joined

    @cached_property
    def blank_lines(self) -> Marks:
        """The newlines that end a line with nothing on it, from the second newline on."""
        ends, seen = np.flatnonzero(self.newlines), np.cumsum(~self.spaces)
        found = np.zeros(len(self), np.bool_)
        found[ends[1:][np.diff(seen[ends]) == 0]] = True
        return found

    @cached_property
    def _distinct(self) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
        return np.unique(self.codes, return_inverse=True)


def before(marks: Marks) -> Marks:
    """Whether it held one character before; not at the first.

    Example:
        >>> before(np.array([True, False, False])).tolist()
        [False, True, False]
    """
    return np.concatenate([np.zeros(min(1, len(marks)), np.bool_), marks[:-1]])


def after(marks: Marks) -> Marks:
    """Whether it holds one character on; not at the last.

    Example:
        >>> after(np.array([True, False, True])).tolist()
        [False, True, False]
    """
    return np.concatenate([marks[1:], np.zeros(min(1, len(marks)), np.bool_)])


def since(marks: Marks, counted: Marks | None = None) -> Array:
    """Characters since the last mark, the mark itself 0; NaN before the first (time).

    Args:
        marks: where counting begins again (time).
        counted: which characters count; None takes all.

    Example:
        >>> since(np.array([False, True, False, False])).tolist()
        [nan, 0.0, 1.0, 2.0]
    """
    total = np.arange(len(marks)) if counted is None else np.cumsum(counted)
    last = np.maximum.accumulate(np.where(marks, np.arange(len(marks)), -1))
    return np.where(last < 0, np.nan, total - total[last])


def between(opens: Marks, closes: Marks, ends: Marks | None = None) -> Array:
    """1 from what opens up to the character before what closes (time).

    Before all of them, the first tells: what closes had been open.

    Args:
        opens: what opens (time).
        closes: what closes.
        ends: what closes too, but tells nothing of what was before.

    Example:
        >>> marks = np.array(list("a)b(c)d"))
        >>> between(marks == "(", marks == ")").astype(int).tolist()
        [1, 0, 0, 1, 1, 0, 0]
    """
    if not len(opens):
        return np.zeros(0)
    places = np.arange(len(opens))
    events = opens | closes if ends is None else opens | closes | ends
    last = np.maximum.accumulate(np.where(events, places, -1))
    first = int(np.argmax(events)) if events.any() else 0
    inside = np.where(last < 0, (closes & ~opens)[first], opens[last])
    return inside.astype(np.float64)


def spans(found: Iterable[tuple[int, int]], characters: int) -> Array:
    """1 inside any of the spans, each from its first number up to before its second (time).

    Example:
        >>> spans([(1, 3), (2, 4)], 5).tolist()
        [0.0, 1.0, 1.0, 1.0, 0.0]
    """
    change = np.zeros(characters + 1, np.int64)
    ends = np.array(list(found), np.int64).reshape(-1, 2)
    ends = ends[ends[:, 0] < ends[:, 1]]
    np.add.at(change, ends[:, 0], 1)
    np.add.at(change, ends[:, 1], -1)
    return (np.cumsum(change[:-1]) > 0).astype(np.float64)
