"""Bytes to text: encodings, limits, and one clear sentence for what cannot be read."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 100_000_000
MIN_CHARACTERS = 2

# The 32-bit marks begin with the 16-bit ones, so they are looked for first.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class TextError(ValueError):
    """A text that cannot be used; the message says what was given and what to do."""


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text and how it was read.

    Attributes:
        text: the characters, lines ending in LF.
        encoding: the encoding that fitted the bytes.
        replaced_line_ends: how many CRLF became LF.
    """

    text: str
    encoding: str
    replaced_line_ends: int


def decode_text(data: bytes, name: str = "the text") -> DecodedText:
    r"""The text in `data`: by its byte order mark, else strict UTF-8, else CP949 (Korean).

    Args:
        data: the bytes of a file, at most 100 MB.
        name: how an error message calls them.

    Raises:
        TextError: too large, empty, binary, or in no encoding that is read here.

    Example:
        >>> decode_text(b"to be\r\nor not").text
        'to be\nor not'
        >>> decode_text("가나다".encode("cp949")).encoding
        'cp949'
    """
    if len(data) > MAX_BYTES:
        raise TextError(
            f"{name} has {len(data):,} bytes; at most {MAX_BYTES:,} are read. Give a part of it."
        )
    text, encoding = _decode(data, name)
    crlf = text.count("\r\n")
    if crlf:
        text = text.replace("\r\n", "\n")
    return DecodedText(check_text(text, name), encoding, crlf)


def read_text(path: Path) -> DecodedText:
    """The text in a file; see `decode_text`.

    Raises:
        TextError: the file cannot be opened, or holds no usable text.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
            size = max(len(data), path.stat().st_size)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TextError(f"{path} cannot be read: {reason}. Give a text file.") from error
    if size > MAX_BYTES:
        raise TextError(
            f"{path} has {size:,} bytes; at most {MAX_BYTES:,} are read. Give a part of it."
        )
    return decode_text(data, str(path))


def check_text(text: str, name: str = "the text") -> str:
    """The same text, if a network can learn from it: at least two characters.

    Raises:
        TextError: it is shorter.
    """
    if len(text) < MIN_CHARACTERS:
        given = "is empty" if not text else "has 1 character"
        raise TextError(f"{name} {given}; at least {MIN_CHARACTERS} characters are needed.")
    return text


def _decode(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strict(data, len(mark), encoding, name), encoding
    if b"\0" in data:
        raise TextError(f"{name} holds NUL bytes, so it is binary; give a plain text file.")
    for encoding in ("utf-8", "cp949"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise TextError(f"{name} is neither UTF-8 nor CP949 text; save it as UTF-8 and give it again.")


def _strict(data: bytes, skip: int, encoding: str, name: str) -> str:
    try:
        text = codecs.decode(memoryview(data)[skip:], encoding)
    except UnicodeDecodeError as error:
        raise TextError(
            f"{name} begins with the mark of {encoding.upper()} but byte {error.start + skip:,} "
            "does not fit it; save it as UTF-8 and give it again."
        ) from error
    if "\0" in text:
        raise TextError(f"{name} holds NUL characters, so it is binary; give a plain text file.")
    return text
