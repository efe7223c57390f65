"""A nonlinearity applied again and again: what becomes of the state and of its gradient."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import appearance, charts
from dashboard.components.contents import section
from dashboard.components.polling import part
from dashboard.learn import choices
from rnnviz.cells import LARGEST_SLOPE, Nonlinearity
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES
from rnnviz.lessons.pages.tanh.repetition import Repeated, least_fall, repeat
from rnnviz.notation import significant
from rnnviz.plots.lessons import nonlinearities as drawn
from rnnviz.powers import typeset


@part
def again_and_again() -> None:
    """h_t = phi(w h_{t-1}) and the gradient through it."""
    section("Again and again")
    st.latex(
        r"h_t = \varphi(w\, h_{t-1}), \qquad "
        r"\frac{\partial h_t}{\partial h_0} = \prod_{k=1}^{t} w\, \varphi'(w\, h_{k-1})"
    )
    weight_place, start_place, count_place = st.columns(3)
    weight = choices.number("w", "w", 0.1, 3.0, 1.0, 0.05, widget=weight_place.slider)
    start = choices.number("h_0", "h₀", -3.0, 3.0, 1.0, 0.1, widget=start_place.slider)
    count = choices.number("timesteps", "Timesteps", 1, 100, 20, widget=count_place.slider)
    found = {name: repeat(name, weight, start, count) for name in NONLINEARITIES}
    states = {name: each.h for name, each in found.items()}
    gradients = {name: each.gradient for name, each in found.items()}
    theme = appearance.theme()
    charts.show_pair(
        (partial(drawn.repeated_states, states, theme=theme), "repeated states"),
        (partial(drawn.repeated_gradients, gradients, theme=theme), "repeated gradients"),
    )
    st.markdown("\n".join(f"* {line}" for line in _said(found, weight, count)))


def _said(found: dict[Nonlinearity, Repeated], weight: float, count: int) -> list[str]:
    fall, slope = least_fall(found["sigmoid"].gradient), LARGEST_SLOPE["sigmoid"]
    most = weight * slope
    first = {name: f"${typeset(float(each.h[0]))}$" for name, each in found.items()}
    last = {name: f"${typeset(float(each.h[-1]))}$" for name, each in found.items()}
    left = {name: f"${typeset(float(each.gradient[-1]))}$" for name, each in found.items()}
    return [
        f"**sigmoid**: $w \\varphi'$ is at most {significant(weight)} × {significant(slope)} = "
        f"{significant(most)}, so the gradient is divided at least {significant(1 / most)}-fold a "
        f"timestep; here the least was ${typeset(fall)}$, and after {count} timesteps "
        f"{left['sigmoid']} is left.",
        f"**relu**: the state goes from {first['relu']} to {last['relu']}, the gradient to "
        f"{left['relu']}. {_relu(found['relu'], weight)}",
        "**tanh**: from timestep 1 on the state is never beyond ±1; it ends at "
        f"{last['tanh']}, and {left['tanh']} of the gradient is left.",
    ]


def _relu(relu: Repeated, weight: float) -> str:
    if relu.h[0] <= 0:
        return "Where nothing positive arrives, the unit is shut and so is the way back."
    if weight > 1:
        return (
            f"Each timestep multiplies both by w = {significant(weight)}: they grow without bound."
        )
    return "Each timestep multiplies both by w: with w = 1 both are kept, below 1 both vanish."
