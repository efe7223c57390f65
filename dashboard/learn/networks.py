"""The small networks of the Learn pages: trained when first asked for, then kept for all visitors.

Training is seeded, so every visitor and every server sees the same network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import server
from rnnviz.lessons.by_hand.small_rnn import SmallRNN, random_network
from rnnviz.lessons.tasks.settings import RECALL_CELLS
from rnnviz.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from rnnviz.lessons.tasks.captions import Captions
    from rnnviz.lessons.tasks.forecast import Forecast
    from rnnviz.lessons.tasks.next_character import NextCharacter
    from rnnviz.lessons.tasks.numerals import Numerals
    from rnnviz.lessons.tasks.recall import Recall
    from rnnviz.lessons.tasks.scenes import Scenes
    from rnnviz.lessons.tasks.sentiment import Sentiment
    from rnnviz.lessons.tasks.tagging import Tagger

_ONCE = "it takes a few seconds, once"


@st.cache_resource(max_entries=8, show_spinner=f"Training on pairs of characters; {_ONCE}")
def next_character(key: str, _text: str) -> tuple[NextCharacter, float]:
    """The network without memory of a text, and what counting pairs reaches.

    Args:
        key: what the characters depend on: their text, and the alphabet it is read with.
    """
    server.load_torch()
    from rnnviz.lessons.tasks.next_character import best_without_memory, learn

    return learn(_text), best_without_memory(_text)


@st.cache_resource(show_spinner=f"Training on 432 small pictures with captions; {_ONCE}")
def captions() -> Captions:
    """The network that says what is in a picture."""
    server.load_torch()
    from rnnviz.lessons.tasks.captions import learn

    return learn()


@st.cache_resource(show_spinner=f"Training on 3,000 generated sentences; {_ONCE}")
def sentiment() -> Sentiment:
    """The network that says whether a sentence is positive or negative."""
    server.load_torch()
    from rnnviz.lessons.tasks.sentiment import learn

    return learn()


@st.cache_resource(show_spinner=f"Training on 800 numbers in two languages; {_ONCE}")
def numerals() -> Numerals:
    """The network that turns number words into digits."""
    server.load_torch()
    from rnnviz.lessons.tasks.numerals import learn

    return learn()


@st.cache_resource(show_spinner=f"Training on 2,000 tagged sentences; {_ONCE}")
def tagger() -> Tagger:
    """The network that tags parts of speech."""
    server.load_torch()
    from rnnviz.lessons.tasks.tagging import learn

    return learn()


@st.cache_resource(show_spinner=f"Training on 400 simulated videos; {_ONCE}")
def scenes() -> Scenes:
    """The network that names the scene of every frame."""
    server.load_torch()
    from rnnviz.lessons.tasks.scenes import learn

    return learn()


@st.cache_resource(max_entries=12, show_spinner=f"Training on 500 days; {_ONCE}")
def forecast(kind: str, seed: int) -> Forecast:
    """A simulated curve and a network's forecasts of it."""
    server.load_torch()
    from rnnviz.lessons.tasks.forecast import learn

    return learn(kind, seed)


@st.cache_resource(max_entries=16, show_spinner="Training a small network on this text")
def small_rnn(text: str, hidden_size: int, iterations: int) -> SmallRNN:
    """A small tanh RNN for a text; without iterations, an untrained one, made without torch."""
    if not iterations:
        return random_network(hidden_size, len(Vocabulary.of(text)), seed=0)
    server.load_torch()
    from rnnviz.lessons.pages.bptt.small_network import train_small

    return train_small(text, hidden_size, iterations)


@st.cache_resource(max_entries=24, show_spinner="Training an RNN and an LSTM on the task")
def recalls(seed: int, iterations: int) -> tuple[Recall, Recall]:
    """The RNN and the LSTM of the recall task."""
    server.load_torch()
    from rnnviz.lessons.tasks.recall import learn_to_recall

    rnn, lstm = (learn_to_recall(cell, seed, iterations) for cell in RECALL_CELLS)
    return rnn, lstm
