"""What kind of character is read.

Each function gives one value a character (time), NaN where nothing can be said.
"""

from __future__ import annotations

import unicodedata

import numpy as np

from rnnviz.analysis.units.hypotheses.characters import Characters
from rnnviz.records import Array

CLASSES = ("newline", "space", "upper case", "letter", "digit", "punctuation", "other")

_SYLLABLES, _TAILS = ("가", "힣"), ("\u11a8", "\u11c2")


def upper_case(text: Characters) -> Array:
    """A capital."""
    return text.those(str.isupper).astype(np.float64)


def digit(text: Characters) -> Array:
    """A digit."""
    return text.those(str.isdigit).astype(np.float64)


def vowel(text: Characters) -> Array:
    """One of a, e, i, o, u, with or without marks.

    Example:
        >>> vowel(Characters("né")).tolist()
        [0.0, 1.0]
    """
    return text.those(lambda c: unicodedata.normalize("NFD", c)[0].lower() in "aeiou").astype(float)


def punctuation(text: Characters) -> Array:
    """A punctuation mark."""
    return text.those(_is_punctuation).astype(np.float64)


def final_consonant(text: Characters) -> Array:
    """A Hangul syllable that ends in a consonant, or that consonant by itself."""
    return text.those(_ends_in_consonant).astype(np.float64)


def current(text: Characters) -> Array:
    """The class of the character.

    Example:
        >>> current(Characters("a B")).tolist()
        [3.0, 1.0, 2.0]
    """
    of_each = np.array([_class(chr(code)) for code in np.unique(text.codes)], np.float64)
    return of_each[np.unique(text.codes, return_inverse=True)[1]]


def previous(text: Characters) -> Array:
    """The class of the character before.

    Example:
        >>> previous(Characters("aB")).tolist()
        [nan, 3.0]
    """
    return np.concatenate([np.full(min(1, len(text)), np.nan), current(text)[:-1]])


def _class(character: str) -> int:
    tests = (
        character == "\n",
        character.isspace(),
        character.isupper(),
        character.isalpha(),
        character.isdigit(),
        _is_punctuation(character),
    )
    return next((place for place, holds in enumerate(tests) if holds), len(CLASSES) - 1)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def _ends_in_consonant(character: str) -> bool:
    first, last = _SYLLABLES
    if first <= character <= last:
        return (ord(character) - ord(first)) % 28 > 0
    return _TAILS[0] <= character <= _TAILS[1]
