"""Gates that do not look at the state: a product says all about a gradient's way back."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from dashboard import appearance, charts
from dashboard.components.polling import part
from dashboard.learn import choices
from rnnviz import plots
from rnnviz.lessons.pages.vanishing.min_gru import UNITS, Reading, measured, read
from rnnviz.notation import counted, significant, unbroken

_WORD, _MOST = "remember me", 18
_TOLD = 1e-9  # what is less is lost in the last digits of what is measured


@part
def min_gru() -> None:
    """The cell, a word read by it, and the two ways to know its gradient."""
    st.markdown(
        "The gates of an LSTM and a GRU read the state, so the way back leads through them and "
        "through $W_{hh}$ too: the forget gate is only its direct part. A **minGRU** (Feng et al. "
        "2024) leaves that out. Its gate and its candidate read the character alone, and there is "
        "no $W_{hh}$:"
    )
    st.latex(
        r"\begin{aligned} z_t &= \sigma(W_z x_t + b_z), \qquad n_t = g(W_n x_t + b_n)\\ "
        r"h_t &= (1 - z_t) \odot h_{t-1} + z_t \odot n_t \end{aligned}"
    )
    st.latex(r"\frac{\partial h_t}{\partial h_{t-d}} = \prod_{s=t-d+1}^{t} \mathrm{diag}(1 - z_s)")
    st.caption("$g(a)$ is $a + 1/2$ from 0 on and $\\sigma(a)$ below: always above zero.")
    with st.container(horizontal=True):
        word = choices.text("word", "What it reads", _WORD, _MOST, width=220) or _WORD
        unit = choices.number("kept-unit", "Unit", 0, UNITS - 1, 0, width=150)
        bias = choices.number("keep", "Bias towards keeping", -2.0, 5.0, 1.0, 0.25, width=240)
    reading = read(word, bias)
    product, found = reading.product[:, unit], measured(reading)[:, unit]
    left = product[:0:-1]
    theme = appearance.theme()
    appearance.drawing(plots.kept_states(word, reading.kept[:, unit], left, theme=theme))
    figure = partial(plots.theory_and_measurement, product, found, theme=theme)
    charts.show(figure, key="theory and measurement")
    st.caption(
        "A unit that remembers longer has a curve that falls later: raise the bias, and more is "
        "kept of every character."
    )
    st.markdown(unbroken(_sentence(word, reading, unit, found)))


def _sentence(word: str, reading: Reading, unit: int, found: np.ndarray) -> str:
    """What can be repeated, with the numbers of this moment."""
    product = reading.product[:, unit]
    told = product > _TOLD
    apart = float(np.abs(found[told] / product[told] - 1).max())
    where = "at every distance" if told.all() else "wherever more than a billionth is left"
    close = "less than a millionth" if apart < 1e-6 else significant(apart)
    return (
        "**What this says.** Were this unit higher by 1 before the first character, it would be "
        f"higher by {significant(float(found[-1]))} after the last, "
        f"{counted(len(word), 'character')} later. So it is measured, by moving it and reading the "
        "word again; and so the gates say, without that: it is the product of "
        f"{counted(len(word), 'number')}, 1 − z of each character. The two differ by {close} of "
        f"themselves {where}. In a minGRU a gradient fades for one reason alone: what "
        "its gates let in."
    )
