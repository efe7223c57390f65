"""Grammars of phrases: a slot offers phrases, each leads to the slot after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple


class Phrase(NamedTuple):
    """One of a slot's offers.

    Attributes:
        text: what is written.
        weight: how often, relative to the slot's other phrases.
        then: the slot that follows.
    """

    text: str
    weight: float
    then: str


Phrases = tuple[Phrase, ...]


class Place(NamedTuple):
    """Where in a grammar a text stands.

    Attributes:
        slot: the slot whose phrase is being written.
        written: the part of the phrase that stands already.
    """

    slot: str
    written: str = ""


def phrases(texts: Iterable[str], then: str, weight: float = 1.0) -> Phrases:
    """Phrases that share a weight equally and lead to the same slot.

    Example:
        >>> phrases(["a ", "b "], "end")
        (Phrase(text='a ', weight=0.5, then='end'), Phrase(text='b ', weight=0.5, then='end'))
    """
    texts = tuple(texts)
    return tuple(Phrase(text, weight / len(texts), then) for text in texts)


def spell(grammar: Mapping[str, Phrases], place: Place) -> tuple[tuple[str, float, Place], ...]:
    """What may be written next: character, probability, place after it.

    Phrases that begin alike are told apart only where they differ, so the text so far determines
    the place; no phrase of a slot may be the beginning of another.

    Raises:
        ValueError: one is.

    Example:
        >>> spell({"word": phrases(["tea", "ten"], "word")}, Place("word", "te"))
        (('a', 0.5, Place(slot='word', written='')), ('n', 0.5, Place(slot='word', written='')))
    """
    return tuple(
        (character, probability, Place(slot, written))
        for character, probability, slot, written in _following(
            grammar[place.slot], place.slot, place.written
        )
    )


@cache
def _following(
    offered: Phrases, slot: str, written: str
) -> tuple[tuple[str, float, str, str], ...]:
    matching = [phrase for phrase in offered if phrase.text.startswith(written)]
    total = sum(phrase.weight for phrase in matching)
    found = []
    for character in dict.fromkeys(p.text[len(written) : len(written) + 1] for p in matching):
        longer = written + character
        those = [phrase for phrase in matching if phrase.text.startswith(longer)]
        whole = [phrase for phrase in those if phrase.text == longer]
        if not character or (whole and len(those) > 1):
            raise ValueError(f"in slot {slot!r}, {longer!r} is a phrase and begins another.")
        share = sum(phrase.weight for phrase in those) / total
        after = (whole[0].then, "") if whole else (slot, longer)
        found.append((character, share, *after))
    return tuple(found)
