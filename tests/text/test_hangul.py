"""Jamo: those of Unicode, for every syllable, and nothing is lost on the way there and back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.text.alphabet import Alphabet
from rnnviz.text.hangul import decompose, letter, recompose, syllables
from rnnviz.text.reading import TextError

SYLLABLES = "".join(map(chr, range(0xAC00, 0xD7A4)))
JAMO = "".join(map(chr, range(0x1100, 0x1200)))  # archaic ones too
SYLLABLE = st.sampled_from(SYLLABLES)
OTHER = st.characters(codec=None).filter(lambda c: c not in JAMO)
KOREAN = "나는 그 집 앞을 지날 때마다 고개를 숙였다. 값을 읊는 닭, 뷁! ㅋㅋ\n"


def canonical(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_jamo_are_those_of_unicode() -> None:
    for syllable in SYLLABLES:
        assert decompose(syllable) == canonical(syllable)
    assert recompose(decompose(SYLLABLES)) == SYLLABLES


@given(st.text(SYLLABLE | OTHER))
def test_a_text_comes_back(text: str) -> None:
    """Any text, lone surrogates too; jamo as single characters are the only thing left out."""
    assert recompose(decompose(text)) == text


@given(st.text(SYLLABLE | st.sampled_from(JAMO) | OTHER))
def test_with_stray_jamo_nothing_read_is_lost(text: str) -> None:
    read = decompose(text)
    shown = recompose(read)
    assert decompose(shown) == read == decompose(read)
    assert recompose(shown) == shown == recompose(text)
    assert canonical(shown) == canonical(text)


@given(st.text(st.characters(codec=None, exclude_characters=SYLLABLES)))
def test_all_but_syllables_is_untouched(text: str) -> None:
    assert decompose(text) == text


def test_only_hangul_is_decomposed() -> None:
    text = "é Å ﷺ か゛が ① ㅎㅏㄴ ﾊﾟ"
    assert unicodedata.normalize("NFD", text) != text
    assert decompose(text) == recompose(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\u1100\u1161", "가"),
        ("\u1100\u1161\u11a8", "각"),
        ("가\u11a8", "각"),
        ("각\u11a8", "각\u11a8"),
        ("\u1100\u1100\u1161", "\u1100가"),
        ("\u1161\u11a8", "\u1161\u11a8"),
        ("\u1112\u119e\u11ab", "\u1112\u119e\u11ab"),
    ],
)
def test_jamo_that_form_no_syllable_stay(written: str, shown: str) -> None:
    """The last one is archaic: no modern syllable has its vowel."""
    assert recompose(written) == shown == unicodedata.normalize("NFC", written)


@given(st.text(SYLLABLE | st.sampled_from(JAMO) | OTHER))
def test_every_timestep_is_shown_once(text: str) -> None:
    read = decompose(text)
    spans = syllables(read)
    assert [place for start, end in spans for place in range(start, end)] == list(range(len(read)))
    shown = [recompose(read[start:end]) for start, end in spans]
    assert "".join(shown) == recompose(read)
    assert all(len(character) == 1 for character in shown)


def test_an_alphabet_of_syllables_changes_nothing() -> None:
    alphabet = Alphabet.of(KOREAN)
    assert alphabet.characters(KOREAN) == alphabet.shown(KOREAN) == KOREAN
    assert alphabet.vocabulary.characters == tuple(sorted(set(KOREAN)))


def test_an_alphabet_of_jamo_knows_syllables_it_never_saw() -> None:
    alphabet = Alphabet.of(KOREAN, "jamo")
    assert alphabet.vocabulary.characters == tuple(sorted(set(canonical(KOREAN))))
    ids = alphabet.encode("갑을 안다")
    assert "갑" not in KOREAN
    assert alphabet.shown(alphabet.vocabulary.decode(ids)) == "갑을 안다"
    with pytest.raises(TextError, match="HANGUL CHOSEONG KHIEUKH"):
        alphabet.encode("코")


def test_jamo_make_a_vocabulary_of_all_syllables_small() -> None:
    rare = Alphabet.of(SYLLABLES).vocabulary.rare
    assert rare is not None
    assert rare.distinct == 11_172 - 3_999
    assert len(Alphabet.of(SYLLABLES, "jamo").vocabulary) == 19 + 21 + 27


def test_an_unknown_way_to_read_hangul_is_refused() -> None:
    with pytest.raises(ValueError, match="hangul is 'letters'; it must be one of syllables, jamo"):
        Alphabet.of(KOREAN, "letters")  # type: ignore[arg-type]


def test_every_jamo_has_the_letter_that_unicode_names_it_after() -> None:
    kinds = {"CHOSEONG ": range(0x1100, 0x1113), "JUNGSEONG ": range(0x1161, 0x1176)}
    kinds["JONGSEONG "] = range(0x11A8, 0x11C3)
    for kind, codes in kinds.items():
        for code in codes:
            shown = letter(chr(code))
            assert shown is not None
            name = unicodedata.name(chr(code)).replace(kind, "LETTER ")
            assert unicodedata.name(shown) == name
