"""Gradient flow: how far gradients travel back through time, and how that changes in training."""

from __future__ import annotations

import streamlit as st

from dashboard.inspect.gradients import (
    BY_LAG,
    LAST,
    MATRIX,
    WINDOW,
    along_the_text,
    by_lag,
    over_training,
)
from dashboard.inspect.opening import ask_layer, opening

_MEANINGS = {
    BY_LAG: "How strongly a loss depends on the state so many characters before it, on average "
    "over the losses of the probe text: up to 128, from the beginning of the held-out part, or of "
    "the text where nothing is held out.",
    LAST: "The gradient of the last loss alone, at every timestep before it: the textbook picture "
    "of vanishing and exploding gradients.",
    WINDOW: "The gradient training uses, at every timestep: that of the sum of all losses.",
    MATRIX: "Every loss against every state before it: a row is the gradient of one loss, a "
    "diagonal one lag.",
}

subject = opening(
    "How strongly the loss depends on hidden states further and further back: where gradients "
    "vanish, where they explode, and what truncation cuts off."
)
with st.container(horizontal=True):
    which = st.segmented_control(
        "Which gradient",
        list(_MEANINGS),
        default=BY_LAG,
        required=True,
        key="which gradient",
        persist_state="session",
        label_visibility="collapsed",
    )
    layer = ask_layer(subject, "layer", labelled=False)
st.caption(_MEANINGS[str(which)])
if which == BY_LAG:
    by_lag(subject, layer)
else:
    along_the_text(subject, str(which), layer)
over_training(subject, layer)
