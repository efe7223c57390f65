"""Nested brackets of several kinds."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.corpora.languages.automaton import Automaton

KINDS = ("()", "[]", "{}")


class _Nested(NamedTuple):
    """The kinds of the open brackets, outermost first, and whether the line has begun."""

    stack: tuple[int, ...]
    begun: bool


def brackets(
    kinds: tuple[str, ...] = KINDS, deepest: int = 4, opening: float = 0.45, more: float = 0.7
) -> Automaton:
    r"""Lines of groups; every bracket is closed by its own kind, at most `deepest` are open.

    Inside brackets another opens with probability `opening`, all kinds alike, unless `deepest`
    are open; else the last one closes. After a group the line goes on with probability `more`.

    Truth:
        depth: how many brackets are open.
        innermost: kind of the last open one, from 1 in the order of `kinds`; 0 where none is.

    Example:
        >>> print(brackets().generate(35, seed=3).text)
        ()
        ()()
        {}[{}(){}]
        [{{}()}(){}{}()]
    """

    def opened(state: _Nested, probability: float) -> list[tuple[str, float, _Nested]]:
        return [
            (kind[0], probability / len(kinds), _Nested((*state.stack, number), True))
            for number, kind in enumerate(kinds)
        ]

    def follow(state: _Nested) -> list[tuple[str, float, _Nested]]:
        if not state.begun:
            return opened(state, 1.0)
        if not state.stack:
            return [*opened(state, more), ("\n", 1 - more, _Nested((), False))]
        chance = opening if len(state.stack) < deepest else 0.0
        closing = (kinds[state.stack[-1]][1], 1 - chance, _Nested(state.stack[:-1], True))
        return [closing, *(opened(state, chance) if chance else [])]

    return Automaton.explore(
        _Nested((), False),
        follow,
        {
            "depth": lambda s: len(s.stack),
            "innermost": lambda s: s.stack[-1] + 1 if s.stack else 0,
        },
    )
