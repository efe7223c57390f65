"""Quoted speech in lines of about the same length."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.corpora.languages.automaton import Automaton
from rnnviz.corpora.languages.phrases import Phrase, Phrases, Place, phrases, spell

WIDTH = 40

_NAMES = ("Anna", "Ruth", "Tom", "Edwin")
_ROLES = ("miller", "captain", "widow", "doctor", "lamplighter")
_TELLING = ("said", "asked", "whispered", "answered", "cried")
_DOING = ("opened", "found", "hid", "carried", "lost", "mended")
_SPEAKERS = ("I", "You", "We", "Nobody", "They")
_MODALS = ("will", "must", "may", "cannot", "should")
_VERBS = ("open", "find", "hide", "carry", "lose", "mend")
_ADJECTIVES = ("red", "silver", "broken", "wooden", "old")
_NOUNS = ("key", "door", "lamp", "boat", "letter", "clock", "window")


def _object(slot: str, articles: tuple[str, ...], ends: Phrases) -> dict[str, Phrases]:
    """Slots for an article, perhaps an adjective, and a noun with what ends the sentence."""
    nouns = tuple(
        Phrase(noun + end.text, end.weight / len(_NOUNS), end.then)
        for noun in _NOUNS
        for end in ends
    )
    return {
        f"{slot} article": phrases((f"{word} " for word in articles), f"{slot} noun"),
        f"{slot} noun": phrases((f"{word} " for word in _ADJECTIVES), f"{slot} bare noun", 0.5)
        + tuple(Phrase(p.text, p.weight / 2, p.then) for p in nouns),
        f"{slot} bare noun": nouns,
    }


GRAMMAR: dict[str, Phrases] = {
    "teller": phrases((f"{name} " for name in _NAMES), "telling", 0.6)
    + phrases(("The ",), "role", 0.4),
    "role": phrases((f"{role} " for role in _ROLES), "telling"),
    "telling": phrases((f'{verb}, "' for verb in _TELLING), "speaker", 0.6)
    + phrases((f"{verb} " for verb in _DOING), "told article", 0.4),
    **_object("told", ("the", "a", "his", "her"), (Phrase(". ", 1.0, "teller"),)),
    "speaker": phrases((f"{word} " for word in _SPEAKERS), "modal"),
    "modal": phrases((f"{word} " for word in _MODALS), "verb"),
    "verb": phrases((f"{word} " for word in _VERBS), "spoken article"),
    **_object(
        "spoken",
        ("the", "my", "your", "this"),
        phrases((f"{mark} " for mark in ".!?"), "speaker", 0.55)
        + phrases((f'{mark}" ' for mark in ".!?"), "teller", 0.45),
    ),
}


class _Written(NamedTuple):
    place: Place
    inside: bool
    column: int


def quotes(width: int = WIDTH) -> Automaton:
    r"""Narration and quoted speech; the first space from column `width` on is a line break.

    Inside and outside quotes objects have the same adjectives and nouns, but only inside may
    ! and ? and a closing quote follow. The line breaks leave nothing to chance: they come where
    the column says.

    Truth:
        inside_quote: 1 from an opening quote mark up to the character before the closing one.
        column: characters since the last line break.

    Example:
        >>> print(quotes().generate(123, seed=3).text)
        Anna said, "You cannot mend my lamp!" The
        lamplighter cried, "You cannot lose this
        old door." Edwin whispered, "They should
    """

    def follow(state: _Written) -> list[tuple[str, float, _Written]]:
        return [
            (shown, probability, _after(state, shown, place))
            for character, probability, place in spell(GRAMMAR, state.place)
            for shown in ["\n" if character == " " and state.column >= width else character]
        ]

    return Automaton.explore(
        _Written(Place("teller"), False, 0),
        follow,
        {"inside_quote": lambda s: int(s.inside), "column": lambda s: s.column},
    )


def _after(state: _Written, shown: str, place: Place) -> _Written:
    column = 0 if shown == "\n" else state.column + 1
    return _Written(place, state.inside != (shown == '"'), column)
