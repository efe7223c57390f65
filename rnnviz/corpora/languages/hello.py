"""The smallest language: one word again and again."""

from __future__ import annotations

from rnnviz.corpora.languages.automaton import Automaton

WORD = "hello "


def hello(word: str = WORD) -> Automaton:
    r"""A word repeated: nothing is left to chance, so the floor is 0.

    Truth:
        letter: which letter of the word was read, from 1; the last (a space) counts too.

    Example:
        >>> made = hello().generate(8)
        >>> made.text, made.truth["letter"].tolist()
        ('hello he', [1, 2, 3, 4, 5, 6, 1, 2])
    """
    return Automaton.explore(
        0,
        lambda place: [(word[place], 1.0, (place + 1) % len(word))],
        {"letter": lambda place: place or len(word)},
    )
