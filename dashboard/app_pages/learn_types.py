"""Learn: types of RNN, each with a small network that is trained here and can be typed into."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import appearance, cache, lesson_networks, sidebar, state
from dashboard.components.lesson_parts import show_drawing, show_reading, show_score, try_this
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.plots.forecast import forecast, forecast_errors
from rnnviz.plots.pictures import film_strip, pixel_picture
from rnnviz.plots.unrolled import unrolled
from rnnviz.text.windows import MIN_CHARACTERS_TO_HOLD_OUT

if TYPE_CHECKING:
    from rnnviz.lessons.next_character import NextCharacter
    from rnnviz.runs.run import Run

_MOST_CHARACTERS = 200_000
_PASSAGE = 2_000
_COLOURS = "bogp"
_PICTURE = "\n".join(["........"] * 4 + [".....o..", "....ooo.", ".....o..", "........"])
_CURVES = ("random walk", "random walk with a rhythm", "rhythm with a little noise")


@dataclass(frozen=True, slots=True)
class _Type:
    """One of the five drawings: labels of inputs and outputs by timestep, and what to know."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    says: str
    fed_back: bool = False
    second_from: int | None = None


_TYPES = (
    _Type("One to one", ("q",), ("u",), "One input, one output, no memory."),
    _Type(
        "One to many",
        ("▦", "", "", ""),
        ("a", "blue", "ring", "end"),
        "One input; each output is the next input.",
        fed_back=True,
    ),
    _Type(
        "Many to one",
        ("the", "film", "was", "good"),
        ("", "", "", "kind"),
        "Read all, answer once, at the end.",
    ),
    _Type(
        "Many to many, one after the other",
        ("이", "십", "오", "", "", ""),
        ("", "", "", "2", "5", "end"),
        "An encoder reads, then a decoder writes.",
        fed_back=True,
        second_from=3,
    ),
    _Type(
        "Many to many, aligned",
        ("they", "can", "see", "it"),
        ("PRON", "AUX", "VERB", "PRON"),
        "An answer at every timestep.",
    ),
)


def five_drawings() -> None:
    """All types beside each other; inputs below, outputs above."""
    theme = appearance.theme()
    with st.container(horizontal=True, gap="medium"):
        for kind in _TYPES:
            with st.container(width=max(150, 58 * len(kind.inputs) + 14), gap="xsmall"):
                st.markdown(f"**{kind.name}**")
                drawing = unrolled(
                    kind.inputs,
                    kind.outputs,
                    theme,
                    connected=len(kind.inputs) > 1,
                    fed_back=kind.fed_back,
                    second_from=kind.second_from,
                )
                show_drawing(drawing, f"{kind.name}. {kind.says}")
                st.caption(kind.says)


def ask_words(label: str, value: str, key: str) -> str:
    """One line to be read."""
    return st.text_input(label, value, key=key, max_chars=120, persist_state="session")


def one_to_one() -> None:
    """The next character from one character."""
    st.latex(r"y = \text{softmax}(W_{hy} \tanh(W_{xh} x + b) + c)")
    st.markdown(
        "No $h_{t-1}$ anywhere: each character is guessed as if it were the first. The same "
        "character always gets the same answer, whatever stands before it."
    )
    name, text, run = _ask_text()
    model, pairs = lesson_networks.next_character(name, text)
    typed = ask_words("Characters to read, each alone", "hello there", "one to one input")
    show_reading(model.read(typed), "one to one")
    show_score(model.score, "characters", {"counting pairs, the best without memory": pairs})
    if run is not None:
        _with_memory(model, run)
    st.caption(
        "Most of the rest needs memory: an RNN reads the same characters and carries $h_t$ on."
    )


def _with_memory(model: NextCharacter, run: Run) -> None:
    """The selected run's network on the same passage."""
    snapshots = run.snapshots
    training = run.status.state in sidebar.ALIVE
    iteration = sidebar.chosen_iteration(snapshots, training=training)
    passage = run.held_out_text[:_PASSAGE]
    if iteration is None or not set(passage) <= set(model.characters.known):
        return
    trace = cache.trace(run, iteration, passage)
    own = [run.vocabulary.characters[number] for number in trace.likeliest[:-1, 0]]
    alone = model.read(passage).outputs[:-1]
    shares = [
        sum(said == true for said, true in zip(said_by, passage[1:], strict=True)) / len(alone)
        for said_by in (alone, own)
    ]
    st.markdown(
        f"On the first {len(alone):,} held-out characters of its text, the selected run at "
        f"iteration {iteration:,}, which has memory, is right **{shares[1]:.1%}** of the time; "
        f"the network above, which has none, **{shares[0]:.1%}**."
    )


