"""Learn: “hello”, a character language model small enough to see every number."""

from __future__ import annotations

import streamlit as st

from dashboard.components.contents import begin_contents, section
from dashboard.learn.hello.own import show_own
from dashboard.learn.hello.small import show_small
from dashboard.learn.hello.text import show_text
from dashboard.learn.lesson import closing, own_numbers
from dashboard.view import own_subject

st.markdown(
    "A character language model reads a text character by character and, at each timestep, gives "
    "every character of its vocabulary a probability to come next. Here it reads one word. You "
    "see, from below, the character read, its one-hot vector $x_t$, the hidden state $h_t$, the "
    "logits $y_t$ (a score for each character, any number), and the probabilities $p_t$, which "
    "softmax makes of the logits. Before the first character nothing has been read: $h_0 = 0$."
)
begin_contents()
subject = own_numbers(
    "a small network",
    "The small network learns one word on this page, and every number of it is drawn. Yours has "
    "learned its text; a few of its units and characters are drawn.",
)
if subject is not None:
    said = show_own(subject)
    ask = (
        "Scrub through the snapshots on the left. Which targets become the likeliest character "
        "first, and which of them only with memory?"
    )
else:
    said = show_small()
    ask = (
        "Type a word in which one character is followed by several others, such as “mississippi” "
        "or “assassin”. How many units does it take, and what does the network without memory "
        "guess instead?"
    )
section("From a word to a text")
show_text(own_subject())
closing(ask, "samples", "Let your own network write", said)
