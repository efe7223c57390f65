"""What helps: clipping against explosion, gates against vanishing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard import appearance, charts, state
from dashboard.address import Flag
from dashboard.components.contents import section
from dashboard.components.polling import part
from dashboard.learn import choices, networks
from dashboard.view import own_subject, run_of
from rnnviz import plots
from rnnviz.analysis.gradients.clipping import clip
from rnnviz.analysis.gradients.reach import reaches
from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig
from rnnviz.lessons.tasks.settings import (
    GAP,
    LETTERS,
    RECALL_CELLS,
    RECALL_ITERATIONS,
    RECALL_UNITS,
    RECALLED,
    RECALLS,
    SEEDS,
)
from rnnviz.notation import counted, fixed, listed, percent, share_words, significant, unbroken
from rnnviz.plots.definitions import path_name
from rnnviz.powers import typeset
from rnnviz.records import Array
from rnnviz.training.schedule import default_learning_rate

if TYPE_CHECKING:
    from rnnviz.lessons.tasks.recall import Recall

_NORMS = tuple(10 ** (tenths / 10) for tenths in range(-20, 31))
_BY_LAG = (
    "Mean over the recalled letters' losses of |∂l<sub>t</sub>/∂state<sub>t−lag</sub>|, each "
    "curve divided by its value at lag 0: a network that makes smaller errors has smaller "
    "gradients everywhere."
)


@part
def clipping() -> None:
    """One gradient, clipped; and how often the run clipped its own."""
    st.markdown(
        "All gradients together are one long vector $g$. If its norm exceeds `clip_norm`, it is "
        "shortened to that; its **direction stays**."
    )
    st.latex(r"g \leftarrow g \cdot \min\left(1, \frac{\text{clip\_norm}}{\lVert g \rVert}\right)")
    gradient, limit = _ask_gradient()
    clipped = clip(gradient, limit)
    before, after = (float(np.linalg.norm(vector)) for vector in (gradient, clipped))
    st.markdown(
        f"A norm of ${typeset(before)}$ "
        + (f"becomes ${typeset(after)}$." if after < before else "is short enough: left alone.")
    )
    figure = partial(plots.clipping, gradient, clipped, limit, theme=appearance.theme())
    charts.show(figure, key="clipping")
    _own_clipping()


def _ask_gradient() -> tuple[Array, float]:
    """A gradient of two weights, and clip_norm."""
    with st.container(horizontal=True):
        norm = choices.one_of(
            "norm",
            "Norm of the gradient",
            _NORMS,
            _NORMS[25],
            widget=st.select_slider,
            named="{:.3g}".format,
            format_func=significant,
            width=270,
        )
        turn = choices.number("direction", "Direction (degrees)", 0, 360, 35, 5, width=200)
        limit = choices.number("clip_norm", "clip_norm", 0.1, 5.0, 1.0, 0.1, width=200)
    angle = np.deg2rad(turn)
    return norm * np.array([np.cos(angle), np.sin(angle)]), limit


def _own_clipping() -> None:
    subject = own_subject()
    history = None if subject is None else run_of(subject).history
    if subject is None or history is None or history.empty:
        return
    limit = run_of(subject).training_config.clip_norm
    largest = float(history["total_gradient_norm"].max())
    clipped = int((history["clip_factor"] < 1).sum())
    how = "Clipping was off."
    if limit is not None:
        how = f"`clip_norm`, {limit:g}, shortened {counted(clipped, 'of them', 'of them')}."
    st.markdown(
        f"**Your network**: over {len(history):,} iterations the largest total gradient norm was "
        f"${typeset(largest)}$. {how}"
    )


def gates() -> None:
    """The additive path of the LSTM, a task that needs it, and the run's own gradients."""
    st.markdown(
        r"Clipping cannot bring back a gradient that has vanished. The LSTM carries a cell state "
        r"that is **added to** rather than multiplied by a matrix: its direct factor per timestep "
        r"is the forget gate, which the network can learn to hold near 1."
    )
    st.latex(r"c_t = f_t \odot c_{t-1} + i_t \odot g_t")
    st.latex(
        r"\frac{\partial c_t}{\partial c_{t-1}} = \mathrm{diag}(f_t) + "
        r"\text{(what goes through the gates)}"
    )
    _recall()
    _own_by_lag()


