"""The encoding of an uploaded file: found, or chosen among likely ones."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance
from dashboard.train import texts
from dashboard.train.upload import Upload
from rnnviz.text.encodings import KNOWN, Guess
from rnnviz.text.reading import DecodedText, EncodingError, TextError

_UNTOLD = (
    "The file has no byte order mark and is not UTF-8, so it does not say how it is to be read. "
    "Beside each likely encoding stands a line as it would be read."
)
_NEARLY = "All of the file is UTF-8 but for what is named below; another encoding can be chosen."
_KOREAN = (
    "The file has no byte order mark and is not UTF-8, but in CP949 all of it is Korean as it is "
    "written, so CP949 was taken; another encoding can be chosen."
)


def read_upload(upload: Upload) -> DecodedText | None:
    """The text of a file, once its encoding is certain or chosen; None until then.

    Args:
        upload: the file; what is chosen for one does not bind the next.

    Raises:
        TextError: it is no text.
    """
    found = texts.found_reading(upload.key, upload.read)
    if isinstance(found, EncodingError):
        encoding = _ask_among(upload.key, found)
        return None if encoding is None else _read(upload, encoding)
    if _text(found).how != "korean":
        return _text(found)
    encoding = _ask(upload.key, (), "cp949", _KOREAN)
    return _text(found) if encoding in ("cp949", None) else _read(upload, encoding)


def _ask_among(key: str, error: EncodingError) -> str | None:
    """The encoding where none is certain; that it is UTF-8 but for some bytes is no guess."""
    if error.guesses and error.guesses[0].encoding == "utf-8":
        return _ask(key, error.guesses, "utf-8", _NEARLY)
    appearance.complain(error)
    return _ask(key, error.guesses, None, _UNTOLD)


def _ask(key: str, guesses: tuple[Guess, ...], likely: str | None, why: str) -> str | None:
    """The encoding a person takes the file for; of a mere guess nothing is chosen beforehand."""
    lines = {guess.encoding: guess.line for guess in guesses}
    options = list(dict.fromkeys([*lines, *KNOWN]))

    def named(encoding: str) -> str:
        line = lines.get(encoding, "")
        return f"{KNOWN[encoding]}: {line}" if line else KNOWN[encoding]

    return st.selectbox(
        "Read the file as",
        options,
        index=None if likely is None else options.index(likely),
        format_func=named,
        key=f"encoding of {key}",
        persist_state="session",
        placeholder="Choose the reading that makes sense; the likeliest stand first",
        help=why,
    )


def _read(upload: Upload, encoding: str) -> DecodedText | None:
    found = texts.chosen_reading(upload.key, encoding, False, upload.read)
    if not isinstance(found, EncodingError):
        return _text(found)
    appearance.complain(found)
    replace = st.checkbox(
        "Replace what does not fit by U+FFFD",
        key=f"bad bytes of {upload.key} in {encoding}",
        persist_state="session",
    )
    return _text(texts.chosen_reading(upload.key, encoding, True, upload.read)) if replace else None


def _text(found: DecodedText | TextError) -> DecodedText:
    """What was found, where it is a text."""
    if isinstance(found, TextError):
        raise found
    return found
