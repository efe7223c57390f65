"""Learn: backpropagation through time, on numbers small enough to follow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Set
from typing import get_args

import numpy as np
import streamlit as st

from dashboard import appearance
from dashboard.learn.bptt_truncation import truncation
from dashboard.learn.lesson import closing
from rnnviz import plots
from rnnviz.lessons.gradient_check import TOLERANCE, Check, check_gradients
from rnnviz.lessons.scalar_recurrence import power_of_ten
from rnnviz.lessons.small_rnn import (
    Array,
    Backward,
    Forward,
    Ids,
    Mistake,
    SmallRNN,
    backward,
    forward,
    random_network,
)
from rnnviz.plots.characters import mark
from rnnviz.text.vocabulary import Vocabulary

Checks = dict[str, Check]

_LONGEST = 8
_FIGURE_WIDTH = 440
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SYMBOLS = {
    "w_xh": "W<sub>xh</sub>",
    "w_hh": "W<sub>hh</sub>",
    "w_hy": "W<sub>hy</sub>",
    "b_h": "b<sub>h</sub>",
    "b_y": "b<sub>y</sub>",
}
_KATEX = {"w_xh": "W_{xh}", "w_hh": "W_{hh}", "w_hy": "W_{hy}", "b_h": "b_h", "b_y": "b_y"}
_MISTAKES: dict[Mistake, str] = {
    "none": "No mistake",
    "slope": "Forget tanh's derivative",
    "previous": "Use $h_t$ for $h_{t-1}$",
    "carried": "Drop what comes from $t + 1$",
}
_TERMS = {
    "w_xh": r"\frac{\partial L}{\partial W_{xh}} = \sum_t \delta_t \, x_t^\top",
    "w_hh": r"\frac{\partial L}{\partial W_{hh}} = \sum_t \delta_t \, h_{t-1}^\top",
    "w_hy": r"\frac{\partial L}{\partial W_{hy}} = \sum_t (p_t - x_{t+1}) \, h_t^\top",
}


def ask() -> tuple[str, SmallRNN, Ids, Array] | None:
    """The word, a network for it, its ids, and which losses count."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        word = st.text_input(
            "Word",
            "hello",
            max_chars=_LONGEST,
            key="bptt word",
            persist_state="session",
            width=160,
            help="The network reads it character by character and predicts the next one.",
        )[:_LONGEST]
        units = st.slider("Units", 1, 4, 3, key="bptt units", persist_state="session", width=150)
        seed = st.number_input(
            "Seed of the weights", 0, 999, 0, key="bptt seed", persist_state="session", width=150
        )
        timesteps = len(word) - 1
        if timesteps < 1:
            st.caption("Type at least two characters.")
            return None
        which = st.selectbox(
            "L is",
            range(timesteps + 1),
            format_func=lambda t: f"the loss l_{t} alone" if t else "the sum of all losses",
            key=f"bptt loss of {timesteps}",
            persist_state="session",
            width=220,
            help="Choose the last loss alone to watch one gradient travel back.",
        )
    vocabulary = Vocabulary.of(word)
    counted = np.ones(timesteps) if not which else (np.arange(1, timesteps + 1) == which) * 1.0
    ids = vocabulary.encode(word).astype(np.int64)
    return word, random_network(int(units), len(vocabulary), int(seed)), ids, counted


def there_and_back(word: str, ran: Forward, found: Backward, counted: Array) -> None:
    """The drawing, and one timestep worked out."""
    numbers = plots.UnrolledNumbers(
        text=word,
        h=ran.h,
        dh=found.dh,
        from_next=found.from_next,
        from_loss=found.from_loss,
        probability=ran.p[np.arange(len(ran.targets)), ran.targets],
        loss=ran.loss,
        counted=[bool(one) for one in counted],
    )
    appearance.drawing(plots.unrolled_graph(numbers, theme=appearance.theme()))
    st.caption(
        "Solid arrows: forward. Dashed arrows: the gradient on its way back, with its norm (L2). "
        "Red numbers are positive, blue ones negative; gradients share one scale."
    )
    st.markdown(
        r"Forward, $h_t = \tanh(z_t)$ with $z_t = W_{xh} x_t + W_{hh} h_{t-1} + b_h$. Backward, "
        r"the chain rule follows every way by which $h_t$ acts on $L$, and adds them up: its own "
        r"loss $l_t$, and the state after it. Softmax and cross-entropy together have a simple "
        r"derivative by the logits: $p_t - x_{t+1}$, the probabilities minus the target, which is "
        r"the next input, one-hot."
    )
    st.latex(
        r"\frac{\partial L}{\partial h_t} = \underbrace{W_{hy}^\top (p_t - x_{t+1})}"
        r"_{\text{from } l_t} + \underbrace{W_{hh}^\top \delta_{t+1}}_{\text{from } t + 1}"
    )
    st.latex(
        r"\delta_t = \frac{\partial L}{\partial z_t} = (1 - h_t^2) \odot "
        r"\frac{\partial L}{\partial h_t}"
    )
    one_timestep(found)


