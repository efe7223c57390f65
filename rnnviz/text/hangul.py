"""Hangul syllables taken apart into jamo, their letters, and put together again."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

# A syllable's code point is 0xAC00 + (lead * 21 + vowel) * 28 + tail; tail 0 is none.
_SYLLABLE, _LEAD, _VOWEL, _TAIL = 0xAC00, 0x1100, 0x1161, 0x11A7
_LEADS, _VOWELS, _TAILS = 19, 21, 28

_LETTERS = (
    (_LEAD, "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"),
    (_VOWEL, "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"),
    (_TAIL + 1, "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"),
)

MODERN_SYLLABLE = "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"  # of jamo, as a pattern

_JAMO = re.compile(MODERN_SYLLABLE)
_UNIT = re.compile(f"{MODERN_SYLLABLE}|.", re.DOTALL)


def decompose(text: str) -> str:
    """The text with every Hangul syllable as two or three conjoining jamo, all else untouched.

    Of a syllable s = code point - 0xAC00, the lead consonant is U+1100 + s // 588, the vowel
    U+1161 + s % 588 // 28, and the tail consonant, unless s % 28 is 0, U+11A7 + s % 28 (The
    Unicode Standard, section 3.12, Conjoining Jamo Behavior). A text that is in jamo already,
    wholly or in part, comes out as if it had been in syllables.

    Example:
        >>> [f"U+{ord(c):04X}" for c in decompose("한a")]
        ['U+1112', 'U+1161', 'U+11AB', 'U+0061']
    """
    return text.translate(_jamo_of_syllables())


def letter(jamo: str) -> str | None:
    """The letter a conjoining jamo is written as where it stands alone; None for all else.

    Example:
        >>> [letter(jamo) for jamo in decompose("한")], letter("a")
        (['ㅎ', 'ㅏ', 'ㄴ'], None)
    """
    for first, letters in _LETTERS:
        if 0 <= (place := ord(jamo) - first) < len(letters):
            return letters[place]
    return None


def recompose(text: str) -> str:
    """The text with all jamo that form a modern syllable as that syllable: undoes `decompose`.

    Nothing the network read is lost: `decompose(recompose(t)) == decompose(t)` for every text.
    Jamo that form no syllable, as a network may write them, stay as they are; so do the letters
    that stand alone in Korean typing (ㅋㅋ, U+3131 to U+318E), which are no conjoining jamo.
    `recompose(decompose(t))` is t itself, unless t holds conjoining jamo that form a syllable:
    then it is the canonically equivalent text with that syllable, as in Unicode's form NFC.

    Example:
        >>> recompose(decompose("한글 ㅋㅋ a"))
        '한글 ㅋㅋ a'
        >>> recompose("가" + chr(0x11A8))
        '각'
    """
    return _JAMO.sub(lambda found: _compose(found[0]), decompose(text))


def syllables(text: str) -> list[tuple[int, int]]:
    """Which timesteps are shown as one character: those of a syllable's jamo.

    Args:
        text: one character per timestep, as `Trace.text` has it.

    Returns:
        Start and end of each span; every timestep is in one, most alone. What a span shows is
        `recompose(text[start:end])`.

    Example:
        >>> syllables(decompose("한 가"))
        [(0, 3), (3, 4), (4, 6)]
    """
    return [found.span() for found in _UNIT.finditer(text)]


def _compose(jamo: str) -> str:
    lead, vowel = ord(jamo[0]) - _LEAD, ord(jamo[1]) - _VOWEL
    tail = ord(jamo[2]) - _TAIL if len(jamo) == 3 else 0
    return chr(_SYLLABLE + (lead * _VOWELS + vowel) * _TAILS + tail)


@cache
def _jamo_of_syllables() -> dict[int, str]:
    """The jamo of all 11,172 syllables, for `str.translate`."""
    leads = [chr(_LEAD + i) for i in range(_LEADS)]
    vowels = [chr(_VOWEL + i) for i in range(_VOWELS)]
    tails = ["", *(chr(_TAIL + i) for i in range(1, _TAILS))]
    jamo = map("".join, product(leads, vowels, tails))
    return dict(enumerate(jamo, start=_SYLLABLE))
