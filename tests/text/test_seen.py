"""What a person sees as one character, and the losses that follow from it."""

from __future__ import annotations

import unicodedata

import pytest

from rnnviz.text.hangul import decompose
from rnnviz.text.seen import Seen, may_join, seen_characters

KOREAN = "닭이 없다! ㅋㅋ, 꿺\n"
ACCENTS = "déjà vu, Ångström"


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("", 0),
        ("to be\n", 6),
        (KOREAN, len(KOREAN)),
        (decompose(KOREAN), len(KOREAN)),
        (unicodedata.normalize("NFD", ACCENTS), len(ACCENTS)),
        ("👩\u200d👩\u200d👧👍🏽", 2),
        ("🇰🇷🇫🇷🇰", 3),
        ("नि", 1),
        ("\u1161\u11a8", 2),
        ("\u0301a", 2),
    ],
)
def test_characters_are_counted_as_they_are_seen(text: str, characters: int) -> None:
    assert seen_characters(text) == characters
    assert may_join(set(text)) or characters == len(text)


def test_a_loss_is_that_of_the_held_out_part_shared_among_what_is_seen_there() -> None:
    read = "a" * 9_001 + decompose("각") * 333
    assert Seen.of(read) == Seen(1_000, 334)
    assert Seen.of(read).loss(0.5) * 334 == pytest.approx(0.5 * 1_000)
    assert Seen.of(decompose("각가")) == Seen(5, 2)
    assert Seen.of("to be").words == Seen(10_001, 10_000).words == ""
    assert "2.500 characters of its own for each" in Seen(5, 2).words
