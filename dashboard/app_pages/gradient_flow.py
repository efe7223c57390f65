"""Gradient flow: how far gradients travel back through time, and how that changes in training."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.address import Among
from dashboard.inspection.gradients import (
    BY_LAG,
    LAST,
    MATRIX,
    WINDOW,
    along_the_text,
    by_lag,
    judged_words,
    over_training,
)
from dashboard.inspection.opening import ask_layer, opening

# What the pictures, which bear their definitions, do not say themselves.
_BESIDE = {
    BY_LAG: "How strongly a loss depends on the state so many characters before it, on average "
    "over losses {judged}. That distance is the lag: lag 0 is the state from which the character "
    "is predicted, lag 10 the one ten characters earlier. The gradient norm is the size of the "
    "gradient: how much the loss changes at most for a small change of that state. The upright "
    "axis is logarithmic: equal steps are equal factors.",
    LAST: "One loss, the last of the passage, and every state before it. A curve that falls to the "
    "left, further and further back, is a vanishing gradient; one that rises to the left an "
    "exploding one. The upright axis is logarithmic: equal steps are equal factors.",
    WINDOW: "Every loss at or after a timestep sends a gradient back to it; here they are added up "
    "before the norm, which is the size of the sum, is taken. The upright axis is logarithmic.",
    MATRIX: "A row is the gradient of one loss, a diagonal one lag. Colours are logarithmic: equal "
    "steps are equal factors.",
}

subject = opening(
    "How strongly the loss depends on hidden states further and further back: where gradients "
    "vanish, where they explode, and what training leaves out because it cuts them off at the edge "
    "of its window (truncation)."
)
with st.container(horizontal=True):
    which = st.segmented_control(
        "Which gradient",
        list(_BESIDE),
        required=True,
        key=state.linked("gradient", Among(list(_BESIDE)), BY_LAG, key="which gradient"),
        persist_state="session",
        label_visibility="collapsed",
    )
    layer = ask_layer(subject, "layer", labelled=False)
beside = _BESIDE[str(which)].format(judged=judged_words(subject))
st.caption(beside + " Timesteps are counted from 1." * (which != BY_LAG))
if which == BY_LAG:
    by_lag(subject, layer)
else:
    along_the_text(subject, str(which), layer)
over_training(subject, str(which), layer)
