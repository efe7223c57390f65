"""What characters show: nothing shown may disturb its neighbours or get lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.text.layout import glyph

ANY_CHARACTER = st.characters(exclude_categories=())
DISTURBING = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(ANY_CHARACTER)
def test_shown_is_one_visible_shape(character: str) -> None:
    shown = glyph(character).shown
    assert shown == " " or shown.strip()
    assert unicodedata.category(shown[0])[0] not in "MC"
    assert not {unicodedata.category(each) for each in shown} & DISTURBING
    assert len(shown) == 1 or (shown[0] == "◌" and unicodedata.category(shown[1])[0] == "M")


@given(ANY_CHARACTER)
def test_columns_and_stand_ins(character: str) -> None:
    found = glyph(character)
    assert found.columns == 0 if character == "\t" else found.columns in (1, 2)
    assert found.stands_in == (found.shown != character)
    assert found.columns != 2 or (
        not found.stands_in and unicodedata.east_asian_width(character) in "WF"
    )
    assert found.name.startswith(f"U+{ord(character):04X}")
    assert not found.stands_in or len(found.name.split()) > 1


@given(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
def test_ascii_shows_as_itself(character: str) -> None:
    assert (glyph(character).shown, glyph(character).columns) == (character, 1)


@pytest.mark.parametrize(
    ("character", "shown", "columns"),
    [
        ("한", "한", 2),
        ("ㅏ", "ㅏ", 2),
        ("日", "日", 2),
        ("Ａ", "Ａ", 2),
        ("ｱ", "ｱ", 1),
        ("😀", "😀", 2),
        ("𝒜", "𝒜", 1),
        ("ع", "ع", 1),
        ("ש", "ש", 1),
        ("\n", "↵", 1),
        ("\t", "→", 0),
        ("\r", "␍", 1),
        ("\0", "␀", 1),
        ("\x7f", "␡", 1),
        ("\x85", "▫", 1),
        ("\u0301", "◌\u0301", 1),
        ("\u00a0", "␣", 1),
        ("\u3000", "␣", 1),
        ("\u2028", "▫", 1),
        ("\u200d", "▫", 1),
        ("\u202e", "▫", 1),
        ("\ufeff", "▫", 1),
        ("\u3164", "▫", 1),
        ("\ud800", "\ufffd", 1),
        ("\ue000", "\ufffd", 1),
    ],
)
def test_known_characters(character: str, shown: str, columns: int) -> None:
    assert (glyph(character).shown, glyph(character).columns) == (shown, columns)


def test_names_say_what_cannot_be_seen() -> None:
    assert glyph("\n").name == "U+000A LINE FEED"
    assert glyph("\u0301").name == "U+0301 COMBINING ACUTE ACCENT"
    assert glyph("\x01").name == "U+0001 CONTROL CHARACTER"
    assert glyph("\ud800").name == "U+D800 SURROGATE CODE POINT"


@pytest.mark.parametrize("given_", ["", "ab"])
def test_one_character_at_a_time(given_: str) -> None:
    with pytest.raises(ValueError, match="give exactly one"):
        glyph(given_)
