"""Counting: as many b as there were a."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.corpora.languages.automaton import Automaton


class _Counted(NamedTuple):
    """How many a are still to be answered, and whether a b has been written."""

    unanswered: int
    answering: bool


def counting(longest: int = 9) -> Automaton:
    r"""Lines a...ab...b with n of each, n drawn evenly from 1 to `longest`.

    Only where the a end is left to chance: the floor is ln(longest) / (longest + 2).

    Truth:
        unanswered: how many a were read and not yet answered by a b.
        answering: 1 once the line has a b, up to its end.

    Example:
        >>> print(counting().generate(47, seed=3).text)
        aabb
        aaaaaaaabbbbbbbb
        aaabbb
        aaaaaaaaabbbbbbbbb
    """

    def follow(state: _Counted) -> list[tuple[str, float, _Counted]]:
        n = state.unanswered
        if state.answering:
            after = _Counted(n - 1, True) if n else _Counted(0, False)
            return [("b" if n else "\n", 1.0, after)]
        more = ("a", 1.0, _Counted(n + 1, False))
        if n == 0:
            return [more]
        stop = 1 / (longest - n + 1)
        turn = ("b", stop, _Counted(n - 1, True))
        return [turn] if n == longest else [("a", 1 - stop, more[2]), turn]

    return Automaton.explore(
        _Counted(0, False),
        follow,
        {"unanswered": lambda s: s.unanswered, "answering": lambda s: int(s.answering)},
    )