def one_timestep(found: Backward) -> None:
    """The two parts of one gradient, in numbers."""
    timesteps = len(found.dh)
    t = timesteps
    if timesteps > 1:
        t = st.slider(
            "Timestep worked out",
            1,
            timesteps,
            1,
            key=f"bptt timestep of {timesteps}",
            persist_state="session",
            width=300,
        )
    parts = [found.from_loss, found.from_next, found.dh]
    own, carried, both = (_column(part[t - 1]) for part in parts)
    st.latex(rf"\frac{{\partial L}}{{\partial h_{{{t}}}}} = {own} + {carried} = {both}")
    st.latex(rf"\delta_{{{t}}} = {_column(found.dz[t - 1])}")


def one_weight(word: str, ran: Forward, found: Backward, checks: Checks) -> None:
    """The gradient of one weight, term by term."""
    st.markdown(
        "The same weights are used at every timestep, so every timestep has its say: the gradient "
        "of a weight is a **sum over timesteps**."
    )
    name = st.segmented_control(
        "Weight",
        list(_TERMS),
        default="w_hh",
        required=True,
        format_func=lambda name: f"${_KATEX[name]}$",
        key="bptt weight",
        persist_state="session",
        label_visibility="collapsed",
    )
    st.latex(_TERMS[name])
    units = [f"unit {unit + 1}" for unit in range(ran.h.shape[1])]
    letters = _marks(Vocabulary.of(word).characters)
    rows = letters if name == "w_hy" else units
    columns = letters if name == "w_xh" else units
    read = _marks(word[:-1])
    terms = plots.gradient_terms(
        found.terms[name], f"W_{name[2:]}", rows, columns, read, theme=appearance.theme()
    )
    appearance.drawing(terms)
    check = checks[name]
    st.markdown(
        f"{_mark(check.passed)} The {len(ran.loss)} terms add up to what central differences "
        f"measure: relative error {_scientific(check.relative_error)}."
    )
    st.caption(_REMARKS[name])


_REMARKS = {
    "w_xh": "x_t is one-hot, so each term fills only the column of the character read.",
    "w_hh": "The first term is zero: the state before the first character is zero.",
    "w_hy": "This one needs no travel through time: each term uses its own loss only.",
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
    with st.container(horizontal=True, vertical_alignment="bottom"):
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
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=_FIGURE_WIDTH):
            right = backward(network, ran, counted)
            changed = {
                name
                for name, terms in right.terms.items()
                if not Check(found.terms[name].sum(0), terms.sum(0)).passed
            }
            why = _unharmed(found) if mistake != "none" and not changed else ""
            verdict(checks, changed, power, why)
        with st.container(width=_FIGURE_WIDTH):
            pairs = {_SYMBOLS[name]: (c.analytic, c.numeric) for name, c in checks.items()}
            appearance.chart(
                plots.gradient_check(pairs, theme=appearance.theme()), key="bptt check"
            )


def _unharmed(found: Backward) -> str:
    """Why a mistake changes no gradient here."""
    if not np.any(found.dh):
        return ": all of them are zero here, with the mistake or without it"
    return (
        ", and this mistake changes nothing here, because there is no later timestep that sends "
        "a gradient back"
    )


def verdict(checks: Checks, changed: Set[str], power: int, why: str = "") -> None:
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
        f"| ${_KATEX[name]}$ | {_scientific(check.relative_error)} | {_mark(check.passed)} |"
        for name, check in checks.items()
    ]
    st.markdown("\n".join(["| weight | relative error | |", "|---|---|---|", *rows]))
    st.caption(
        "Relative error: |a - n| / (|a| + |n|) over all numbers of the weight, a from "
        "backpropagation, n from central differences. Green below "
        f"$10^{{{math.log10(TOLERANCE):.0f}}}$."
    )


def _scientific(value: float) -> str:
    return f"${power_of_ten(math.log10(value)) if value else 0}$"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"${_KATEX[name]}$" for name in names)


def _marks(characters: Iterable[str]) -> list[str]:
    return [mark(character) for character in characters]


def _mark(passed: bool) -> str:
    return ":green[:material/check_circle:]" if passed else ":red[:material/cancel:]"


def _column(values: Array) -> str:
    inside = r" \\ ".join(f"{value:.3f}" for value in values)
    return rf"\begin{{bmatrix}} {inside} \end{{bmatrix}}"


st.caption(
    "How a loss at one character corrects weights used at many: the network is unrolled, and the "
    "chain rule runs back along time. Every number here is computed as you look at it."
)
st.subheader("There and back", anchor=False)
asked = ask()
if asked is not None:
    word, network, ids, counted = asked
    ran = forward(network, ids)
    found = backward(network, ran, counted)
    there_and_back(word, ran, found, counted)
    st.subheader("One weight, many timesteps", anchor=False)
    one_weight(word, ran, found, check_gradients(network, ids, found, counted))
    st.subheader("Is the gradient right?", anchor=False)
    gradient_check(network, ids, ran, counted)
st.subheader("Truncated: windows over a long text", anchor=False)
truncation()
closing(
    "In the last figure, which window is the shortest whose gradient points within 10° of the "
    "full one (cosine above 0.985)? Is it the same before and after training?",
    "gradient_flow",
    "See how far gradients reach in your run",
)
