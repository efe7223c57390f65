"""Choosing a text: one of the catalogue, a file, or words typed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, get_args

import streamlit as st

from dashboard import appearance, state
from dashboard.train import texts
from dashboard.train.catalogue import ask_corpus
from dashboard.train.encoding_choice import read_upload
from dashboard.train.upload import Upload
from rnnviz.corpora.corpus import PREFIX
from rnnviz.corpora.downloads import DownloadError
from rnnviz.notation import counted
from rnnviz.runs.truth import Truth
from rnnviz.text.alphabet import Alphabet, Hangul
from rnnviz.text.hangul import decompose
from rnnviz.text.lines import ended_by_lf
from rnnviz.text.reading import MAX_BYTES, Reading, TextError, check_text
from rnnviz.text.vocabulary import MAX_DISTINCT
from rnnviz.text.windows import MIN_CHARACTERS_TO_HOLD_OUT

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_CATALOGUE, _FILE, _TYPED = "A text from the catalogue", "Your file", "Your words"
_TYPED_NAME = "typed"
_FIRST_LINES, _FIRST_CHARACTERS = 14, 1200


@dataclass(frozen=True, slots=True)
class ChosenText:
    """A text that can be trained on.

    Attributes:
        name: where it came from; names the run.
        key: names the text, for what is kept of it.
        text: the characters.
        reading: how it was decoded, in words; "" where there is nothing to say.
        truth: what is known of it, of generated texts only.
        hangul: how the network reads Hangul syllables.
        how: how it was read, as its run keeps it.
    """

    name: str
    key: str
    text: str
    reading: str = ""
    truth: Truth = field(default_factory=dict)
    hangul: Hangul = "syllables"
    how: Reading = field(default_factory=Reading)

    @property
    def timesteps(self) -> int:
        """How many characters the network reads of it."""
        return texts.timesteps(self.key, self.hangul, self.text)

    @property
    def alphabet(self) -> Alphabet:
        """What the network reads it with."""
        return Alphabet.of(texts.distinct(self.key, self.text), self.hangul)

    @property
    def vocabulary_size(self) -> int:
        """How many of them are distinct."""
        return len(self.alphabet.vocabulary)


def choose_text(below: DeltaGenerator) -> ChosenText | None:
    """Ask for a text and show its beginning; None while there is none that can be used.

    Args:
        below: where the beginning goes.
    """
    kind = st.segmented_control(
        "Text",
        [_CATALOGUE, _FILE, _TYPED],
        default=_CATALOGUE,
        required=True,
        key="kind of text",
        persist_state="session",
    )
    ask = {_CATALOGUE: _ask_catalogue, _FILE: _ask_file, _TYPED: _ask_words}[str(kind)]
    given, composed, read_as = st.container(), st.container(), st.container()
    try:
        with given:
            chosen = ask()
        if chosen is None:
            return None
        with composed:
            chosen = _ask_composed(chosen)
        with read_as:
            chosen = _ask_hangul(chosen)
        return _show(chosen, below)
    except (TextError, DownloadError) as error:
        appearance.complain(error)
        return None


def take_catalogued(name: str) -> None:
    """Let a text of the catalogue be the one that is asked for next."""
    state.put("kind of text", _CATALOGUE)
    state.put("corpus", name)


def take_file(upload: Upload) -> None:
    """Let a file be the text that is asked for next, as if it had just been dropped."""
    state.put("kind of text", _FILE)
    state.keep("file", upload)


def _ask_catalogue() -> ChosenText | None:
    corpus = ask_corpus()
    if corpus is None:
        return None
    found = texts.corpus_text(corpus.name)
    origin = appearance.plain(found.origin)
    return ChosenText(PREFIX + corpus.name, found.sha256, found.text, origin, found.truth)


def _ask_file() -> ChosenText | None:
    upload: Upload | None = state.kept("file")
    given = st.file_uploader(
        f"A plain text file of up to {MAX_BYTES // 10**6} MB",
        # Another widget after each file: what the server holds of the last one goes with it.
        key=f"text file after {upload.key if upload else 'none'}",
        help="Best in UTF-8; the encoding of others is guessed, and you choose. Of more than "
        f"{MAX_DISTINCT:,} distinct characters, the rarest become one symbol.",
    )
    if given is not None:
        state.keep("file", Upload.of(given))
        state.forget_upload(given.file_id)
        st.rerun()
    if upload is None:
        return None
    st.caption(f"{appearance.plain(upload.name)}; drop another file above to replace it.")
    found = read_upload(upload)
    if found is None:
        return None
    key = f"{upload.key} {found.encoding} {found.bad_bytes}"
    return ChosenText(upload.name, key, found.text, found.words, how=found.reading)


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
    text = check_text(ended_by_lf(typed)[0], "what you typed")
    key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return ChosenText(_TYPED_NAME, key, text)


def _ask_composed(chosen: ChosenText) -> ChosenText:
    """For a text whose letters stand apart from their marks: as it is, or composed."""
    text, shorter = texts.composed(chosen.key, chosen.text)
    if not shorter or chosen.truth:
        return chosen
    compose = st.toggle(
        f"Compose letters with their marks: {counted(shorter, 'character')} fewer",
        key=f"composed of {_choice(chosen)}",
        persist_state="session",
        help="Unicode's form NFC: one character a letter or Hangul syllable, as most texts have.",
    )
    if not compose:
        return chosen
    how = replace(chosen.how, composed=shorter)
    return replace(chosen, key=f"{chosen.key} NFC", text=text, how=how)


def _choice(chosen: ChosenText) -> str:
    """What a choice is remembered for: this text, and not the next; typed words however edited."""
    return _TYPED_NAME if chosen.name == _TYPED_NAME else chosen.key.removesuffix(" NFC")


def _ask_hangul(chosen: ChosenText) -> ChosenText:
    """For a text with Hangul: syllables as they are, or taken apart.

    How many of each there are is said apart: a click on an option that is called anew is lost.
    """
    distinct = texts.distinct(chosen.key, chosen.text)
    if decompose(distinct) == distinct:
        return chosen
    choices = get_args(Hangul)
    hangul = st.segmented_control(
        "The network reads Hangul as",
        choices,
        default=choices[0],
        required=True,
        key=f"hangul of {_choice(chosen)}",
        persist_state="session",
        help="Jamo are the letters a syllable is written with: two or three timesteps each, and a "
        "far smaller vocabulary. Samples are shown in syllables either way.",
    )
    syllables, jamo = (len(Alphabet.of(distinct, choice).vocabulary) for choice in choices)
    st.caption(f"Read as syllables, it has {syllables:,} distinct characters; as jamo, {jamo:,}.")
    return replace(chosen, hangul="jamo" if hangul == "jamo" else "syllables")


def _show(chosen: ChosenText, below: DeltaGenerator) -> ChosenText:
    characters, distinct = len(chosen.text), len(texts.distinct(chosen.key, chosen.text))
    facts = [f"**{characters:,}** characters", f"**{distinct:,}** distinct"]
    if chosen.hangul == "jamo":
        facts.append(
            f"read as **{chosen.timesteps:,}** {chosen.alphabet.unit}, "
            f"**{chosen.vocabulary_size:,}** of them distinct"
        )
    if distinct > MAX_DISTINCT and (rare := texts.rare(chosen.key, chosen.hangul, chosen.text)):
        facts.append(rare.words(chosen.timesteps))
    facts += [chosen.reading] if chosen.reading else []
    if chosen.timesteps < MIN_CHARACTERS_TO_HOLD_OUT:
        facts.append("too short to hold a part out, so there is no validation loss")
    else:
        facts.append("the last tenth is held out: its loss is the validation loss")
    st.markdown(" · ".join(facts))
    if nothing := Alphabet.of(texts.distinct(chosen.key, chosen.text)).vocabulary.nothing_to_learn:
        st.info(nothing, icon=":material/info:")
    if chosen.name != _TYPED_NAME or chosen.how.composed:  # else it stands above as it is
        _show_beginning(chosen, below)
    return chosen


def _show_beginning(chosen: ChosenText, below: DeltaGenerator) -> None:
    beginning = "\n".join(chosen.text[:_FIRST_CHARACTERS].split("\n")[:_FIRST_LINES])
    below.caption("How the text begins")
    below.code(appearance.seen(beginning), language=None, height=230, wrap_lines=True)
