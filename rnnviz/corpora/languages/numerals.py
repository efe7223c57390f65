"""Numbers, in digits and then in Korean words."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.corpora.languages.automaton import Automaton
from rnnviz.text.korean_numbers import korean_syllables


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
    return [(" ", stop, _Said("", tuple(korean_syllables(int(state.digits))), 0)), *more]
