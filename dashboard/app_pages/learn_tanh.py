"""Learn: why tanh? The nonlinearities, applied again and again, and in three trained networks."""

from __future__ import annotations

import streamlit as st

from dashboard.components.contents import begin_contents
from dashboard.learn.lesson import closing
from dashboard.learn.tanh.functions import in_one_sentence, three_functions
from dashboard.learn.tanh.networks import three_networks
from dashboard.learn.tanh.own import own_values
from dashboard.learn.tanh.repetition import again_and_again

st.caption(
    "At every timestep the state passes through the same $\\varphi$, and on the way back the "
    "gradient passes through its slope. What that does to both, in numbers, and in three networks."
)
begin_contents()
three_functions()
again_and_again()
three_networks()
own_values()
closing(
    "With w = 1 relu keeps a state above 0 and its gradient for ever, which looks perfect (at 0 "
    "and below it loses both at once). Set w to 1.1 and 100 timesteps, then to 0.9: how near to 1 "
    "would every weight have to stay? And at which w does tanh keep a state other than 0?",
    "gradient_flow",
    "See how far gradients travel in your own run",
    in_one_sentence(),
)
