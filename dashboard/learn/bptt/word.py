"""The page about backpropagation: one word there and back, and the gradient of one weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import streamlit as st

from dashboard import appearance
from dashboard.learn import choices
from dashboard.learn.bptt.symbols import KATEX, columns, tick
from dashboard.learn.formulas import ROUNDED
from rnnviz import plots
from rnnviz.lessons.by_hand.gradient_check import Check
from rnnviz.lessons.by_hand.small_rnn import (
    Backward,
    Forward,
    SmallRNN,
    counted_losses,
    random_network,
)
from rnnviz.powers import typeset
from rnnviz.records import Array, Ids
from rnnviz.text.marks import mark
from rnnviz.text.vocabulary import Vocabulary

_LONGEST = 8
TERMS = {
    "w_xh": r"\frac{\partial L}{\partial W_{xh}} = \sum_t \delta_t \, x_t^\top",
    "w_hh": r"\frac{\partial L}{\partial W_{hh}} = \sum_t \delta_t \, h_{t-1}^\top",
    "w_hy": r"\frac{\partial L}{\partial W_{hy}} = \sum_t (p_t - x_{t+1}) \, h_t^\top",
}
ARROWS = (
    "Solid arrows: forward. Dashed arrows: the gradient on its way back, with its norm (L2). "
    "Red numbers are positive, blue ones negative; gradients share one scale."
)
TWO_WAYS = (
    r"the chain rule follows every way by which $h_t$ acts on $L$, and adds them up: its own "
    r"loss $l_t$, and the state after it. Softmax and cross-entropy together have a simple "
    r"derivative by the logits: $p_t - x_{t+1}$, the probabilities minus the target, which is "
    r"the next input, one-hot."
)
SUM = (
    "The same weights are used at every timestep, so every timestep has its say: the gradient of a "
    "weight is a **sum over timesteps**."
)
REMARKS = {
    "w_xh": "x_t is one-hot, so each term fills only the column of the character read.",
    "w_hh": "The first term is zero: the state before the first character is zero.",
    "w_hy": "This one needs no travel through time: each term uses its own loss only.",
}


def ask() -> tuple[str, SmallRNN, Ids, Array] | None:
    """The word, a network for it, its ids, and which losses count."""
    with st.container(horizontal=True):
        word = choices.text(
            "word",
            "Word",
            "hello",
            _LONGEST,
            width=160,
            help="The network reads it character by character and predicts the next one.",
        )
        units = choices.number("units", "Units", 1, 4, 3, width=150)
        seed = choices.number(
            "seed", "Seed of the weights", 0, 999, 0, widget=st.number_input, width=150
        )
        timesteps = len(word) - 1
        if timesteps < 1:
            st.caption("Type at least two characters.")
            return None
        which = ask_loss(timesteps)
    vocabulary = Vocabulary.of(word)
    counted = counted_losses(timesteps, which)
    ids = vocabulary.encode(word).astype(np.int64)
    return word, random_network(units, len(vocabulary), seed), ids, counted


def ask_loss(timesteps: int) -> int:
    """Which loss counts; 0 for all of them."""
    return choices.one_of(
        "loss",
        "Loss L",
        range(timesteps + 1),
        0,
        widget=st.selectbox,
        of=timesteps,
        format_func=lambda t: f"the loss l_{t} alone" if t else "the sum of all losses",
        width=220,
        help="Choose the last loss alone to watch one gradient travel back.",
    )


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
    st.caption(ARROWS)
    st.markdown(
        r"Forward, $h_t = \tanh(z_t)$ with $z_t = W_{xh} x_t + W_{hh} h_{t-1} + b_h$. Backward, "
        + TWO_WAYS
    )
    st.latex(
        r"\frac{\partial L}{\partial h_t} = \underbrace{W_{hy}^\top (p_t - x_{t+1})}"
        r"_{\text{from } l_t} + \underbrace{W_{hh}^\top \delta_{t+1}}_{\text{from } t + 1}"
    )
    st.latex(
        r"\delta_t = \frac{\partial L}{\partial z_t} = (1 - h_t^2) \odot "
        r"\frac{\partial L}{\partial h_t}"
    )
    _one_timestep(found)


def _one_timestep(found: Backward) -> None:
    """The two parts of one gradient, in numbers."""
    t = ask_timestep(len(found.dh))
    two_parts("h", t, found.from_loss[t - 1], found.from_next[t - 1])
    st.latex(rf"\delta_{{{t}}} = {columns(found.dz[t - 1])[0]}")


def ask_timestep(timesteps: int) -> int:
    """Which timestep is worked out, from 1."""
    if timesteps == 1:
        return 1
    return choices.number(
        "timestep", "Timestep worked out", 1, timesteps, 1, of=timesteps, width=300
    )


def two_parts(state: str, t: int, now: Array, later: Array, *, more: bool = False) -> None:
    """What a state's gradient is the sum of: its part from timestep t and that from t + 1."""
    first, second, both = columns(now, later, now + later, more=more)
    st.latex(rf"\frac{{\partial L}}{{\partial {state}_{{{t}}}}} = {first} + {second} = {both}")


def one_weight(word: str, ran: Forward, found: Backward, checks: Mapping[str, Check]) -> None:
    """The gradient of one weight, term by term."""
    st.markdown(SUM)
    name = choices.one_of(
        "weight",
        "Weight",
        list(TERMS),
        "w_hh",
        format_func=lambda name: f"${KATEX[name]}$",
        label_visibility="collapsed",
    )
    st.latex(TERMS[name])
    units = [f"unit {unit}" for unit in range(ran.h.shape[1])]
    letters = marks(Vocabulary.of(word).characters)
    rows = letters if name == "w_hy" else units
    columns = letters if name == "w_xh" else units
    read = marks(word[:-1])
    terms = plots.gradient_terms(
        found.terms[name], f"W_{name[2:]}", rows, columns, read, theme=appearance.theme()
    )
    appearance.drawing(terms)
    check = checks[name]
    st.markdown(
        f"{tick(check.passed)} The {len(ran.loss)} terms add up to what central differences "
        f"measure: relative error ${typeset(check.relative_error)}$."
    )
    st.caption(f"{REMARKS[name]} {ROUNDED}")


def sum_of_terms(timesteps: int, checks: Mapping[str, Check] | None = None) -> str:
    """The page in one sentence.

    Args:
        timesteps: of the word; 0 where there is none.
        checks: of every weight, where the gradient was measured too.
    """
    times = f"{timesteps} timesteps" if timesteps else "every timestep"
    terms = f"{timesteps} terms" if timesteps else "as many terms"
    said = (
        f"The network uses the same weights at {times}, so the gradient of a weight is the sum of "
        f"{terms}, one for each timestep"
    )
    if not checks:
        return said + "."
    largest = max(check.relative_error for check in checks.values())
    return (
        f"{said}; moving each weight a little and measuring the loss gives the same gradient, to "
        f"a relative error of ${typeset(largest)}$ at most."
    )


def marks(characters: Iterable[str]) -> list[str]:
    """Characters as they are seen."""
    return [mark(character) for character in characters]
