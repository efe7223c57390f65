"""Learn: why tanh? The nonlinearities, applied again and again, and in three trained networks."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import appearance
from dashboard.learn.lesson import closing
from dashboard.learn.tanh.networks import three_networks
from dashboard.learn.tanh.own import own_values
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES
from rnnviz.lessons.pages.tanh.repetition import Repeated, least_fall, repeat
from rnnviz.notation import fixed, typeset
from rnnviz.plots.lessons import nonlinearities as drawn


@st.fragment
def three_functions() -> None:
    """phi and phi', and their values at one place."""
    st.subheader("Three nonlinearities", anchor=False)
    z = float(st.slider("z", -6.0, 6.0, 1.0, 0.1, key="z of phi", persist_state="session"))
    at, theme = np.linspace(-6, 6, 481), appearance.theme()
    values = {name: (at, phi.value(at)) for name, phi in NONLINEARITIES.items()}
    slopes = {name: (at, phi.slope(at)) for name, phi in NONLINEARITIES.items()}
    maxima = {name: (phi.steepest_at, phi.steepest) for name, phi in NONLINEARITIES.items()}
    left, right = appearance.pair()
    with left:
        appearance.chart(drawn.functions(values, z, theme=theme), key="phi")
    with right:
        appearance.chart(drawn.derivatives(slopes, maxima, z, theme=theme), key="slopes")
    _functions_table(z)
    st.markdown(
        "tanh is centred at 0, bounded by ±1, and its slope reaches **1**. The sigmoid's slope is "
        "**0.25** at most. relu's is **1** for every positive z and 0 elsewhere, but nothing "
        "holds its value."
    )


def _functions_table(z: float) -> None:
    """Formulas, and values at the place looked at; a column each, to fit a narrow page."""
    phis, at = NONLINEARITIES.values(), np.array([z])
    rows = {
        r"$\varphi(z)$": [rf"$\displaystyle {phi.formula}$" for phi in phis],
        r"$\varphi'(z)$": [f"${phi.derivative}$" for phi in phis],
        r"largest $\varphi'$": [f"{phi.steepest:g}" for phi in phis],
        rf"$\varphi({z:.1f})$": [fixed(phi.value(at)[0], 4) for phi in phis],
        rf"$\varphi'({z:.1f})$": [fixed(phi.slope(at)[0], 4) for phi in phis],
    }
    lines = ["| | " + " | ".join(NONLINEARITIES) + " |", "|:--|" + "--:|" * len(NONLINEARITIES)]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()]
    st.markdown("\n".join(lines))


@st.fragment
def again_and_again() -> None:
    """h_t = phi(w h_{t-1}) and the gradient through it."""
    st.subheader("Again and again", anchor=False)
    st.latex(
        r"h_t = \varphi(w\, h_{t-1}), \qquad "
        r"\frac{\partial h_t}{\partial h_0} = \prod_{k=1}^{t} w\, \varphi'(w\, h_{k-1})"
    )
    weight_place, start_place, count_place = st.columns(3)
    weight = weight_place.slider(
        "w", 0.1, 3.0, 1.0, 0.05, key="w of repetition", persist_state="session"
    )
    start = start_place.slider(
        "h₀", -3.0, 3.0, 1.0, 0.1, key="h0 of repetition", persist_state="session"
    )
    count = count_place.slider(
        "Timesteps", 1, 100, 20, key="timesteps of repetition", persist_state="session"
    )
    found = {name: repeat(name, float(weight), float(start), int(count)) for name in NONLINEARITIES}
    theme = appearance.theme()
    left, right = appearance.pair()
    with left:
        states = {name: each.h for name, each in found.items()}
        appearance.chart(drawn.repeated_states(states, theme=theme), key="repeated states")
    with right:
        gradients = {name: each.gradient for name, each in found.items()}
        appearance.chart(drawn.repeated_gradients(gradients, theme=theme), key="repeated gradients")
    st.markdown("\n".join(f"* {line}" for line in _said(found, float(weight), int(count))))


def _said(found: dict[str, Repeated], weight: float, count: int) -> list[str]:
    fall, least = least_fall(found["sigmoid"].gradient), 4 / weight
    first = {name: f"${typeset(float(each.h[0]))}$" for name, each in found.items()}
    last = {name: f"${typeset(float(each.h[-1]))}$" for name, each in found.items()}
    left = {name: f"${typeset(float(each.gradient[-1]))}$" for name, each in found.items()}
    return [
        f"**sigmoid**: $w \\varphi'$ is at most {weight:.3g} × 0.25 = {weight / 4:.3g}, so the "
        f"gradient is divided at least {least:.3g}-fold a timestep; here the least was "
        f"${typeset(fall)}$, and after {count} timesteps {left['sigmoid']} is left.",
        f"**relu**: the state goes from {first['relu']} to {last['relu']}, the gradient to "
        f"{left['relu']}. {_relu(found['relu'], weight)}",
        "**tanh**: from timestep 1 on the state is never beyond ±1; it ends at "
        f"{last['tanh']}, and {left['tanh']} of the gradient is left.",
    ]


def _relu(relu: Repeated, weight: float) -> str:
    if relu.h[0] <= 0:
        return "Where nothing positive arrives, the unit is shut and so is the way back."
    if weight > 1:
        return f"Each timestep multiplies both by w = {weight:.3g}: they grow without bound."
    return "Each timestep multiplies both by w: with w = 1 both are kept, below 1 both vanish."


st.caption(
    "At every timestep the state passes through the same $\\varphi$, and on the way back the "
    "gradient passes through its slope. What that does to both, in numbers, and in three networks."
)
three_functions()
again_and_again()
three_networks()
own_values()
closing(
    "With w = 1 relu keeps both its state and its gradient for ever, which looks perfect. Set "
    "w to 1.1 and 100 timesteps, then to 0.9: how near to 1 would every weight have to stay? And "
    "at which w does tanh keep a state other than 0?",
    "gradient_flow",
    "See how far gradients travel in your own run",
)
