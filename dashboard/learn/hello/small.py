"""The page about “hello” with a network small enough to be trained on the page."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from dashboard import appearance, charts
from dashboard.components.contents import section
from dashboard.learn import choices
from dashboard.learn.hello import training
from dashboard.learn.hello.training import Pair
from dashboard.learn.hello.words import (
    FRAMED,
    MEMORY,
    below_chart,
    how_far,
    why_memory,
    worth_of_memory,
)
from rnnviz.lessons.pages.hello import word as hello
from rnnviz.lessons.pages.hello.learner import MOST_ITERATIONS, Learner
from rnnviz.lessons.pages.hello.word import Word
from rnnviz.notation import loss_words
from rnnviz.plots.drawings.word_network import Chain, Columns, word_network, writing
from rnnviz.plots.lessons.memory import loss_with_and_without_memory
from rnnviz.text.marks import mark

_UNITS = [3, 4, 8, 12]


def show_small() -> str:
    """The whole lesson on one word; it in one sentence."""
    st.latex(r"""\begin{aligned}
h_t &= \tanh(W_{xh}\,x_t + W_{hh}\,h_{t-1} + b_h)\\
y_t &= W_{hy}\,h_t + b_y\\
p_t &= \operatorname{softmax}(y_t)
\end{aligned}""")
    pair = _ask()
    if pair is None:
        return MEMORY
    _draw(pair.memory)
    st.caption(f"{FRAMED} One iteration reads the word once and then updates every weight once.")
    _train(pair)
    is_hello = pair.memory.word.text == "hello"
    section("Why the two l’s need memory" if is_hello else "What memory is for")
    _memory(pair)
    section("Let it write")
    _write(pair.memory)
    right, without = (int(each.now.right.sum()) for each in (pair.memory, pair.without))
    return worth_of_memory(pair.memory.word, pair.memory.iteration, right, without)


def _ask() -> Pair | None:
    """Which word, how many units, which seed."""
    with st.container(horizontal=True):
        typed = choices.text(
            "word",
            "Word",
            "hello",
            hello.LONGEST,
            width=240,
            help=f"2 to {hello.LONGEST} characters of any kind; each distinct one is in the "
            "vocabulary.",
        )
        units = choices.one_of("units", "Hidden units", _UNITS, _UNITS[0])
        seed = _ask_seed()
    try:
        word = Word.of(typed)
    except ValueError as error:
        appearance.complain(error)
        return None
    return training.pair_of(word, units, seed)


def _ask_seed() -> int:
    return choices.number(
        "seed",
        "Seed",
        0,
        9999,
        3,
        widget=st.number_input,
        width=120,
        help="Of the initial weights. With 3 units, “hello” is learned within 60 iterations "
        "from each of the seeds 0 to 4.",
    )


def _draw(learner: Learner) -> None:
    """The figure in columns."""
    word, now = learner.word, learner.now
    columns = Columns(
        word.vocabulary,
        word.inputs,
        word.targets,
        now.h[1:],
        now.logits,
        now.p,
        learner.memory,
    )
    appearance.drawing(word_network(columns, theme=appearance.theme()))


def _train(pair: Pair) -> None:
    """Buttons, and how far training has come."""
    learner, now = pair.memory, pair.memory.now
    full = learner.iteration >= training.MOST_IN_ALL
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, iterations in (
            ("1 iteration", 1),
            ("10 iterations", 10),
            ("100 iterations", 100),
        ):
            st.button(label, on_click=training.train, args=(pair, iterations), disabled=full)
        st.button(
            "Until learned",
            type="primary",
            on_click=training.train,
            args=(pair, None),
            disabled=full or learner.learned,
        )
        again = "Start again"
        st.button(again, icon=":material/replay:", on_click=training.start_again, args=(pair,))
    right, count = int(now.right.sum()), len(now.right)
    st.markdown(how_far(learner.iteration, learner.losses[-1], right, count))
    _say_whether_learned(learner)


def _say_whether_learned(learner: Learner) -> None:
    if learner.learned:
        st.success(
            "Learned: at every timestep the likeliest character is the target. Its probability may "
            "still be close to that of another; more iterations make it surer.",
            icon=":material/check:",
        )
    elif learner.iteration >= MOST_ITERATIONS:
        st.info(
            f"Not learned in {learner.iteration:,} iterations. A word that makes the network count "
            "is hard for few units: give it more, or another seed.",
            icon=":material/info:",
        )


def _memory(pair: Pair) -> None:
    """Why memory is needed, shown by taking it away."""
    word, floor = pair.memory.word, hello.loss_without_memory(pair.memory.word)
    st.markdown(why_memory(word, floor))
    _draw(pair.without)
    if not pair.memory.iteration:
        st.caption(
            "Neither has been trained yet, so what they say is chance: press “Until learned” "
            "above, and compare them here."
        )
        return
    count = len(word.inputs)
    with_it, without = (int(each.now.right.sum()) for each in (pair.memory, pair.without))
    st.markdown(
        f"Without memory: **{without} of {count}** right, loss "
        f"{loss_words(pair.without.losses[-1])}. "
        f"With memory: **{with_it} of {count}**, loss {loss_words(pair.memory.losses[-1])}."
    )
    figure = partial(
        loss_with_and_without_memory,
        pair.memory.losses,
        pair.without.losses,
        floor,
        theme=appearance.theme(),
    )
    charts.show(figure, key="loss of the word")
    st.caption(below_chart(floor))


def _write(learner: Learner) -> None:
    """Each output becomes the next input."""
    word = learner.word
    st.markdown(
        "To write, the network needs only a first character. The likeliest character at each "
        "timestep becomes the next input; that is called temperature 0. At any other, logits are "
        "divided by the temperature before softmax, and the character is drawn at random: the "
        "higher it is, the more often a less likely one comes."
    )
    written = hello.write(learner.network, *_ask_writing(word))
    characters = [word.vocabulary[place] for place in written.ids]
    chain = Chain(characters, np.asarray(written.probability))
    appearance.drawing(writing(chain, theme=appearance.theme()))
    st.caption(
        "Above each output stands its probability. What the network writes after the word's end "
        "was never trained: nothing told it what follows there."
    )


def _ask_writing(word: Word) -> tuple[int, int]:
    """Which character is given first, and how many follow."""
    with st.container(horizontal=True):
        first = choices.one_of(
            "first",
            "First character",
            word.vocabulary,
            word.vocabulary[0],
            widget=st.selectbox,
            named=str,
            of=word.text,
            format_func=mark,
            width=170,
        )
        usual = len(word.inputs)
        length = choices.number("length", "Characters to write", 1, 24, usual, of=usual, width=300)
    return word.vocabulary.index(first), length
