"""Composed and decomposed letters meet, and what a network never saw is named."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.text.alphabet import Alphabet
from rnnviz.text.composition import composed
from rnnviz.text.reading import TextError

TEXTS = [
    "Les élèves étaient déçus.",
    "한국어를 배우는 신경망",
    "Tối qua có người",
    "βιβλίο",
    "がぎぐ",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("learned", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_what_is_typed_meets_what_was_learned(text: str, learned: str, typed: str) -> None:
    own = unicodedata.normalize(learned, text)
    assert Alphabet.of(own).characters(unicodedata.normalize(typed, text)) == own


def test_a_network_that_knows_both_spellings_reads_each_as_it_is() -> None:
    both = "é" + "e\u0301"
    assert Alphabet.of(both).characters(both) == both


def test_a_mixture_is_spelt_letter_by_letter() -> None:
    alphabet = Alphabet.of("aé" + "o\u0301")
    assert alphabet.characters("e\u0301" + "ó") == "é" + "o\u0301"
    assert alphabet.characters("ú") == "ú"


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_the_text_that_was_learned_is_never_respelt(text: str) -> None:
    assert Alphabet.of(text).characters(text) == text
    assert Alphabet.of(text).known(text) == (text, {})


@pytest.mark.parametrize("text", TEXTS)
def test_composing_says_how_much_shorter_a_text_becomes(text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    assert composed(apart) == (text, len(apart) - len(text))
    assert composed(text) == (text, 0)


def test_unknown_characters_are_named_with_their_places() -> None:
    alphabet = Alphabet.of("hello")
    assert alphabet.known("help, hero") == ("helheo", {"p": 3, ",": 4, " ": 5, "r": 8})
    with pytest.raises(TextError, match=r"'p' .* at position 3 .* \(nor are 2 others\)"):
        alphabet.encode("help, peep, lo")
