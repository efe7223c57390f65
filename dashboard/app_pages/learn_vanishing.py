"""Learn: vanishing and exploding gradients, from one unit to whole networks."""

from __future__ import annotations

import streamlit as st

from dashboard.components.contents import begin_contents, section
from dashboard.learn.lesson import GATES_ALONE, closing
from dashboard.learn.vanishing.matrix import many_units
from dashboard.learn.vanishing.min_gru import min_gru
from dashboard.learn.vanishing.one_unit import one_unit
from dashboard.learn.vanishing.remedies import clipping, gates, in_one_sentence
from dashboard.train.beginning import try_gains

st.caption(
    "Going back one timestep multiplies a gradient by one factor. Many timesteps multiply many "
    "factors: below 1 the gradient vanishes, above 1 it explodes. Move the sliders and watch."
)
begin_contents()
section("One unit")
one_unit()
section("Many units: the matrix decides")
many_units()
section("The same in a real network")
try_gains()
section("Against explosion: clipping")
clipping()
section("Against vanishing: gates")
gates()
section(GATES_ALONE)
min_gru()
closing(
    "With tanh and $w_{hh} = 3$, find inputs for which the gradient neither vanishes nor explodes "
    "over 30 timesteps. How many did you have to try, and what does that say about training?",
    "gradient_flow",
    "See where gradients vanish in your network",
    in_one_sentence(),
)
