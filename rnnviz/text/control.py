"""Characters that do something where they are shown, instead of being seen."""

from __future__ import annotations

import unicodedata

_ACTING = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
_MARKS = frozenset("\u200e\u200f\u061c")


def acts(character: str) -> bool:
    r"""Whether a character breaks lines, drives a terminal, or turns the direction of a text.

    These are control characters, line and paragraph separators, halves of surrogate pairs, and
    the embeddings, overrides, isolates and marks of direction (Unicode Standard Annex #9).

    Example:
        >>> [acts(character) for character in "a\n\x1b\u2028\u202e\u200f한"]
        [False, True, True, True, True, True, False]
    """
    return unicodedata.category(character) in _ACTING or turns(character) or character in _MARKS


def turns(character: str) -> bool:
    r"""Whether a character embeds, overrides or isolates the direction of what follows it.

    Example:
        >>> [turns(character) for character in "a\u202e\u200f"]
        [False, True, False]
    """
    return unicodedata.bidirectional(character) in _TURNING


def escaped(text: str, keep: str = "") -> str:
    r"""The text with characters that act written as Python's escapes.

    Args:
        text: any.
        keep: which of them stay, a newline perhaps.

    Example:
        >>> escaped("a\n\x1b[31m\u202e"), escaped("a\n\t", keep="\n")
        ('a\\n\\x1b[31m\\u202e', 'a\n\\t')
    """
    if text.isprintable():  # nearly always, and known at once
        return text
    acting = {ord(c): ascii(c)[1:-1] for c in set(text) if acts(c) and c not in keep}
    return text.translate(acting) if acting else text
