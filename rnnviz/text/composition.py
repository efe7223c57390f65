"""Letters with marks, as one character or as several: two spellings of one text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

_CODE_POINTS = 0x20000  # canonical compositions stand in the first two planes


def composed(text: str) -> tuple[str, int]:
    """The text in Unicode's form NFC, and how many characters shorter it is.

    Example:
        >>> composed("e" + chr(0x301) + "te" + chr(0x301))
        ('été', 2)
    """
    if unicodedata.is_normalized("NFC", text):
        return text, 0
    found = unicodedata.normalize("NFC", text)
    return found, len(text) - len(found)


def respelt(text: str, is_known: Callable[[str], bool]) -> str:
    """The text with every letter as it is known: composed, or with its marks apart.

    What is known already stays as it is, and so does what is known in neither spelling.

    Example:
        >>> apart = "e" + chr(0x301)
        >>> respelt("été", set("t" + apart).issuperset) == apart + "t" + apart
        True
    """

    def spell(found: re.Match[str]) -> str:
        letter = found[0]
        forms = (letter, *(unicodedata.normalize(form, letter) for form in ("NFC", "NFD")))
        return next(filter(is_known, forms), letter)

    return _letters().sub(spell, text)


@cache
def _letters() -> re.Pattern[str]:
    """A character and what may follow it in one letter: what any letter has when taken apart."""
    apart = (unicodedata.normalize("NFD", chr(code)) for code in range(_CODE_POINTS))
    following = sorted({mark for letter in apart for mark in letter[1:]})
    return re.compile(f".[{re.escape(''.join(following))}]*", re.DOTALL)
