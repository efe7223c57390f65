"""The page about backpropagation: gradients against what central differences measure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from typing import get_args

import numpy as np
import streamlit as st

from dashboard import appearance
from rnnviz import plots
from rnnviz.lessons.gradient_check import TOLERANCE, Check, check_gradients
from rnnviz.lessons.scalar_recurrence import power_of_ten
from rnnviz.lessons.small_rnn import Array, Backward, Forward, Ids, Mistake, SmallRNN, backward

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
KATEX = {"w_xh": "W_{xh}", "w_hh": "W_{hh}", "w_hy": "W_{hy}", "b_h": "b_h", "b_y": "b_y"}
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


def gradient_check(network: SmallRNN, ids: Ids, ran: Forward, counted: Array) -> None:
    """Backpropagation against central differences, with a mistake if the person wants one."""
    st.markdown(
        r"Derivatives written by hand are easily wrong, and a network with a wrong gradient often "
        r"still learns a little. So measure: move one weight by $\pm\varepsilon$ and look at $L$."
    )
    st.latex(
        r"\frac{\partial L}{\partial w} \approx "
        r"\frac{L(w + \varepsilon) - L(w - \varepsilon)}{2 \varepsilon}"
    )
    with st.container(horizontal=True):
        mistake = st.radio(
            "Make a mistake on purpose",
            get_args(Mistake),
            format_func=_MISTAKES.__getitem__,
            horizontal=True,
            key="bptt mistake",
            persist_state="session",
        )
        power = st.select_slider(
            "ε",
            range(-1, -13, -1),
            -5,
            format_func=lambda power: "10" + str(power).translate(_RAISED),
            key="bptt epsilon",
            persist_state="session",
            width=260,
            help="Too large: the curve bends between the two points. Too small: rounding wins.",
        )
    found = backward(network, ran, counted, mistake)
    checks = check_gradients(network, ids, found, counted, 10.0**power)
    unharmed = backward(network, ran, counted)
    changed = {
        name
        for name, terms in unharmed.terms.items()
        if not Check(found.terms[name].sum(0), terms.sum(0)).passed
    }
    why = _unharmed(found) if mistake != "none" and not changed else ""
    left, right = appearance.pair()
    with left:
        verdict(checks, changed, power, why)
    with right:
        pairs = {_SYMBOLS[name]: (c.analytic, c.numeric) for name, c in checks.items()}
        appearance.chart(plots.gradient_check(pairs, theme=appearance.theme()), key="bptt check")


def _unharmed(found: Backward) -> str:
    """Why a mistake changes no gradient here."""
    if not np.any(found.dh):
        return ": all of them are zero here, with the mistake or without it"
    return (
        ", and this mistake changes nothing here, because there is no later timestep that sends "
        "a gradient back"
    )


def verdict(checks: Mapping[str, Check], changed: Set[str], power: int, why: str = "") -> None:
    """Green or red, by weight; `changed` are those whose gradient the mistake really changes, and
    `why` says why it changes none.
    """
    failed = [name for name, check in checks.items() if not check.passed]
    wrong = [name for name in failed if name in changed]
    sound = [name for name in failed if name not in changed]
    if not failed:
        st.success(f"Every gradient is right{why}.", icon=":material/check_circle:")
    if wrong:
        st.error(f"Wrong: {_listed(wrong)}.", icon=":material/cancel:")
    if sound:
        of = f" of {_listed(sound)}" if wrong else ""
        st.error(
            f"The derivative{of} is right; the measurement is not: $ε = 10^{{{power}}}$ is "
            + ("too large." if power > -5 else "too small."),
            icon=":material/cancel:",
        )
    rows = [
        f"| ${KATEX[name]}$ | {scientific(check.relative_error)} | {tick(check.passed)} |"
        for name, check in checks.items()
    ]
    st.markdown("\n".join(["| weight | relative error | |", "|---|---|---|", *rows]))
    st.caption(
        "Relative error: |a - n| / (|a| + |n|) over all numbers of the weight, a from "
        "backpropagation, n from central differences. Green below "
        f"$10^{{{math.log10(TOLERANCE):.0f}}}$."
    )


def scientific(value: float) -> str:
    """A number of any size, in KaTeX."""
    return f"${power_of_ten(math.log10(value)) if value else 0}$"


def tick(passed: bool) -> str:
    """Green for a gradient that is right, red for one that is wrong."""
    return ":green[:material/check_circle:]" if passed else ":red[:material/cancel:]"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"${KATEX[name]}$" for name in names)
