"""Texts to choose from: read and counted once, however often a form is drawn.

What others may ask for again is kept for all visitors; the key names the text.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from rnnviz.corpora.catalogue import find_corpus
from rnnviz.corpora.corpus_text import CorpusText
from rnnviz.text import composition, ngram
from rnnviz.text.alphabet import Alphabet, Hangul
from rnnviz.text.hangul import decompose
from rnnviz.text.ngram import Baseline
from rnnviz.text.reading import DecodedText, TextError, decode_text
from rnnviz.text.seen import Seen
from rnnviz.text.vocabulary import Rare, distinct_of

# Characters whose n-grams are counted within a second.
QUICKLY_COUNTED = 250_000


# A visitor's own text leaves with the visitor, as what is cached for a session does: the session's
# state is held until somebody else comes.
@st.cache_resource(max_entries=1, scope="session", show_spinner="Reading the text")
def found_reading(key: str, _read: Callable[[], bytes]) -> DecodedText | TextError:
    """An uploaded file's text, or why it is not certain; the key names the upload.

    Guesses take longer than a text that is certain, so that the error is kept too.
    """
    return _decoded(_read, None, replace=False)


@st.cache_resource(max_entries=2, scope="session", show_spinner="Reading the text")
def chosen_reading(
    key: str, encoding: str, replace: bool, _read: Callable[[], bytes]
) -> DecodedText | TextError:
    """The same in an encoding that was chosen: at first, and with what does not fit replaced."""
    return _decoded(_read, encoding, replace)


@st.cache_resource(max_entries=1, scope="session", show_spinner="Reading the text")
def composed(key: str, _text: str) -> tuple[str, int]:
    """A text with its letters composed, and how many characters fewer; the key names the text."""
    return composition.composed(_text)


@st.cache_resource(max_entries=8, show_spinner="Counting characters")
def distinct(key: str, _text: str) -> str:
    """The distinct characters of a text, in order; the key names the text."""
    return distinct_of(_text)


@st.cache_resource(max_entries=8, show_spinner="Counting characters")
def rare(key: str, hangul: Hangul, _text: str) -> Rare | None:
    """What of a text becomes one symbol, if anything; the key names the text."""
    return Alphabet.of(_text, hangul).vocabulary.rare


@st.cache_resource(max_entries=8, show_spinner="Counting characters")
def timesteps(key: str, hangul: Hangul, _text: str) -> int:
    """How many characters a network reads of a text; the key names the text."""
    return len(_text) if hangul == "syllables" else len(decompose(_text))


@st.cache_resource(max_entries=4, show_spinner="Reading the text")
def corpus_text(name: str) -> CorpusText:
    """A text of the catalogue."""
    return find_corpus(name).read()


@st.cache_resource(max_entries=16, show_spinner="Counting n-grams")
def ngram_baseline(key: str, hangul: Hangul, _text: str) -> Baseline | None:
    """The n-gram model of a text that a network must beat; the key names the text."""
    alphabet = Alphabet.of(_text, hangul)
    found = ngram.ngram_baseline(alphabet.encode(_text), len(alphabet.vocabulary))
    return None if found is None else found.as_seen(Seen.of(alphabet.characters(_text)))


def _decoded(
    read: Callable[[], bytes], encoding: str | None, replace: bool
) -> DecodedText | TextError:
    try:
        return decode_text(read(), "the file", encoding, replace=replace)
    except TextError as error:
        return error.with_traceback(None)  # whose frames would hold the bytes
