"""Inside brackets, and how deep; those in comments and strings of a program are passed over.

Each function gives one value a character (time), NaN where nothing can be said.
"""

from __future__ import annotations

import numpy as np

from rnnviz.analysis.units.hypotheses.characters import Characters, Marks
from rnnviz.analysis.units.hypotheses.source_code import read_as_code
from rnnviz.records import Array


def parentheses(text: Characters) -> Array:
    """Inside (...).

    Example:
        >>> parentheses(Characters("a(b)c")).tolist()
        [0.0, 1.0, 1.0, 0.0, 0.0]
    """
    return _inside(text, "(", ")", text.blank_lines)


def square_brackets(text: Characters) -> Array:
    """Inside [...]."""
    return _inside(text, "[", "]", text.blank_lines)


def braces(text: Characters) -> Array:
    """Inside {...}."""
    return _inside(text, "{", "}", None)


def depth(text: Characters) -> Array:
    """How many brackets of all kinds are open.

    Example:
        >>> depth(Characters("(a[b])")).tolist()
        [1.0, 1.0, 2.0, 2.0, 1.0, 0.0]
    """
    code = read_as_code(text)
    return open_brackets(text.any_of("([{") & code, text.any_of(")]}") & code)


def open_brackets(opens: Marks, closes: Marks, ends: Marks | None = None) -> Array:
    """How many are open (time); what closes and was never opened is passed over.

    Args:
        opens: (time).
        closes: (time).
        ends: where none is open any more, whatever was (time).

    Example:
        >>> marks = np.array(list(")((a))("))
        >>> open_brackets(marks == "(", marks == ")").astype(int).tolist()
        [0, 1, 2, 2, 1, 0, 1]
    """
    balance = np.cumsum(opens.astype(np.int64) - closes)
    if ends is not None:  # a fall below whatever was before: the new floor
        balance -= np.cumsum(ends) * (len(opens) + 1)
    floor = np.minimum.accumulate(np.minimum(balance, 0))
    return (balance - floor).astype(np.float64)


def _inside(text: Characters, opening: str, closing: str, ends: Marks | None) -> Array:
    code = read_as_code(text)
    opened = open_brackets(text.any_of(opening) & code, text.any_of(closing) & code, ends)
    return (opened > 0).astype(np.float64)
