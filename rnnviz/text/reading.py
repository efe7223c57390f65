"""Bytes to text: encodings, line ends, limits, and one clear sentence for what cannot be read."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rnnviz.notation import counted, listed
from rnnviz.text.lines import ended_by_lf

if TYPE_CHECKING:
    from rnnviz.text.encodings import Guess

MAX_BYTES = 100_000_000
MIN_CHARACTERS = 2

_CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\x1b"})
_BAD, _LF = "\N{REPLACEMENT CHARACTER}", "\n"

PLAINLY = "read as UTF-8"  # what `DecodedText.words` says of most texts

How = Literal["mark", "utf-8", "korean", "chosen"]

_WHY: dict[How, str] = {
    "mark": ", by its byte order mark",
    "utf-8": "",
    "korean": ", as it is Korean beyond doubt",
    "chosen": ", as chosen",
}

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


class EncodingError(TextError):
    """Bytes that do not fit the encoding they were read in, or that do not say theirs.

    Attributes:
        guesses: likely readings, the likeliest first; empty where an encoding was chosen.
    """

    def __init__(self, message: str, guesses: Sequence[Guess] = ()) -> None:
        super().__init__(message)
        self.guesses = tuple(guesses)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was done to the bytes of a file, or to a text, before a network learns from it.

    Attributes:
        encoding: of the file; None where there is none, or it is not known.
        bad_bytes: how many places fitted no character and became U+FFFD.
        composed: how many characters fewer there are since letters and their marks became one.

    Example:
        >>> Reading("cp949", bad_bytes=2, composed=30).words
        'read as CP949, 2 bad bytes became U+FFFD, letters composed with their marks (NFC)'
    """

    encoding: str | None = None
    bad_bytes: int = 0
    composed: int = 0

    @property
    def words(self) -> str:
        """In words; "" where there is nothing to say."""
        said = [f"read as {self.encoding.upper()}"] if self.encoding else []
        if self.bad_bytes:
            said.append(f"{counted(self.bad_bytes, 'bad byte')} became U+FFFD")
        if self.composed:
            said.append("letters composed with their marks (NFC)")
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text and how it was read.

    Attributes:
        text: the characters, lines ending in LF.
        encoding: the encoding that fitted the bytes.
        how: what told it: a byte order mark, that all is UTF-8, that it is Korean beyond doubt,
            or a person.
        line_ends: which others became LF, and how many of each.
        bad_bytes: how many places fitted no character and became U+FFFD, where that was asked.
    """

    text: str
    encoding: str
    how: How
    line_ends: tuple[tuple[str, int], ...] = ()
    bad_bytes: int = 0

    @property
    def reading(self) -> Reading:
        """What a run keeps of it."""
        return Reading(self.encoding, self.bad_bytes)

    @property
    def words(self) -> str:
        r"""How it was read.

        Example:
            >>> decode_text(b"to be\r\nor not").words
            'read as UTF-8; 1 CRLF became LF'
        """
        said = [f"read as {self.encoding.upper()}{_WHY[self.how]}"]
        if self.bad_bytes:
            said.append(f"{counted(self.bad_bytes, 'bad byte')} became U+FFFD")
        if self.line_ends:
            counts = listed(f"{count:,} {name}" for name, count in self.line_ends)
            said.append(f"{counts} became LF")
        return "; ".join(said)


def decode_text(
    data: bytes, name: str = "the text", encoding: str | None = None, *, replace: bool = False
) -> DecodedText:
    r"""The text in `data`: by its byte order mark, else strict UTF-8, else CP949 if it is certain.

    Nothing is ever read as something it may not be: what has no mark and is not UTF-8 must be
    Korean beyond doubt (`encodings.is_certain_korean`), or its encoding must be named.

    Args:
        data: the bytes of a file, at most 100 MB.
        name: how an error message calls them.
        encoding: the one to read them in; None looks for it.
        replace: read what does not fit as U+FFFD, instead of refusing it.

    Raises:
        TextError: too large, empty, or binary.
        EncodingError: its encoding is not certain, or bytes do not fit it.

    Example:
        >>> decode_text(b"to be\r\nor not").text
        'to be\nor not'
        >>> decode_text("caf\xe9 no\xebl".encode("cp1252"), encoding="cp1252").text
        'café noël'
    """
    if len(data) > MAX_BYTES:
        raise TextError(
            f"{name} has {len(data):,} bytes; at most {MAX_BYTES:,} are read. Give a part of it."
        )
    text, encoding, how, bad = _read(data, name, encoding, replace)
    if "\0" in text:
        raise TextError(_binary(text, name))
    text, line_ends = ended_by_lf(text)
    return DecodedText(check_text(text, name), encoding, how, line_ends, bad)


def read_text(path: Path, encoding: str | None = None, *, replace: bool = False) -> DecodedText:
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
    return decode_text(data, str(path), encoding, replace=replace)


def check_text(text: str, name: str = "the text") -> str:
    """The same text, if a network can learn from it: at least two characters.

    Raises:
        TextError: it is shorter.
    """
    if len(text) < MIN_CHARACTERS:
        given = "is empty" if not text else "has 1 character"
        raise TextError(f"{name} {given}; at least {MIN_CHARACTERS} characters are needed.")
    return text


def _read(data: bytes, name: str, encoding: str | None, replace: bool) -> tuple[str, str, How, int]:
    """The text, its encoding, what told it, and how many places became U+FFFD."""
    marked, skip = _mark(data)
    if encoding is not None:
        chosen = codec_name(encoding)
        text, bad = _decoded(data, chosen, skip if chosen == marked else 0, name, replace)
        return text, chosen, "chosen", bad
    if marked is not None:
        text, bad = _decoded(data, marked, skip, name, replace)
        return text, marked, "mark", bad
    if (plain := _utf8(data)) is not None and _is_plain(data):
        return plain, "utf-8", "utf-8", 0
    return _guessed(data, name, plain, replace)


def codec_name(encoding: str) -> str:
    """The name Python has for an encoding of text.

    Raises:
        TextError: there is none of that name.

    Example:
        >>> codec_name("Windows-1252"), codec_name("SJIS")
        ('cp1252', 'shift_jis')
    """
    try:
        b"text".decode(encoding, "ignore")
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise TextError(
            f"the encoding is {encoding!r}, which is not known; UTF-8, CP949, CP1252, GB18030, "
            "Big5, Shift_JIS, EUC-JP, UTF-16-LE, CP1251 and KOI8-R are some that are."
        ) from error


def _mark(data: bytes) -> tuple[str | None, int]:
    """The encoding a byte order mark tells, and the mark's length."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    return None, 0


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _is_plain(data: bytes) -> bool:
    """Whether nothing in bytes that are UTF-8 may be meant as something else."""
    from rnnviz.text.encodings import switches

    has_controls = len(data.translate(None, _CONTROLS)) < len(data)  # as most UTF-16 has
    return not has_controls and not (data.isascii() and switches(data))


