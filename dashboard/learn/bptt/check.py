"""The page about backpropagation: gradients against what central differences measure."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import partial
from typing import get_args

import numpy as np
import streamlit as st

from dashboard import appearance, charts
from dashboard.learn import choices
from dashboard.learn.bptt.symbols import KATEX, listed, relative_error, table
from rnnviz import plots
from rnnviz.lessons.by_hand.gradient_check import Check, check_gradients
from rnnviz.lessons.by_hand.small_rnn import Backward, Forward, Mistake, SmallRNN, backward
from rnnviz.powers import ten_to
from rnnviz.records import Array, Ids

_MARKDOWN = {name: f"${symbol}$" for name, symbol in KATEX.items()}
_SYMBOLS = {
    "w_xh": "W<sub>xh</sub>",
    "w_hh": "W<sub>hh</sub>",
    "w_hy": "W<sub>hy</sub>",
    "b_h": "b<sub>h</sub>",
    "b_y": "b<sub>y</sub>",
}
_MISTAKES: dict[Mistake, str] = {
    "none": "No mistake",
    "slope": "Forget tanh's derivative",
    "previous": "Use $h_t$ for $h_{t-1}$",
    "carried": "Drop what comes from $t + 1$",
}


def say_how() -> None:
    """What central differences are, and why anyone takes them."""
    st.markdown(
        r"Derivatives written by hand are easily wrong, and a network with a wrong gradient often "
        r"still learns a little. So measure: move one weight by $\pm\varepsilon$ and look at $L$."
    )
    st.latex(
        r"\frac{\partial L}{\partial w} \approx "
        r"\frac{L(w + \varepsilon) - L(w - \varepsilon)}{2 \varepsilon}"
    )


def ask_power() -> int:
    """How far each weight is moved, as a power of ten."""
    return choices.one_of(
        "epsilon",
        "ε",
        range(-1, -13, -1),
        -5,
        widget=st.select_slider,
        named="1e{}".format,
        format_func=ten_to,
        width=260,
        help="Too large: the curve bends between the two points. Too small: rounding wins.",
    )


def gradient_check(network: SmallRNN, ids: Ids, ran: Forward, counted: Array) -> None:
    """Backpropagation against central differences, with a mistake if the person wants one."""
    say_how()
    with st.container(horizontal=True):
        mistakes: tuple[Mistake, ...] = get_args(Mistake)
        mistake = choices.one_of(
            "mistake",
            "Make a mistake on purpose",
            mistakes,
            mistakes[0],
            widget=st.radio,
            format_func=_MISTAKES.__getitem__,
            horizontal=True,
        )
        power = ask_power()
    found = backward(network, ran, counted, mistake)
    checks = check_gradients(network, ids, found, counted, 10.0**power)
    right_gradients = backward(network, ran, counted).terms
    changed = {
        name
        for name, terms in right_gradients.items()
        if not Check(found.terms[name].sum(0), terms.sum(0)).passed
    }
    why = _unharmed(found, mistake) if mistake != "none" and not changed else ""
    left, right = appearance.pair()
    with left:
        verdict(checks, changed, power, why)
    with right:
        pairs = {_SYMBOLS[name]: (c.analytic, c.numeric) for name, c in checks.items()}
        figure = partial(plots.gradient_check, pairs, theme=appearance.theme())
        charts.show(figure, key="bptt check")


def _unharmed(found: Backward, mistake: Mistake) -> str:
    """Why a mistake changes no gradient here."""
    if not np.any(found.dh):
        return ": all of them are zero here, with the mistake or without it"
    if mistake == "carried":
        return (
            ", and this mistake changes nothing here, because there is no later timestep that "
            "sends a gradient back"
        )
    return ", and this mistake changes none of them by as much as the check can see"


def verdict(checks: Mapping[str, Check], changed: Set[str], power: int, why: str = "") -> None:
    """Green or red, by weight.

    Args:
        checks: by weight.
        changed: the weights whose gradient the mistake really changes.
        power: of ten, by which the weights were moved.
        why: the mistake changes none.
    """
    failed = [name for name, check in checks.items() if not check.passed]
    wrong = [name for name in failed if name in changed]
    sound = [name for name in failed if name not in changed]
    if not failed:
        st.success(f"Every gradient is right{why}.", icon=":material/check_circle:")
    if wrong:
        st.error(f"Wrong: {listed(wrong, _MARKDOWN)}.", icon=":material/cancel:")
    if sound:
        of = f" of {listed(sound, _MARKDOWN)}" if wrong else ""
        st.error(
            f"The derivative{of} is right; the measurement is not: "
            f"$ε = {ten_to(power, 'latex')}$ is " + ("too large." if power > -5 else "too small."),
            icon=":material/cancel:",
        )
    st.markdown(table(checks, _MARKDOWN))
    st.caption(relative_error("all numbers of the weight"))
