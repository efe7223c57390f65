"""Numbers in Sino-Korean words, syllable by syllable."""

from __future__ import annotations

KOREAN_DIGITS = "영일이삼사오육칠팔구"
_PLACES = ("", "십", "백", "천")


def korean_syllables(number: int) -> list[tuple[str, int]]:
    """The syllables of a number from 0 to 9999, each with its place: 1 for ones, 4 for thousands.

    One is not said before ten, hundred and thousand; zeros are not said, but where nothing else is.

    Example:
        >>> korean_syllables(1020), korean_syllables(0)
        ([('천', 4), ('이', 2), ('십', 2)], [('영', 1)])
    """
    digits = [int(digit) for digit in f"{number}"]
    found = []
    for place, digit in zip(range(len(digits), 0, -1), digits, strict=True):
        if digit:
            said = "" if digit == 1 and place > 1 else KOREAN_DIGITS[digit]
            found += [(syllable, place) for syllable in said + _PLACES[place - 1]]
    return found or [(KOREAN_DIGITS[0], 1)]


def korean_words(number: int) -> str:
    """The number as it is said.

    Example:
        >>> korean_words(3245), korean_words(1010), korean_words(7), korean_words(0)
        ('삼천이백사십오', '천십', '칠', '영')
    """
    return "".join(syllable for syllable, _ in korean_syllables(number))