def _ask_text() -> tuple[str, str, Run | None]:
    """Name and characters of the text, and the run it is of."""
    sample = SAMPLE_FILES[1]
    run = sidebar.chosen_run()
    if run is not None and run.description.text_characters >= MIN_CHARACTERS_TO_HOLD_OUT:
        own = f"{run.description.name} (the run on the left)"
        picked = st.segmented_control(
            "Text it is trained on",
            [sample.title, own],
            default=sample.title,
            required=True,
            key=f"one to one text {run.id}",
            persist_state="session",
        )
        if picked == own:
            sha256 = run.description.text_sha256
            return sha256, cache.text_of(run.id, sha256, run)[:_MOST_CHARACTERS], run
    text = sample.read()
    return hashlib.sha256(text.encode()).hexdigest(), text, None


def one_to_many() -> None:
    """A picture in, a caption out."""
    st.latex(r"h_0 = \tanh(W v + b), \qquad h_t = f_W(h_{t-1},\, y_{t-1})")
    st.markdown(
        "The picture goes in once, as $v$: what 3 × 3 detectors find in each quarter. From then on "
        "the network reads only the words it has said, until it says *end*; colour, shape and "
        "place wait in $h_t$ for their turn."
    )
    model = lesson_networks.captions()
    left, right = st.columns([2, 3], gap="large")
    with left:
        state.put("picture", state.value_of("picture") or _PICTURE)
        typed = st.text_area(
            "Paint: a point is empty; b, o, g and p are blue, orange, green and purple",
            key="picture",
            height=220,
            max_chars=100,
            persist_state="session",
        )
        st.button(
            "Another picture it was never shown",
            icon=":material/casino:",
            on_click=lambda: state.put("picture", random.choice(model.held_out)),
        )
    rows = typed.replace("\r", "").strip("\n").split("\n")
    with right:
        theme = appearance.theme()
        show_drawing(pixel_picture(rows, _COLOURS, theme), "the picture typed")
        read = model.read("\n".join(rows))
        st.markdown(
            f"It says: **{appearance.plain(' '.join(w for w in read.outputs if w[0] != '<'))}**"
        )
    show_reading(read, "one to many")
    show_score(model.score, "pictures, every word right")
    st.caption(
        "It knows squares, rings, pluses and bars of three pixels and says one of its 14 words "
        "to anything else, too: it has no way to say “I do not know”."
    )


def many_to_one() -> None:
    """Is a sentence kind?"""
    st.latex(r"y = \text{softmax}(W_{hy} h_T + c)")
    st.markdown(
        "Only the last hidden state $h_T$ is asked. *Not* turns the next word around, and after "
        "*but* comes what counts, so that the order of the words matters."
    )
    model = lesson_networks.sentiment()
    typed = ask_words("A sentence", "the film was not good but very funny", "many to one input")
    read = model.read(typed)
    st.markdown(f"It answers: **{read.outputs[-1]}** ({read.sure[-1]:.1%} sure)")
    show_reading(read, "many to one")
    show_score(model.score, "sentences")
    st.caption("Shuffled, the sentences have the same words and their labels: order was worth it.")


def translate() -> None:
    """Numbers in words to digits."""
    st.latex(r"\text{encoder: } h_t = f_W(h_{t-1},\, x_t), \quad t \le T")
    st.latex(r"\text{decoder: } s_0 = h_T, \quad s_t = g_V(s_{t-1},\, y_{t-1})")
    st.markdown(
        "The encoder reads a number to its end, English word by word or Korean syllable by "
        "syllable. All it found is in $h_T$; from there the decoder writes digits, each the next "
        "input. Lengths differ: *twelve* is one word and two digits."
    )
    model = lesson_networks.numerals()
    typed = ask_words(
        "A number from 0 to 999 in words, English or Korean", "삼백이십오", "translate input"
    )
    read = model.read(typed)
    digits = "".join(word for word in read.outputs if word != "<end>")
    known = digits.isdecimal() and int(digits) in model.held_out
    note = " (never met in training, in neither language)" if known else ""
    st.markdown(f"It writes: **{digits or 'nothing'}**{note}")
    show_reading(read, "translate")
    show_score(model.score, "numerals, every digit right")
    st.caption(
        "200 of the 1,000 numbers are held out in both languages. What is no number, such as "
        "*two two*, it answers all the same."
    )


