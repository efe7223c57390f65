"""Learn: backpropagation through time, on numbers small enough to follow."""

from __future__ import annotations

import streamlit as st

from dashboard.components.contents import begin_contents, section
from dashboard.learn.bptt.check import gradient_check
from dashboard.learn.bptt.own import ask_own, own_there_and_back
from dashboard.learn.bptt.own_weights import own_check, own_weight
from dashboard.learn.bptt.truncation import truncation
from dashboard.learn.bptt.word import ask, one_weight, sum_of_terms, there_and_back
from dashboard.learn.lesson import closing, own_numbers
from rnnviz.lessons.by_hand.gradient_check import check_gradients
from rnnviz.lessons.by_hand.small_rnn import backward, forward

_ONE_WEIGHT, _RIGHT = "One weight, many timesteps", "Is the gradient right?"

st.caption(
    "How a loss at one character corrects weights used at many: the network is unrolled, and the "
    "chain rule runs back along time. Every number here is computed as you look at it."
)
begin_contents()
subject = own_numbers("a small network")
said = sum_of_terms(0)
section("There and back")
if subject is not None:
    own = ask_own(subject)
    if own is not None:
        said = sum_of_terms(len(own.text) - 1)
        own_there_and_back(own)
        section(_ONE_WEIGHT)
        own_weight(own)
        section(_RIGHT)
        own_check(own)
else:
    asked = ask()
    if asked is not None:
        word, network, ids, counted = asked
        ran = forward(network, ids)
        found = backward(network, ran, counted)
        checks = check_gradients(network, ids, found, counted)
        said = sum_of_terms(len(ran.loss), checks)
        there_and_back(word, ran, found, counted)
        section(_ONE_WEIGHT)
        one_weight(word, ran, found, checks)
        section(_RIGHT)
        gradient_check(network, ids, ran, counted)
section("Truncated: windows over a long text")
truncation(subject)
closing(
    "In the last section, which window is the shortest whose gradient has a relative difference "
    "below 20 %? Is it the same before and after training (of your network: at an early and at a "
    "late snapshot), and why might it not be?",
    "gradient_flow",
    "See how far gradients reach in your network",
    said,
)
