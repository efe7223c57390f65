"""Truncated backpropagation over a long text: the windows, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from dashboard import appearance, cache, charts
from dashboard.address import MOST_CHARACTERS
from dashboard.components.polling import part
from dashboard.learn import choices, networks, readings
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.gradients.truncation import TruncationCost, lengths_to_try, reach
from rnnviz.lessons.by_hand.small_rnn import forward
from rnnviz.lessons.by_hand.truncation import costs
from rnnviz.models.subject import Subject
from rnnviz.notation import fixed, percent
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import Split

_RHYME = (
    "This is the house that Jack built. This is the malt that lay in the house that Jack built. "
    "This is the rat that ate the malt that lay in the house that Jack built. This is the cat "
    "that killed the rat that ate the malt that lay in the house that Jack built."
)
_HIDDEN_SIZE, _ITERATIONS = 24, 300
_UNTRAINED, _TRAINED = "untrained", "trained on this text"


@part
def truncation(own: Subject | None) -> None:
    """Ask for a text and a window; show what is cut and what it costs.

    Args:
        own: whose network pays; None takes a small one.
    """
    st.markdown(
        "On a text of a million characters nobody unrolls to the beginning. The text is cut into "
        "windows of $k$ timesteps. In each, the error is **computed anew**; the **state is "
        "carried** in from the window before; the **gradient is cut** at the window's first "
        "timestep."
    )
    iterations = 0 if own else _ask_small()
    text = _own_passage(own) if own else _typed()
    if len(text) < 2:
        st.caption("Type at least two characters.")
        return
    window, timestep = _ask_window(len(text) - 1)
    appearance.drawing(plots.bptt_windows(text[:-1], window, timestep, theme=appearance.theme()))
    st.caption(
        "Blue line: the hidden state, carried through. Shades: windows. Red marks: here the "
        "gradient is cut. Orange: the timesteps that the chosen loss corrects. The text's last "
        "character is missing: it is only predicted, and no timestep reads it."
    )
    st.markdown(_what_is_cut(len(text) - 1, window, timestep))
    lengths = lengths_to_try(len(text) - 1, window)
    if own:
        found = readings.network_costs(own, text, tuple(lengths))
    else:
        found = _small_costs(text, iterations, lengths)
    _show_cost(found, min(window, len(text) - 1))


def _ask_small() -> int:
    """For how many iterations the small network is trained."""
    state = choices.one_of(
        "network",
        "Small network",
        [_UNTRAINED, _TRAINED],
        _UNTRAINED,
        help=f"A tanh RNN of {_HIDDEN_SIZE} units; trained, it has learned from the text below for "
        f"{_ITERATIONS} iterations.",
    )
    return _ITERATIONS if state == _TRAINED else 0


def _typed() -> str:
    return choices.text("text", "Text", _RHYME, MOST_CHARACTERS, widget=st.text_area, height=100)


def _own_passage(subject: Subject) -> str:
    """The beginning of what the run never trained on."""
    run = run_of(subject)
    start = run.description.text_characters - Split.held_out_of(run.description.text_characters)
    text = cache.text_of(run)
    held_out = len(text) - start >= 2
    st.caption(
        f"The {'held-out part' if held_out else 'beginning'} of its text, read by its network "
        f"{subject.origin.at}."
    )
    return text[start:][:301] if held_out else text[:301]


def _ask_window(timesteps: int) -> tuple[int, int]:
    left, right = st.columns(2, gap="large")
    window = choices.number(
        "window",
        "Window k (timesteps)",
        1,
        100,
        7,
        widget=left.slider,
        help="Textbooks often draw 7 or 10; training here takes 64 by default.",
    )
    if timesteps == 1:
        return window, 0
    timestep = choices.number(
        "follow",
        "Follow the loss at timestep",
        1,
        timesteps,
        min(40, timesteps),
        widget=right.slider,
        of=timesteps,
    )
    return window, timestep - 1


def _what_is_cut(timesteps: int, window: int, timestep: int) -> str:
    window = min(window, timesteps)
    own, whole = reach(timestep, window), timestep + 1
    which = f"its own and the {own - 1} before it" if own > 1 else "its own only"
    mean = float(np.mean([reach(t, window) for t in range(timesteps)]))
    cut = (
        f" What the state carries from the {whole - own} before the cut is used, but this loss "
        "corrects none of them."
    )
    saved = (
        f" For the backward pass the states of {window} timesteps are kept instead of "
        f"{timesteps}, and its longest sweep takes {window} timesteps instead of {timesteps}."
        if window < timesteps
        else f" The window is as long as the text: nothing is cut, and nothing is saved; the "
        f"states of all {timesteps} timesteps are kept for the backward pass."
    )
    return (
        f"The gradient of the loss at timestep {whole} reaches **{own}** of the **{whole}** "
        f"timesteps read so far: {which}. Over the whole text a loss reaches {mean:.1f} timesteps "
        f"on average, its own among them, instead of {(timesteps + 1) / 2:.1f}."
        + cut * (own < whole)
        + saved
    )


def _small_costs(text: str, iterations: int, lengths: Sequence[int]) -> list[TruncationCost]:
    network = networks.small_rnn(text, _HIDDEN_SIZE, iterations)
    ids = Vocabulary.of(text).encode(text).astype(np.int64)
    return costs(network, forward(network, ids), lengths)


def _show_cost(found: list[TruncationCost], window: int) -> None:
    own = next(one for one in found if one.sequence_length == window)
    st.markdown(
        "The truncated gradient of $W_{hh}$, compared with the full one (the whole text as one "
        "window):"
    )
    with st.container(horizontal=True):
        cosine = fixed(own.cosine, 3)
        st.metric(f"Cosine at k = {window}", cosine, width=180)
        st.metric("Relative difference", percent(own.relative_error), width=180)
        st.metric("Truncated norm / full norm", percent(own.norm_ratio), width=220)
    if math.isnan(own.cosine):
        st.caption(
            "A gradient of zero points nowhere, so there is no cosine. It is zero where a text of "
            "two characters gives one timestep only, because $W_{hh}$ then meets nothing but "
            "$h_0 = 0$; and where a text has one distinct character only, because then nothing is "
            "left to learn."
        )
    _draw_cost(found, window)
    st.caption(
        "Of the gradient of the summed loss by $W_{hh}$, over the same weights and the same "
        "forward run. A longer window need not be better every time: it also matters which "
        "characters a cut parts."
    )


def _draw_cost(found: list[TruncationCost], window: int) -> None:
    """Two curves over the windows tried."""
    lengths = [one.sequence_length for one in found]
    cosines, errors = [one.cosine for one in found], [one.relative_error for one in found]
    cost = partial(plots.truncation_cost, lengths, chosen=window, theme=appearance.theme())
    same, far = "1: the same direction.", "|truncated − full| / |full|; 0: the same gradient."
    charts.show_pair(
        (partial(cost, cosines, "cosine", same), "truncation cosine"),
        (partial(cost, errors, "relative difference", far), "truncation relative difference"),
    )
