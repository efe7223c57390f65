"""Where a character stands: in its line, its word, its paragraph.

Each function gives one value a character (time), NaN where nothing can be said.
"""

from __future__ import annotations

import re

import numpy as np

from rnnviz.analysis.units.hypotheses.characters import Characters, after, before, since, spans
from rnnviz.records import Array

_LINES_BEFORE = 10
# A line of its own that begins with a capital and ends with a colon, as “FIRST CITIZEN:”.
_SPEAKER = re.compile(r"(?:\A|(?<=\n))[^\W\d_a-z][^\n:]{0,39}:[ \t]*(?=\n)")


def since_newline(text: Characters) -> Array:
    r"""Characters since the newline: the position in the line, a newline itself 0.

    Example:
        >>> since_newline(Characters("a\nbc")).tolist()
        [nan, 0.0, 1.0, 2.0]
    """
    return since(text.newlines)


def since_blank_line(text: Characters) -> Array:
    r"""Characters since the last blank line.

    Example:
        >>> since_blank_line(Characters("a\n\nbc")).tolist()
        [nan, nan, 0.0, 1.0, 2.0]
    """
    return since(text.blank_lines)


def against_usual(text: Characters) -> Array:
    """Position in the line, in mean lengths of the ten lines before."""
    ends = np.flatnonzero(text.newlines)
    found = np.full(len(text), np.nan)
    if len(ends) <= _LINES_BEFORE:
        return found
    usual = (ends[_LINES_BEFORE:] - ends[:-_LINES_BEFORE]) / _LINES_BEFORE
    line = np.cumsum(text.newlines) - 1 - _LINES_BEFORE
    known = line >= 0
    found[known] = since_newline(text)[known] / usual[line[known]]
    return found


def indentation(text: Characters) -> Array:
    """Spaces and tabs at the beginning of the line, as far as it is read."""
    seen = since(text.newlines, ~text.spaces)
    leading = (seen == 0) & text.spaces & ~text.newlines
    return since(text.newlines, leading)


def in_word(text: Characters) -> Array:
    """Position in the word, from 1; 0 between words.

    Example:
        >>> in_word(Characters("so be")).tolist()
        [nan, nan, 0.0, 1.0, 2.0]
    """
    return since(~text.in_words, text.in_words)


def word_ends(text: Characters) -> Array:
    """The last character of a word.

    Example:
        >>> word_ends(Characters("to be ")).tolist()
        [0.0, 1.0, 0.0, 0.0, 1.0, nan]
    """
    found = (text.in_words & ~after(text.in_words)).astype(np.float64)
    found[-1:] = np.nan  # nobody knows what would follow
    return found


def after_newline(text: Characters) -> Array:
    r"""The first character of a line.

    Example:
        >>> after_newline(Characters("a\nb")).tolist()
        [nan, 0.0, 1.0]
    """
    found = before(text.newlines).astype(np.float64)
    found[:1] = np.nan
    return found


def speaker(text: Characters) -> Array:
    """In a line that names who speaks: a capital, at most 40 characters, a colon, nothing else."""
    return spans((match.span() for match in _SPEAKER.finditer(text.text)), len(text))
