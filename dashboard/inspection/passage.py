"""Which text a network reads: a part of the one it learned from, or a person's own."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.address import Among, Whole, Words
from dashboard.view import run_of
from rnnviz.models.subject import Subject
from rnnviz.runs.run import Run
from rnnviz.text.alphabet import Alphabet, left_out_words
from rnnviz.text.lines import ended_by_lf
from rnnviz.text.windows import Split

_MOST_CHARACTERS = 10_000
_USUAL_CHARACTERS = 3_000


def choose_passage(
    subject: Subject, *, most: int = _MOST_CHARACTERS, usual: int = _USUAL_CHARACTERS
) -> tuple[str, int] | None:
    """Ask which text the network reads: the passage and its position; None while there is none."""
    run = run_of(subject)
    total, sources = run.description.text_characters, _sources(run)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.segmented_control(
            "Text",
            list(sources),
            required=True,
            wrap=True,
            key=state.linked(
                "text", Among(list(sources)), next(iter(sources)), key=f"source {len(sources)}"
            ),
            persist_state="session",
            help=f"The network reads it from the zero state. {_held_out_words(run)}",
        )
        start = sources.get(str(source))
        if start is not None:
            return _ask_passage(run, start, total, most, usual)
    return _ask_own_text(subject.alphabet, most)


def point_to(
    run: Run,
    first: int,
    length: int,
    *,
    most: int = _MOST_CHARACTERS,
    usual: int = _USUAL_CHARACTERS,
) -> None:
    """Let the passage be asked for, from the next rerun on, that begins at some character.

    Args:
        run: of whose text.
        first: the character.
        length: of the passage.
        most: as `choose_passage` has it.
        usual: likewise.
    """
    sources = _sources(run)
    source, start = next(
        (name, start) for name, start in sources.items() if start is not None and start <= first
    )
    longest = min(most, run.description.text_characters - start)
    state.wish(f"source {len(sources)}", source)
    state.wish(f"from {start} of {run.id}", first)
    state.wish(f"{usual} of {longest} characters", min(length, longest))


def _held_out_words(run: Run) -> str:
    if run.description.imported is None:
        return "The held-out part was never trained on."
    return "The held-out part is the last tenth of the text; it may have been trained on elsewhere."


def _sources(run: Run) -> dict[str, int | None]:
    """What the text can be of, and where that begins."""
    total = run.description.text_characters
    held_out = Split.held_out_of(total)
    sources: dict[str, int | None] = {"Held-out part": total - held_out} if held_out else {}
    return sources | {"Beginning": 0, "Your own text": None}


def _ask_passage(run: Run, start: int, total: int, most: int, usual: int) -> tuple[str, int]:
    longest = min(most, total - start)
    asked = st.number_input(
        "From position",
        min_value=start,
        max_value=total - 1,
        step=1000,
        key=state.linked("from", Whole(start, total - 1), start, key=f"from {start} of {run.id}"),
        persist_state="session",
        width=170,
        help="Counted from the beginning of the whole text.",
    )
    first = min(max(int(asked), start), total - 1)
    there, key = min(longest, total - first), f"{usual} of {longest} characters"
    if (state.value_of(key) or 0) > there:  # what the field says is what is read
        state.put(key, there)
    length = st.number_input(
        "Characters",
        min_value=1,
        max_value=longest,
        step=500,
        key=state.linked("length", Whole(1, there), min(usual, there), key=key),
        persist_state="session",
        width=150,
        help=f"At most {most:,} at once, and no more than there are from that position on.",
    )
    return cache.text_of(run)[first : first + min(int(length), there)], first


def _ask_own_text(alphabet: Alphabet, most: int) -> tuple[str, int] | None:
    typed = st.text_area(
        "Your own text",
        key=state.linked("own", Words(), "", key="own text"),
        height=110,
        max_chars=_MOST_CHARACTERS,
        persist_state="session",
        placeholder="Type what the network shall read; it knows only the characters of its text.",
        label_visibility="collapsed",
    )
    text, unknown = alphabet.known(ended_by_lf(typed)[0])
    if unknown:
        st.warning(appearance.plain(left_out_words(unknown)), icon=":material/warning:")
    if len(text) > most:
        st.caption(f"The first {most:,} of {len(text):,} characters are read.")
    return (text[:most], 0) if text else None
