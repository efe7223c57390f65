"""Tasks with one input or one output: next character, picture to caption, sentence to sentiment."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.learn import choices, networks
from dashboard.learn.types.parts import ask_words, show_reading, show_score
from dashboard.view import own_run, own_subject
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.lessons.tasks.settings import COLOURS
from rnnviz.notation import percent
from rnnviz.plots.drawings.pictures import pixel_picture
from rnnviz.plots.theme import MONOSPACE
from rnnviz.text.windows import MIN_CHARACTERS_TO_HOLD_OUT

if TYPE_CHECKING:
    from rnnviz.lessons.tasks.next_character import NextCharacter
    from rnnviz.runs.run import Run

_MOST_CHARACTERS = 200_000
_CERTAIN = 0.999
_OWN = "own"
_PASSAGE = 2_000
_PICTURE = "\n".join(["........"] * 4 + [".....o..", "....ooo.", ".....o..", "........"])


def one_to_one() -> None:
    """The next character from one character."""
    st.latex(r"p = \operatorname{softmax}(W_{hy} \tanh(W_{xh}\,x + b_h) + b_y)")
    st.markdown(
        "No $h_{t-1}$ anywhere: each character is guessed as if it were the first. The same "
        "character always gets the same answer, whatever stands before it."
    )
    key, text, run = _ask_text()
    model, pairs = networks.next_character(key, text)
    typed = ask_words("Characters to read, each alone", "hello there", "one to one")
    show_reading(model.read(typed), "one to one")
    show_score(model.score, "characters", {"counting pairs": pairs})
    if run is not None:
        _with_memory(model, run)
    st.caption(
        "Counting pairs gives for each character the one that follows it most often in the "
        "training part. An RNN reads the same characters and carries $h_t$ on; what it then gets "
        "right beyond this, it owes to memory. Not all of a text can be foretold, whatever is "
        "remembered."
    )


def _with_memory(model: NextCharacter, run: Run) -> None:
    """The selected run's network on the same passage."""
    subject = own_subject()
    passage = run.held_out_text[:_PASSAGE]
    if subject is None or not set(passage) <= set(model.characters.known):
        return
    trace = cache.trace(subject, passage)
    own = [run.vocabulary.characters[number] for number in trace.likeliest[:-1, 0]]
    alone = model.read(passage).outputs[:-1]
    shares = [
        sum(said == true for said, true in zip(said_by, passage[1:], strict=True)) / len(alone)
        for said_by in (alone, own)
    ]
    st.markdown(
        f"On the first {len(alone):,} characters held out from it, the selected run "
        f"{subject.origin.at}, which has memory, is right "
        f"**{percent(shares[1])}** of the time; the network above, which has none, "
        f"**{percent(shares[0])}**. (Its {percent(model.score.accuracy)} in the table is its share "
        f"of all {model.score.held_out:,} characters held out from it, "
        f"not of these {len(alone):,}.)"
    )


def _ask_text() -> tuple[str, str, Run | None]:
    """What names the text, its characters, and the run it is of."""
    sample = SAMPLE_FILES[1]
    run = own_run()
    if run is not None and run.description.text_characters >= MIN_CHARACTERS_TO_HOLD_OUT:
        sha256 = run.description.text_sha256
        if sha256 == hashlib.sha256(sample.read().encode()).hexdigest():
            st.caption(f"It is trained on “{sample.title}”, as the run on the left is.")
            return sha256, sample.read()[:_MOST_CHARACTERS], run
        called = {
            sample.path.stem: f"{sample.title} (comes with this dashboard)",
            _OWN: f"{run.description.name} (text of the run on the left)",
        }
        picked = choices.one_of(
            "text",
            "Text it is trained on",
            list(called),
            sample.path.stem,
            of=run.id,
            format_func=lambda name: appearance.plain(called[name]),
        )
        if picked == _OWN:
            key = f"{sha256} {run.alphabet.key}"
            return key, cache.text_of(run)[:_MOST_CHARACTERS], run
    text = sample.read()
    return hashlib.sha256(text.encode()).hexdigest(), text, None


def one_to_many() -> None:
    """A picture in, a caption out."""
    st.latex(r"h_0 = \tanh(W_{vh} v + b), \qquad h_t = f_W(h_{t-1},\, \text{word}_{t-1})")
    st.markdown(
        "The picture goes in once, as $v$: what 3 × 3 detectors find in each quarter. From then on "
        "the network reads only the words it has said, until it says *end*; colour, shape and "
        "place wait in $h_t$ for their turn."
    )
    model = networks.captions()
    left, right = st.columns([2, 3], gap="large")
    with left:
        rows = _ask_picture()
    with right:
        if rows:
            appearance.drawing(pixel_picture(rows, "".join(COLOURS), theme=appearance.theme()))
        read = model.read("\n".join(rows))
        st.markdown(f"It says: **{appearance.plain(' '.join(read.said))}**")
    st.button(
        "Another picture it was never shown",
        icon=":material/casino:",
        on_click=lambda: state.put(state.key_of("picture"), random.choice(model.held_out)),
    )
    show_reading(read, "one to many")
    show_score(model.score, "pictures, every word right")
    st.caption(
        "It knows squares, rings, pluses and bars of three pixels, and has a caption for anything "
        "else, too: it has no way to say “I do not know”."
    )


def _ask_picture() -> list[str]:
    """The rows painted."""
    with st.container(key="picture"):
        st.html(f"<style>.st-key-picture textarea {{font-family: {MONOSPACE}}}</style>")
        typed = choices.text(
            "picture",
            "Paint 8 rows of 8: a point is empty; b, o, g and p are blue, orange, green and purple",
            _PICTURE,
            100,
            widget=st.text_area,
            height=220,
        )
    return typed.strip("\n").split("\n") if typed.strip() else []


def many_to_one() -> None:
    """Is a sentence positive or negative?"""
    st.latex(r"p = \operatorname{softmax}(W_{hy}\,h_T + b_y)")
    st.markdown(
        "Only the last hidden state $h_T$ is asked. *Not* turns the next word around, and after "
        "*but* comes what counts, so that the order of the words matters."
    )
    model = networks.sentiment()
    typed = ask_words("A sentence", "the film was not good but very funny", "many to one")
    read = model.read(typed)
    st.markdown(f"It answers: **{read.outputs[-1]}** ({_sure(float(read.sure[-1]))} sure)")
    show_reading(read, "many to one")
    show_score(model.score, "sentences")
    st.caption(
        "Its words in any order: shuffled, a sentence has the same words, but *not* and *but* "
        "stand anywhere: the difference is what their order is worth."
    )


def _sure(share: float) -> str:
    """A probability; what is not certain is not said to be."""
    return percent(share) if share < _CERTAIN else f"over {percent(_CERTAIN)}"
