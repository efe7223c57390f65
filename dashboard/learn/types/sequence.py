"""Tasks from sequence to sequence: numerals, tags, scenes, and a forecast fed back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import appearance, charts
from dashboard.learn import choices, networks
from dashboard.learn.types.parts import ask_words, show_reading, show_score
from rnnviz.lessons.tasks.settings import CURVES, FRAME_SIDE
from rnnviz.notation import percent
from rnnviz.plots.drawings.pictures import film_strip
from rnnviz.plots.lessons.forecast import forecast, forecast_errors


def translate() -> None:
    """Numbers in words to digits."""
    st.latex(r"\text{encoder: } h_t = f_W(h_{t-1},\, x_t), \quad t \le T")
    st.latex(r"\text{decoder: } s_0 = h_T, \quad s_t = g_V(s_{t-1},\, \text{digit}_{t-1})")
    st.markdown(
        "The encoder reads a number to its end, English word by word or Korean syllable by "
        "syllable. All it found is in $h_T$; from there the decoder writes digits, each the next "
        "input. Lengths differ: *twelve* is one word and two digits."
    )
    model = networks.numerals()
    from rnnviz.lessons.tasks.numerals import number_of  # with PyTorch, loaded by now

    typed = ask_words(
        "A number from 0 to 999 in words, English or Korean", "삼백이십오", "translate"
    )
    st.caption(
        "삼백이십오 is Korean for “three hundred two ten five”: 3×100 + 2×10 + 5, "
        "read in five syllables."
    )
    read = model.read(typed)
    digits = "".join(read.said)
    number = number_of(typed)
    new = f" ({number} was never met in training, in either language)"
    st.markdown(f"It writes: **{digits or 'nothing'}**{new if number in model.held_out else ''}")
    show_reading(read, "translate", second_from=read.inputs.index("<start>"))
    show_score(model.score, "numerals, every digit right")
    st.caption(
        "200 of the 1,000 numbers are held out in both languages. What is no number, such as "
        "*two two*, it answers all the same."
    )


def tag() -> None:
    """Parts of speech."""
    st.latex(r"p_t = \operatorname{softmax}(W_{hy}\,h_t + b_y) \quad \text{at every } t")
    st.markdown(
        "The same word can be a noun here and a verb there: *they **walk***, *the **walk***. The "
        "state $h_t$ knows what came before, and nothing of what follows."
    )
    model = networks.tagger()
    typed = ask_words("A sentence", "they can plan the dance near the old light", "tag")
    show_reading(model.read(typed), "tag")
    show_score(model.score, "words")
    several = model.ambiguous
    commonest = percent(several.controls["each word's commonest tag"])
    st.markdown(
        f"Of the {several.held_out:,} held-out words that have several tags, the network tags "
        f"**{percent(several.accuracy)}** right. Giving each word its commonest tag would get "
        f"**{commonest}** of them right."
    )
    st.caption(
        "DET determiner, PRON pronoun, ADJ adjective, AUX auxiliary verb, ADV adverb, PREP "
        "preposition. *The light ...* may go on with a noun (then *light* is an adjective) or not: "
        "when the network answers, it has not read that yet, so it cannot always be right."
    )


def film() -> None:
    """Frames to scenes."""
    st.latex(r"p_t = \operatorname{softmax}(W_{hy}\,h_t + b_y) \quad \text{at every frame } t")
    st.markdown(
        f"A simulated film: a ball on {FRAME_SIDE} × {FRAME_SIDE} pixels moves left, right, up, "
        "down, or stays; what leaves on one side comes in on the other. No frame shows a movement: "
        "only with the frame before in memory can it be named."
    )
    model = networks.scenes()
    typed = ask_words("Scenes, four frames each", "right up still left", "film")
    places, truth, read = model.watch(typed)
    appearance.drawing(film_strip(places, FRAME_SIDE, theme=appearance.theme()))
    counted = list(zip(read.outputs, truth, strict=True))[1:]
    right = sum(said == true for said, true in counted)
    st.markdown(
        f"It names **{right} of {len(counted)}** frames as they were filmed. The first is not "
        "counted: nothing has moved yet."
    )
    st.caption(
        "Below each column stands where the ball is in that frame: its row and its column, both "
        "counted from 0 at the upper left."
    )
    show_reading(read, "film")
    show_score(model.score, "frames")


def series() -> None:
    """Forecasting by feeding outputs back."""
    st.latex(
        r"\hat{x}_{t+1} = x_t + s\,(W_{hy} h_t + b_y), \qquad x_{t+1} \leftarrow \hat{x}_{t+1}"
    )
    st.markdown(
        "A simulated, stock-like curve of 700 days: trained on the first 500, judged on the rest. "
        "A GRU reads each day's change, $(x_t - x_{t-1}) / s$ with $s$ the spread of all changes, "
        "and says the next one. "
        "A network that says tomorrow can say next month, if every answer is taken as the next "
        "input. The honest question is whether that beats *tomorrow equals today*."
    )
    found = networks.forecast(*_ask_curve())
    first, count = len(found.curve) - len(found.rolled) - found.rolled.shape[1], len(found.rolled)
    last = first + count - 1
    start = choices.number("day", "Last day it reads", first, last, first + 20)
    theme, rolled = appearance.theme(), found.rolled[start - first]
    curve = partial(forecast, found.curve, found.one_step, rolled, start, theme=theme)
    errors = partial(forecast_errors, found.network_error, found.naive_error, theme=theme)
    charts.show_pair((curve, "forecast"), (errors, "forecast errors"))
    st.markdown("\n".join(f"* {sentence}" for sentence in found.sentences()))


def _ask_curve() -> tuple[str, int]:
    """Which kind of curve, and its seed."""
    with st.container(horizontal=True):
        kinds = list(CURVES)
        kind = choices.one_of("curve", "Curve", kinds, kinds[1], widget=st.selectbox)
        seed = choices.number(
            "seed",
            "Seed of the curve",
            0,
            999,
            0,
            widget=st.number_input,
            width=150,
            help="Each seed is another curve, and a network is trained on it: a few seconds.",
        )
    return kind, seed
