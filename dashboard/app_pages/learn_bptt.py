"""Learn: backpropagation through time, on numbers small enough to follow."""

from __future__ import annotations

import streamlit as st

from dashboard.learn.bptt_check import gradient_check
from dashboard.learn.bptt_truncation import truncation
from dashboard.learn.bptt_word import ask, one_weight, there_and_back
from dashboard.learn.lesson import closing
from rnnviz.lessons.gradient_check import check_gradients
from rnnviz.lessons.small_rnn import backward, forward

st.caption(
    "How a loss at one character corrects weights used at many: the network is unrolled, and the "
    "chain rule runs back along time. Every number here is computed as you look at it."
)
st.subheader("There and back", anchor=False)
asked = ask()
if asked is not None:
    word, network, ids, counted = asked
    ran = forward(network, ids)
    found = backward(network, ran, counted)
    there_and_back(word, ran, found, counted)
    st.subheader("One weight, many timesteps", anchor=False)
    one_weight(word, ran, found, check_gradients(network, ids, found, counted))
    st.subheader("Is the gradient right?", anchor=False)
    gradient_check(network, ids, ran, counted)
st.subheader("Truncated: windows over a long text", anchor=False)
truncation()
closing(
    "Which window is the shortest whose gradient has a relative error below 20 %? Is it the same "
    "before and after training, and why might it not be?",
    "gradient_flow",
    "See how far gradients reach in your run",
)