def tag() -> None:
    """Parts of speech."""
    st.latex(r"y_t = \text{softmax}(W_{hy} h_t + c) \quad \text{at every } t")
    st.markdown(
        "The same word can be a noun here and a verb there: *they **walk***, *the **walk***. The "
        "state $h_t$ knows what came before, and nothing of what follows."
    )
    model = lesson_networks.tagger()
    typed = ask_words("A sentence", "they can plan the dance near the old light", "tag input")
    show_reading(model.read(typed), "tag")
    show_score(model.score, "words")
    share = {
        f"of the {model.ambiguous.held_out:,} words with several tags: the network": (
            model.ambiguous.accuracy
        ),
        "the same words: each word's commonest tag": (
            model.ambiguous.controls["each word's commonest tag"]
        ),
    }
    st.markdown("\n".join(f"* {name}: **{value:.1%}**" for name, value in share.items()))
    st.caption(
        "DET determiner, PRON pronoun, ADJ adjective, AUX auxiliary verb, ADV adverb, PREP "
        "preposition. *The light ...* may go on with a noun (then *light* is an adjective) or not: "
        "when the network answers, it has not read that yet, so it cannot always be right."
    )


def film() -> None:
    """Frames to scenes."""
    st.latex(r"y_t = \text{softmax}(W_{hy} h_t + c) \quad \text{at every frame } t")
    st.markdown(
        "A simulated film: a ball on 5 × 5 pixels moves left, right, up, down, or stays; what "
        "leaves on one side comes in on the other. No frame shows a movement: only with the frame "
        "before in memory can it be named."
    )
    model = lesson_networks.scenes()
    typed = ask_words("Scenes, four frames each", "right up still left", "film input")
    places, truth, read = model.watch(typed)
    theme = appearance.theme()
    show_drawing(film_strip(places, 5, theme), f"{len(places)} frames, a ball in each")
    right = sum(said == true for said, true in zip(read.outputs, truth, strict=True))
    st.markdown(f"It names **{right} of {len(truth)}** frames as they were filmed.")
    show_reading(read, "film")
    show_score(model.score, "frames")
    st.caption("The first frame of a film is not counted: nothing has moved yet.")


def series() -> None:
    """Forecasting by feeding outputs back."""
    st.latex(r"\hat{x}_{t+1} = x_t + W_{hy} h_t, \qquad x_{t+1} \leftarrow \hat{x}_{t+1}")
    st.markdown(
        "A simulated, stock-like curve of 700 days: trained on the first 500, judged on the rest. "
        "A network that says tomorrow can say next month, if every answer is taken as the next "
        "input. The honest question is whether that beats *tomorrow equals today*."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Curve", _CURVES, index=1, key="curve", persist_state="session")
        seed = st.number_input(
            "Seed of the curve", 0, 999, 0, key="seed of curve", persist_state="session", width=150
        )
    found = lesson_networks.forecast(str(kind), min(max(int(seed), 0), 999))
    first, count = len(found.curve) - len(found.rolled) - found.rolled.shape[1], len(found.rolled)
    start = st.slider(
        "Last day it reads",
        first,
        first + count - 1,
        first + 20,
        key="last day",
        persist_state="session",
    )
    theme = appearance.theme()
    left, right = st.columns(2, gap="medium")
    with left:
        rolled = found.rolled[start - first]
        appearance.chart(
            forecast(found.curve, found.one_step, rolled, start, theme=theme), key="forecast"
        )
    with right:
        errors = forecast_errors(found.network_error, found.naive_error, theme=theme)
        appearance.chart(errors, key="forecast errors")
    st.markdown("\n".join(f"* {sentence}" for sentence in found.sentences()))


_TASKS: dict[str, tuple[str, Callable[[], None]]] = {
    "Next character": ("one to one", one_to_one),
    "Picture → caption": ("one to many", one_to_many),
    "Sentence → mood": ("many to one", many_to_one),
    "Words → digits": ("many to many, one after the other", translate),
    "Words → tags": ("many to many, aligned", tag),
    "Frames → scenes": ("many to many, aligned", film),
    "Forecast": ("each output fed back", series),
}


st.caption(
    "A recurrent network is a loop, and it need not have an input and an output at every turn: "
    "where they stand makes the type. Inputs stand below, outputs above, h is "
    "the hidden state; dashed, an output becomes the next input."
)
five_drawings()
picked = str(
    st.segmented_control(
        "A small network for each: trained here, typed into by you",
        list(_TASKS),
        default="Next character",
        required=True,
        key="task",
        persist_state="session",
    )
)
kind, show = _TASKS[picked]
with st.container(border=True):
    st.subheader(f"{picked}: {kind}", anchor=False)
    try:
        show()
    except ValueError as error:
        appearance.complain(error)
try_this(
    "Which types could write a reply to a letter, and which must wait until the letter has been "
    "read? In *Words → digits*, type *one hundred* and then *one hundred and*: where is the "
    "number kept when the last word has been read?"
)
if sidebar.chosen_run() is not None:
    st.page_link(
        "app_pages/hidden_units.py",
        label="See the hidden states of your own run",
        icon=":material/grid_on:",
    )