def _guessed(data: bytes, name: str, plain: str | None, replace: bool) -> tuple[str, str, How, int]:
    """The text where that is beyond doubt; `plain` is the one in UTF-8, if there is one."""
    from rnnviz.text.encodings import guesses, is_certain_korean

    ranked = guesses(data)
    if plain is not None and (not ranked or ranked[0].encoding == "utf-8"):
        return plain, "utf-8", "utf-8", 0
    if not ranked:
        raise TextError(_binary(data.decode("latin-1"), name))
    if ranked[0].encoding == "utf-8":
        if not replace:
            raise EncodingError(_misfit(data, name, "utf-8"), ranked)
        text, bad = _replaced(data, "utf-8")
        return text, "utf-8", "utf-8", bad
    if is_certain_korean(ranked) and (korean := _korean(data)) is not None:
        return korean, "cp949", "korean", 0
    titles = " or ".join(guess.title for guess in ranked[:2])
    not_utf8 = "" if plain is not None else f"is not UTF-8 ({_bad_byte(data, 'utf-8')}) and "
    raise EncodingError(
        f"{name} {not_utf8}does not say in which encoding it is; it looks like {titles}. Say "
        "which one it is.",
        ranked,
    )


def _korean(data: bytes) -> str | None:
    """The text in CP949; None if some of it does not fit, or is in another language."""
    from rnnviz.text.encodings import is_korean_throughout

    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return None
    return text if is_korean_throughout(text) else None


def _decoded(data: bytes, encoding: str, skip: int, name: str, replace: bool) -> tuple[str, int]:
    try:
        return codecs.decode(memoryview(data)[skip:], encoding), 0
    except UnicodeError as error:
        if replace:
            return _replaced(data[skip:], encoding)
        raise EncodingError(_misfit(data, name, encoding)) from error


def _replaced(data: bytes, encoding: str) -> tuple[str, int]:
    text = data.decode(encoding, "replace")
    return text, text.count(_BAD) - data.decode(encoding, "ignore").count(_BAD)


def _misfit(data: bytes, name: str, encoding: str) -> str:
    return (
        f"{name} is taken for {encoding.upper()}, but {_bad_byte(data, encoding)}, does not fit. "
        "Have what does not fit replaced, or name another encoding."
    )


def _bad_byte(data: bytes, encoding: str) -> str:
    """The first byte that does not fit, and where it stands."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        before, _ = ended_by_lf(data[: error.start].decode(encoding, "replace"))
        line = before.count(_LF) + 1
        return f"byte 0x{data[error.start]:02X} at position {error.start:,}, line {line:,}"
    except UnicodeError:
        pass
    return "some of it"


def _binary(text: str, name: str) -> str:
    if (place := text.find("\0")) < 0:
        return f"{name} is in no encoding of text that is known here; give a plain text file."
    line = text.count(_LF, 0, place) + 1
    return (
        f"{name} holds NUL characters, the first at position {place:,}, line {line:,}, so it is "
        "binary; give a plain text file."
    )
