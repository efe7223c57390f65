"""The three nonlinearities and their slopes, and both at one place."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from dashboard import appearance, charts
from dashboard.components.contents import section
from dashboard.components.polling import part
from dashboard.learn import choices
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES
from rnnviz.notation import fixed
from rnnviz.plots.lessons import nonlinearities as drawn
from rnnviz.powers import typeset

_TIMESTEPS = 10


@part
def three_functions() -> None:
    """phi and phi', and their values at one place."""
    section("Three nonlinearities")
    z = choices.number("z", "z", -6.0, 6.0, 1.0, 0.1)
    at, theme = np.linspace(-6, 6, 481), appearance.theme()
    values = {name: (at, phi.value(at)) for name, phi in NONLINEARITIES.items()}
    slopes = {name: (at, phi.slope(at)) for name, phi in NONLINEARITIES.items()}
    maxima = {name: (phi.steepest_at, phi.steepest) for name, phi in NONLINEARITIES.items()}
    charts.show_pair(
        (partial(drawn.functions, values, z, theme=theme), "phi"),
        (partial(drawn.derivatives, slopes, maxima, z, theme=theme), "slopes"),
    )
    _functions_table(z)
    st.markdown(
        "tanh is centred at 0, bounded by ±1, and its slope reaches **1**. The sigmoid's slope is "
        "**0.25** at most. relu's is **1** for every positive z and 0 elsewhere, but nothing "
        "holds its value."
    )


def in_one_sentence() -> str:
    """The page in one sentence."""
    steepest = {name: phi.steepest for name, phi in NONLINEARITIES.items()}
    left = steepest["sigmoid"] ** _TIMESTEPS
    return (
        f"Through {_TIMESTEPS} timesteps the sigmoid's slope alone, {steepest['sigmoid']:g} at "
        f"most, leaves no more than ${typeset(left)}$ of a gradient; tanh and relu, with slopes up "
        f"to {steepest['tanh']:g}, can leave all of it, and of the two only tanh keeps the state "
        "itself between −1 and 1."
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
