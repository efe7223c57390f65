"""The encoding of an uploaded file: found, or chosen among likely ones."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, cache
from dashboard.train.upload import Upload
from rnnviz.text.encodings import KNOWN, Guess
from rnnviz.text.reading import DecodedText, EncodingError


def read_upload(upload: Upload) -> DecodedText | None:
    """The text of a file, once its encoding is certain or chosen; None until then.

    Args:
        upload: the file; what is chosen for one does not bind the next.

    Raises:
        TextError: it is no text.
    """
    try:
        found = cache.decoded(upload.key, None, False, upload.read)
    except EncodingError as error:
        encoding = _ask_among(upload.key, error)
        return None if encoding is None else _read(upload, encoding)
    if found.how != "korean":
        return found
    encoding = _ask(upload.key, (), "cp949")
    return found if encoding in ("cp949", None) else _read(upload, encoding)


def _ask_among(key: str, error: EncodingError) -> str | None:
    """The encoding where none is certain; that it is UTF-8 but for some bytes is no guess."""
    if error.guesses and error.guesses[0].encoding == "utf-8":
        return _ask(key, error.guesses, "utf-8")
    appearance.complain(error)
    return _ask(key, error.guesses, None)


def _ask(key: str, guesses: tuple[Guess, ...], likely: str | None) -> str | None:
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
        help="The file has no byte order mark and is not UTF-8, so it does not say how it is to "
        "be read. Beside each likely encoding stands a line as it would be read.",
    )


def _read(upload: Upload, encoding: str) -> DecodedText | None:
    try:
        return cache.decoded(upload.key, encoding, False, upload.read)
    except EncodingError as error:
        appearance.complain(error)
    replace = st.checkbox(
        "Replace what does not fit by U+FFFD",
        key=f"bad bytes of {upload.key} in {encoding}",
        persist_state="session",
    )
    return cache.decoded(upload.key, encoding, True, upload.read) if replace else None
