"""Numbers, in digits and then in Korean words."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.corpora.languages.automaton import Automaton

_DIGITS = " 일이삼사오육칠팔구"
_PLACES = ("", "십", "백", "천")


def in_words(number: str) -> str:
    """A number of up to four digits, from 1, in Sino-Korean words.

    One is not said before ten, hundred and thousand; zeros are not said at all.

    Example:
        >>> in_words("3245"), in_words("1010"), in_words("7")
        ('삼천이백사십오', '천십', '칠')
    """
    return "".join(word for word, _ in _spoken(number))


def _spoken(number: str) -> list[tuple[str, int]]:
    """The syllables, each with its place: 1 for ones, up to 4 for thousands."""
    found = []
    for place, digit in zip(range(len(number) - 1, -1, -1), number, strict=True):
        if digit != "0":
            said = "" if digit == "1" and place else _DIGITS[int(digit)]
            found += [(syllable, place + 1) for syllable in said + _PLACES[place]]
    return found


class _Said(NamedTuple):
    """Digits written so far; or, once they are complete, what is still to be said."""

    digits: str
    rest: tuple[tuple[str, int], ...] | None
    place: int


def korean_numerals(longest: int = 4) -> Automaton:
    r"""Lines of a number in digits, a space, and the number in words.

    The count of digits is drawn evenly from 1 to `longest` (at most 4), the first digit from
    1-9, the others from 0-9. The words leave nothing to chance: whoever remembers the digits
    knows them.

    Truth:
        place: of the syllable read: 1 for ones, 2 for tens, 3 for hundreds, 4 for thousands;
            0 outside the words.
        saying: 1 from the space between digits and words up to the line break, itself left out.

    Example:
        >>> print(korean_numerals().generate(25, seed=2).text)
        3080 삼천팔십
        36 삼십육
        8 팔
        10 십
    """
    return Automaton.explore(
        _Said("", None, 0),
        lambda state: _follow(state, longest),
        {"place": lambda s: s.place, "saying": lambda s: int(s.rest is not None)},
    )


def _follow(state: _Said, longest: int) -> list[tuple[str, float, _Said]]:
    if state.rest is not None:
        if not state.rest:
            return [("\n", 1.0, _Said("", None, 0))]
        (syllable, place), *rest = state.rest
        return [(syllable, 1.0, _Said("", tuple(rest), place))]
    written = len(state.digits)
    stop = 1 / (longest - written + 1) if written else 0.0
    allowed = ("0123456789" if written else "123456789") if written < longest else ""
    more = [
        (digit, (1 - stop) / len(allowed), _Said(state.digits + digit, None, 0))
        for digit in allowed
    ]
    if not written:
        return more
    return [(" ", stop, _Said("", tuple(_spoken(state.digits)), 0)), *more]
