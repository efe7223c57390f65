"""Choosing a text: one of the samples, a file, or words typed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import streamlit as st

from dashboard import appearance, cache, state
from rnnviz.corpora.sample_files import SAMPLE_FILES, SampleFile
from rnnviz.text.reading import MAX_BYTES, TextError, check_text
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import MIN_CHARACTERS_TO_HOLD_OUT

_SAMPLE, _FILE, _TYPED = "A sample text", "Your file", "Your words"
_FIRST_LINES, _FIRST_CHARACTERS = 14, 1200


@dataclass(frozen=True, slots=True)
class ChosenText:
    """A text that can be trained on.

    Attributes:
        name: where it came from; names the run.
        text: the characters.
        vocabulary: the distinct ones.
        reading: how it was decoded, in words; "" where there is nothing to say.
    """

    name: str
    text: str
    vocabulary: Vocabulary
    reading: str


def choose_text() -> ChosenText | None:
    """Ask for a text and show its beginning; None while there is none that can be used."""
    kind = st.segmented_control(
        "Text",
        [_SAMPLE, _FILE, _TYPED],
        default=_SAMPLE,
        required=True,
        key="kind of text",
        persist_state="session",
        label_visibility="collapsed",
    )
    ask = {_SAMPLE: _ask_sample, _FILE: _ask_file, _TYPED: _ask_words}[str(kind)]
    try:
        chosen = ask()
    except TextError as error:
        appearance.complain(error)
        return None
    if chosen is not None:
        _preview(chosen)
    return chosen


def _ask_sample() -> ChosenText:
    def title(sample: SampleFile) -> str:
        return sample.title

    sample = st.selectbox(
        "Sample text",
        SAMPLE_FILES,
        index=1,
        key="sample text",
        format_func=title,
        persist_state="session",
        label_visibility="collapsed",
    )
    st.caption(f"{sample.description} Look for {sample.look_for}.")
    text = sample.read()
    return ChosenText(sample.file, text, cache.vocabulary(sample.file, text), "")


def _ask_file() -> ChosenText | None:
    given = st.file_uploader(
        f"A plain text file of up to {MAX_BYTES // 10**6} MB, in UTF-8 or CP949",
        key="text file",
        help="UTF-8, UTF-16 or UTF-32 with a byte order mark, or CP949 (Korean). Up to 4,000 "
        "distinct characters.",
    )
    if given is not None:
        state.keep("file", (given.file_id, given.name, given.getvalue()))
    kept = state.kept("file")
    if kept is None:
        return None
    key, name, data = kept
    if given is None:
        st.caption("Uploaded earlier in this session; drop another file above to replace it.")
    found = cache.decoded(key, data)
    reading = f"read as {found.encoding.upper()}"
    if found.replaced_line_ends:
        reading += f", {found.replaced_line_ends:,} line ends CRLF became LF"
    return ChosenText(name, found.text, cache.vocabulary(key, found.text), reading)


def _ask_words() -> ChosenText | None:
    typed = st.text_area(
        "Words to learn",
        key="typed text",
        height=220,
        persist_state="session",
        placeholder="Type or paste any text; two characters are enough.",
        label_visibility="collapsed",
    )
    if not typed:
        return None
    text = check_text(typed.replace("\r\n", "\n"), "what you typed")
    key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return ChosenText("typed", text, cache.vocabulary(key, text), "")


def _preview(chosen: ChosenText) -> None:
    characters, distinct = len(chosen.text), len(chosen.vocabulary)
    facts = [f"**{characters:,}** characters", f"**{distinct:,}** distinct"]
    facts += [chosen.reading] if chosen.reading else []
    if characters < MIN_CHARACTERS_TO_HOLD_OUT:
        facts.append("too short to hold a part out, so there is no validation loss")
    else:
        facts.append("the last tenth is held out")
    st.markdown(" · ".join(facts))
    beginning = "\n".join(chosen.text[:_FIRST_CHARACTERS].split("\n")[:_FIRST_LINES])
    st.code(beginning, language=None, height=280, wrap_lines=True)
