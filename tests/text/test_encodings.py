"""Encodings that nothing tells: the right one is guessed, none is taken without certainty."""

from __future__ import annotations

import random
from functools import cache
from itertools import product

import numpy as np
import pytest

from rnnviz.text.encodings import KNOWN, Guess, guesses
from rnnviz.text.reading import EncodingError, TextError, codec_name, decode_text
from tests.text.sentences import SENTENCES, WIDE, fitted, texts_of

PAIRS = [
    (language, encoding) for language in SENTENCES for encoding in (*SENTENCES[language][0], *WIDE)
]


@cache
def place_of(text: str, data: bytes) -> int:
    """Where the right reading stands among the guesses; -1 if the text is taken without asking."""
    try:
        taken = decode_text(data)
    except EncodingError as error:
        likely = [each.encoding for each in error.guesses[:2]]
        readings = [decode_text(data, encoding=each, replace=True).text for each in likely]
        return [*readings, text].index(text)
    assert taken.text == text, f"{taken.encoding} was taken, silently wrong"
    return -1


def test_the_texts_are_of_more_than_twenty_encodings() -> None:
    assert len({encoding for _, encoding in PAIRS}) > 40


@pytest.mark.parametrize("language", SENTENCES)
def test_the_right_reading_is_the_first_guess_or_the_second(language: str) -> None:
    for encoding, text in product((*SENTENCES[language][0], *WIDE), texts_of(language)):
        written = fitted(text, encoding)
        assert place_of(written, written.encode(encoding)) < 2, (encoding, text)


def test_it_is_nearly_always_the_first() -> None:
    places = [
        place_of(fitted(text, encoding), fitted(text, encoding).encode(encoding))
        for language, encoding in PAIRS
        for text in texts_of(language)
    ]
    assert np.mean(np.array(places) <= 0) > 0.98


@pytest.mark.parametrize("encoding", KNOWN)
def test_nothing_is_taken_silently_that_is_something_else(encoding: str) -> None:
    """Every sentence in every encoding that can write it, and so in its own worst company."""
    for language in SENTENCES:
        for text in texts_of(language):
            try:
                data = text.encode(encoding)
                taken = decode_text(data)
            except (UnicodeEncodeError, TextError):
                continue
            assert taken.text == text.replace("\r", "\n"), (language, taken.encoding)


def test_korean_beyond_doubt_is_taken_without_asking() -> None:
    for text in texts_of("Korean"):
        taken = decode_text(text.encode("cp949"))
        assert (taken.text, taken.encoding, taken.how) == (text, "cp949", "korean")


@pytest.mark.parametrize("text", ["가나다", "비가 온다", "朝鮮國과 大韓民國의 歷史"])
def test_a_few_words_or_chinese_characters_are_not_beyond_doubt(text: str) -> None:
    with pytest.raises(EncodingError) as caught:
        decode_text(text.encode("cp949"))
    assert text in [guess.line for guess in caught.value.guesses[:2]]


def test_korean_with_a_line_of_something_else_is_not_beyond_doubt() -> None:
    """However small a part it is."""
    korean = ("\n".join(texts_of("Korean")) * 400).encode("cp949")
    for language, encoding in (("Simplified Chinese", "gb2312"), ("Japanese", "euc_jp")):
        mixed = korean + b"\n" + texts_of(language)[0].encode(encoding) + b"\n" + korean
        with pytest.raises(EncodingError) as caught:
            decode_text(mixed)
        assert caught.value.guesses[0].encoding == "cp949"


@pytest.mark.parametrize("words", ["It’s late", "the “Come in” sign", "“안녕하세요”", "créée"])
def test_a_few_words_of_windows_1252_in_a_large_korean_file_are_seen(words: str) -> None:
    """They are valid CP949, and turn into Hangul that nobody wrote."""
    korean = ("\n".join(texts_of("Korean")) * 400).encode("cp949")
    pieces = [piece.encode("cp949" if "가" <= piece <= "힣" else "cp1252") for piece in words]
    mixed = korean + b"\n" + b"".join(pieces) + b"\n" + korean
    with pytest.raises(EncodingError) as caught:
        decode_text(mixed)
    assert caught.value.guesses[0].encoding == "cp949"


def test_korean_with_one_bad_byte_is_a_guess() -> None:
    data = texts_of("Korean")[-1].encode("cp949") + b"\xff\n"
    with pytest.raises(EncodingError) as caught:
        decode_text(data)
    assert caught.value.guesses[0].encoding == "cp949"
    with pytest.raises(EncodingError, match=r"byte 0xFF at position [\d,]+, line 5, does not fit"):
        decode_text(data, encoding="cp949")
    assert decode_text(data, encoding="cp949", replace=True).bad_bytes == 1


def test_what_is_rare_in_a_long_text_is_seen() -> None:
    """One curly quote in the middle of a megabyte, and one bad byte in UTF-8."""
    line = b"The lamp was lit and the boat was late again.\n"
    data = line * 10_000 + "It’s late, isn’t it?\n".encode("cp1252") + line * 10_000
    with pytest.raises(EncodingError) as caught:
        decode_text(data)
    assert decode_text(data, encoding=caught.value.guesses[0].encoding).text.count("’") == 2


@pytest.mark.parametrize("language", ["Korean", "Japanese", "Simplified Chinese", "Russian"])
def test_a_long_text_without_line_ends_is_cut_between_characters(language: str) -> None:
    encoding = SENTENCES[language][0][0]
    text = "".join(texts_of(language)[:-1]) * 300
    assert place_of(text, text.encode(encoding)) < 1


def test_one_bad_byte_in_utf8_is_named_with_its_place() -> None:
    data = ("Ça va très bien.\n" * 3000).encode() + b"caf\xe9\n" + "été\n".encode() * 3000
    place = data.index(b"\xe9\n")
    with pytest.raises(EncodingError, match=f"0xE9 at position {place:,}, line 3,001, does"):
        decode_text(data)
    replaced = decode_text(data, replace=True)
    assert (replaced.encoding, replaced.bad_bytes) == ("utf-8", 1)
    assert "caf\ufffd\n" in replaced.text
    assert "1 bad byte became U+FFFD" in replaced.words


def test_bytes_that_are_no_text_have_no_likely_reading() -> None:
    data = random.Random(5).randbytes(20_000)
    assert guesses(data) == []
    with pytest.raises(TextError, match="plain text file"):
        decode_text(data.replace(b"\0", b"\1"))
    with pytest.raises(TextError, match="NUL characters, the first at position 4, line 2"):
        decode_text(b"abc\n\0 and more of it")
    with pytest.raises(TextError, match="NUL characters, the first at position 0") as refused:
        decode_text(b"\0" + "Où est le café ?\n".encode("cp1252") * 9)
    assert not isinstance(refused.value, EncodingError)  # no encoding is offered first


def test_ascii_with_the_signs_of_other_encodings_stays_ascii() -> None:
    log = "\x1b[31mred\x1b(B and 5 ~{ 6 }\n" * 20
    assert decode_text(log.encode()).text == log


def test_guesses_say_what_a_person_needs_to_choose() -> None:
    first: Guess = guesses("Plain\n“Come in,” he said.\n".encode("cp1252"))[0]
    assert first.title == "Windows-1252, Western European"
    assert first.line == "“Come in,” he said."


def test_an_unknown_encoding_is_named() -> None:
    for name in ("klingon", "hex", "a\0b"):
        with pytest.raises(TextError, match="not known; UTF-8, CP949"):
            codec_name(name)
