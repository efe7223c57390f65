"""Inside quotation marks, of every form: each from its opening mark up to before its closing one.

A quotation ends at a blank line in any case: of several quoted paragraphs only the last is closed,
but each is opened again.
"""

from __future__ import annotations

import re

import numpy as np

from rnnviz.analysis.units.hypotheses.characters import Characters, Marks, after, before, between
from rnnviz.analysis.units.hypotheses.characters import spans as inside_spans
from rnnviz.records import Array

# What stands before a straight mark that opens, and behind one that closes, besides spaces.
_BEFORE, _BEHIND = "([{<—–-=,:/|+", ")]}>—–-.,;:!?/|+"

# From a mark that no letter stands before to the next that no letter follows: apostrophes have a
# letter on both sides, as in don't, or find no partner before the blank line, as in 'tis.
_SINGLE = re.compile(
    r"(?<!\w)(?:'[^\s'](?:[^'\n]|\n(?!\s*\n)|(?<=\w)'(?=\w))*'(?!\w)"
    r"|‘(?:[^’‘\n]|\n(?!\s*\n)|(?<=\w)’(?=\w))*’(?!\w))"
)


def straight(text: Characters) -> Array:
    """Inside "...".

    Straight marks are alike on both sides. One opens after a space, bracket or dash and before
    something else; it closes the other way round; where neither tells, it does what the mark
    before it did not.

    Example:
        >>> straight(Characters('a "b" c')).tolist()
        [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    """
    marks = text.any_of('"')
    first, last = np.arange(len(text)) == 0, np.arange(len(text)) == len(text) - 1
    left = before(text.spaces | text.any_of(_BEFORE)) | first
    right = after(text.spaces | text.any_of(_BEHIND)) | last
    places = np.flatnonzero(marks)
    opening = np.zeros(len(text), np.bool_)
    opening[places] = _paired(left[places], right[places])
    return between(opening, marks & ~opening, text.blank_lines)


def curly(text: Characters) -> Array:
    """Inside “...”, or „...“ in a text that has these.

    Example:
        >>> curly(Characters("“b” c")).tolist()
        [1.0, 1.0, 0.0, 0.0, 0.0]
    """
    opening, closing = ("„", "“”") if "„" in text.text else ("“", "”")
    return between(text.any_of(opening), text.any_of(closing), text.blank_lines)


def angled(text: Characters) -> Array:
    """Inside «...»."""
    return between(text.any_of("«"), text.any_of("»"), text.blank_lines)


def corner(text: Characters) -> Array:
    """Inside 「...」 or 『...』."""
    return between(text.any_of("「『"), text.any_of("」』"), text.blank_lines)


def single(text: Characters) -> Array:
    """Inside '...' or ‘...’, apostrophes set aside."""
    if "'" not in text.text and "‘" not in text.text:
        return np.zeros(len(text))
    found = ((match.start(), match.end() - 1) for match in _SINGLE.finditer(text.text))
    return inside_spans(found, len(text))


def any_form(text: Characters) -> Array:
    """Inside quotation marks of whatever form."""
    forms = [form(text) for form in (straight, curly, angled, corner, single)]
    return np.asarray(np.max(forms, axis=0))


def _paired(left: Marks, right: Marks) -> list[bool]:
    """Which marks open, in their order: those with room on the left alone."""
    opening: list[bool] = []
    inside = False
    for room_left, room_right in zip(left.tolist(), right.tolist(), strict=True):
        inside = room_left if room_left != room_right else not inside
        opening.append(inside)
    return opening