@part
def _recall() -> None:
    """RNN and LSTM on a task with one long dependency."""
    st.markdown(_task())
    st.markdown(
        f"{unbroken(recalled_words())} Seeds 0 to {SEEDS - 1} repeat these trials here; others are "
        "new ones."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        iterations = choices.one_of(
            "trained",
            "Trained",
            (0, 100, RECALL_ITERATIONS),
            RECALL_ITERATIONS,
            format_func=lambda count: f"{count:,} iterations" if count else "not at all",
        )
        seed = choices.number("recall-seed", "Seed", 0, 99, 0, widget=st.number_input, width=120)
        both = state.linked("both", Flag(), False, key=state.key_of("both"))
        if st.button("Train both (some seconds)", type="primary", icon=":material/play_arrow:"):
            state.link("both", Flag(), False, key=both, value=True)
    if not state.value_of(both):
        st.caption(
            "Not trained yet. After training, this shows how often each recalls the letter, and "
            "how much of the gradient reaches it."
        )
        return
    _show_recall(seed, iterations)


def _task() -> str:
    rates = listed(
        f"{default_learning_rate(ModelConfig(cell=cell)):g} for the {CELLS[cell].title}"
        for cell in RECALL_CELLS
    )
    items = " ".join(f"{letter}{'.' * GAP}{letter}" for letter in "acb")
    return (
        f"A task that needs memory: `{items}`. The letter after the dots "
        f"({LETTERS[0]} to {LETTERS[-1]}) can only be known from the one before them. It is "
        f"predicted at the last dot, {GAP} timesteps after that letter was read: at lag {GAP} the "
        f"gradient has to arrive. Both networks have {RECALL_UNITS} units and are trained here and "
        f"now, alike but for the learning rate, which is the default of each cell: {rates}."
    )


def in_one_sentence() -> str:
    """The page in one sentence."""
    left, grown = 0.9**GAP, 1.1**GAP
    return (
        f"Going back {GAP} timesteps multiplies a gradient by {GAP} factors: {GAP} factors of 0.9 "
        f"leave {percent(left, 0)} of it, {GAP} factors of 1.1 make it {fixed(grown, 1)} times as "
        f"large. {recalled_words()}"
    )


def recalled_words() -> str:
    """How often each learns the task: measured before, and a person can repeat it."""
    (rnn, most), (lstm, _) = (RECALLS[cell] for cell in RECALL_CELLS)
    return (
        f"A letter {GAP} timesteps back was recalled by the LSTM from {lstm} of {SEEDS} seeds (at "
        f"least {percent(RECALLED, 0)} of the letters right), by the plain RNN from "
        f"{rnn or 'none'}: it never got more than {percent(most, 0)}, where guessing gets "
        f"{percent(1 / len(LETTERS), 0)}."
    )


def _show_recall(seed: int, iterations: int) -> None:
    """How often each recalls the letter, and how much of the gradient reaches it."""
    rnn, lstm = networks.recalls(seed, iterations)
    from rnnviz.lessons.tasks.recall import CHANCE, DRAWS  # with PyTorch, loaded by now

    left, middle, right = st.columns(3)
    left.metric("RNN recalls", percent(rnn.accuracy, 0))
    middle.metric("LSTM recalls", percent(lstm.accuracy, 0))
    right.metric("Chance", percent(CHANCE, 0))
    curves = {f"RNN, {path_name('h')}": rnn.h, f"LSTM, {path_name('h')}": lstm.h}
    if lstm.c is not None:
        curves[f"LSTM, {path_name('c')}"] = lstm.c
    figure = partial(
        plots.lag_comparison,
        {name: norms / norms[0] for name, norms in curves.items()},
        "How much of the gradient reaches the letter",
        _BY_LAG,
        y="relative gradient norm",
        mark_lag=lstm.letter_lag,
        mark="the letter was read",
        theme=appearance.theme(),
    )
    charts.show(figure, key="recall by lag")
    st.caption(
        f"Accuracy on {DRAWS} new draws of the {len(LETTERS)} items, one a letter. Where a curve "
        "is above 1, the gradient grew on its way back."
    )
    said = arrived_words((rnn, lstm), networks.recalls(seed, 0), iterations)
    st.markdown(unbroken(said))


def arrived_words(now: Sequence[Recall], untrained: Sequence[Recall], iterations: int) -> str:
    """How much of the gradient reaches the letter, before training and now; what that is worth.

    Args:
        now: of each cell, the network shown.
        untrained: the same networks at iteration 0.
        iterations: for how many the networks shown were trained.
    """
    before, after = _arrived(untrained), _arrived(now)
    said = (
        f"**What this says.** Of the gradient at lag 0, this reached the letter, {GAP} timesteps "
        f"back, in the untrained networks: {_listed_shares(before)}. That is what learning begins "
        "with."
    )
    if not iterations:
        return said
    said += f" After {iterations:,} iterations it is: {_listed_shares(after)}."
    for old, new in zip(untrained, now, strict=True):
        grown = _arrived([new])[0][1] > _arrived([old])[0][1]
        if grown and new.accuracy < RECALLED:
            said += (
                f" The {CELLS[new.cell].title}’s path h carries more than it did, and still the "
                f"{CELLS[new.cell].title} recalls only {percent(new.accuracy, 0)}."
            )
    return said + (
        " A large gradient is not a useful one: it says that the loss would change if the state "
        "there were changed a little, not that the network tells the letters apart. Compare it "
        "before training; whether a network has learned, the letters it recalls say."
    )


def _arrived(networks: Sequence[Recall]) -> list[tuple[str, float]]:
    """The share of the gradient at lag 0 that reaches the letter, by network and path."""
    return [
        (f"{CELLS[one.cell].title}, path {path}", float(norms[one.letter_lag] / norms[0]))
        for one in networks
        for path, norms in (("h", one.h), ("c", one.c))
        if norms is not None
    ]


def _listed_shares(shares: Sequence[tuple[str, float]]) -> str:
    return "; ".join(f"{name}: {share_words(share)}" for name, share in shares)


def _own_by_lag() -> None:
    """The selected run's stored norms by lag."""
    subject = own_subject()
    if subject is None:
        return
    iteration = subject.origin.iteration
    norms = run_of(subject).gradient_norms_by_lag([iteration])
    found = reaches(run_of(subject).lag_norms([iteration]))
    read = run_of(subject).description.judged_words
    section("How far gradients reach in your network")
    name = appearance.plain(subject.name)
    st.markdown(f"The network of **{name}** {subject.origin.at}, {read}:")
    figure = partial(
        plots.by_lag,
        norms,
        found,
        sequence_length=run_of(subject).window,
        numbered=subject.origin.numbered,
        theme=appearance.theme(),
    )
    charts.show(figure, key="own by lag", of=subject.name)
    st.caption("In a network that remembers longer the curve falls later.")
    if found:
        own = {path: reach for (_, path), reach in found.items()}
        appearance.readings(f"In this network, {subject.origin.at}", own)
