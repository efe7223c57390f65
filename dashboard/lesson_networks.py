"""The small networks of the Learn pages: trained when first asked for, then kept for all visitors.

Training is seeded, so every visitor and every server sees the same network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from rnnviz.lessons.captions import Captions
    from rnnviz.lessons.forecast import Forecast
    from rnnviz.lessons.next_character import NextCharacter
    from rnnviz.lessons.numerals import Numerals
    from rnnviz.lessons.scenes import Scenes
    from rnnviz.lessons.sentiment import Sentiment
    from rnnviz.lessons.tagging import Tagger

_ONCE = "it takes a few seconds, once"


@st.cache_resource(max_entries=8, show_spinner=f"Training on pairs of characters; {_ONCE}")
def next_character(key: str, _text: str) -> tuple[NextCharacter, float]:
    """The network without memory of a text, and what counting pairs reaches; the key names it."""
    _one_thread()
    from rnnviz.lessons.next_character import best_without_memory, learn

    return learn(_text), best_without_memory(_text)


@st.cache_resource(show_spinner=f"Training on 432 small pictures with captions; {_ONCE}")
def captions() -> Captions:
    """The network that says what is in a picture."""
    _one_thread()
    from rnnviz.lessons.captions import learn

    return learn()


@st.cache_resource(show_spinner=f"Training on 3,000 generated sentences; {_ONCE}")
def sentiment() -> Sentiment:
    """The network that says whether a sentence is kind."""
    _one_thread()
    from rnnviz.lessons.sentiment import learn

    return learn()


@st.cache_resource(show_spinner=f"Training on 800 numbers in two languages; {_ONCE}")
def numerals() -> Numerals:
    """The network that turns number words into digits."""
    _one_thread()
    from rnnviz.lessons.numerals import learn

    return learn()


@st.cache_resource(show_spinner=f"Training on 2,000 tagged sentences; {_ONCE}")
def tagger() -> Tagger:
    """The network that tags parts of speech."""
    _one_thread()
    from rnnviz.lessons.tagging import learn

    return learn()


@st.cache_resource(show_spinner=f"Training on 400 simulated videos; {_ONCE}")
def scenes() -> Scenes:
    """The network that names the scene of every frame."""
    _one_thread()
    from rnnviz.lessons.scenes import learn

    return learn()


@st.cache_resource(max_entries=12, show_spinner=f"Training on 500 days; {_ONCE}")
def forecast(kind: str, seed: int) -> Forecast:
    """A simulated curve and a network's forecasts of it."""
    _one_thread()
    from rnnviz.lessons.forecast import learn

    return learn(kind, seed)


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)  # the workers need the cores
