"""Bytes to text: which encodings fit, and one sentence for what does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rnnviz.text import reading
from rnnviz.text.reading import TextError, decode_text, read_text

KOREAN = "나는 오늘 학교에 가고 내일은 할머니 집에 간다.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-32"])
def test_korean_is_read_in_every_encoding(encoding: str) -> None:
    assert decode_text(KOREAN.encode(encoding)).text == KOREAN


@pytest.mark.parametrize("mark", ["utf-16-be", "utf-32-be"])
def test_big_endian_marks_are_known(mark: str) -> None:
    assert decode_text("\ufeffab".encode(mark)).text == "ab"


def test_utf8_wins_over_cp949() -> None:
    assert decode_text("é is é".encode()).encoding == "utf-8"


def test_crlf_becomes_lf_and_is_counted() -> None:
    decoded = decode_text(b"a\r\nb\r\nc\rd\n")
    assert decoded.text == "a\nb\nc\nd\n"
    assert decoded.line_ends == (("CRLF", 2), ("CR", 1))
    assert decoded.words == "read as UTF-8; 2 CRLF and 1 CR became LF"


@pytest.mark.parametrize(
    ("end", "name"),
    [
        ("\r", "CR"),
        ("\r\n", "CRLF"),
        ("\r\r\n", "CR CR LF"),
        ("\x85", "NEL"),
        ("\f", "form feed"),
        ("\v", "VT"),
        ("\u2028", "line separator"),
        ("\u2029", "paragraph separator"),
    ],
)
def test_every_kind_of_line_end_becomes_lf(end: str, name: str) -> None:
    decoded = decode_text(f"one{end}two{end}three".encode())
    assert decoded.text == "one\ntwo\nthree"
    assert decoded.line_ends == ((name, 2),)


def test_no_line_end_is_left_but_lf() -> None:
    ends = ["\n", "\r", "\r\n", "\r\r\n", "\x85", "\f", "\v", "\u2028", "\u2029"]
    text = "a".join(first + second for first in ends for second in ends)
    decoded = decode_text(text.encode()).text
    assert decoded.splitlines(keepends=True) == re.findall("[^\n]*\n", decoded)
    assert decode_text(b"a\n\nb").line_ends == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"a", "1 character"),
        (b"\xef\xbb\xbf", "empty"),
        (b"ab\0cd", "NUL|UTF-16"),
        (b"\xff\xfe\xfd\xfc\xfb", "UTF-16-LE, but byte 0xFB at position 4, line 1, does not fit"),
        (b"caf\xe9 ol\xe9 \xff", r"is not UTF-8 \(byte 0xE9 at position 3, line 1\)"),
        (b"\xff\xfea\x00\x00\x00", "NUL"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(TextError, match=said) as caught:
        decode_text(data, "poem.txt")
    assert str(caught.value).startswith("poem.txt")
    assert "\n" not in str(caught.value)


def test_the_limit_holds_for_bytes_and_for_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert decode_text(b"a" * 10).text == "a" * 10
    with pytest.raises(TextError, match="11 bytes; at most 10"):
        decode_text(b"a" * 11)
    large = tmp_path / "large.txt"
    large.write_bytes(b"a" * 25)
    with pytest.raises(TextError, match="25 bytes; at most 10"):
        read_text(large)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextError, match=r"nothing\.txt cannot be read: No such file"):
        read_text(tmp_path / "nothing.txt")
    with pytest.raises(TextError, match="cannot be read"):
        read_text(tmp_path)
