"""What if: a copy of the network with something changed, looked at beside the network as it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import streamlit as st

from dashboard import actions, appearance, cache, charts, navigation, server, state
from dashboard.address import Among, Flag, Number
from dashboard.gradients.asking import ask_text
from dashboard.inspection.opening import ask_layer
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.gradients.changed_copy import Glance, said_of_change, these
from rnnviz.analysis.states.signals import NOT_FINITE, bounds, scales, signal
from rnnviz.cells import CELLS, Gate, Nonlinearity
from rnnviz.models.changed import Change, changed, check_change
from rnnviz.models.subject import Subject
from rnnviz.notation import capitalised, fixed, loss_words, significant
from rnnviz.plots.what_if import AS_IT_IS, CHANGED
from rnnviz.records import Floats
from rnnviz.runs.documents import RunError
from rnnviz.runs.seen import seen_of
from rnnviz.text.reading import TextError

T = TypeVar("T")

_MOST, _USUAL = 1_001, 301
_SCALE, _BIAS = Number(0, 3, 0.05), Number(-6, 6, 0.25)
_LONGEST_NAME = 100


def what_if(subject: Subject) -> None:
    """Ask what is changed and over which text, and show what that changes."""
    st.caption(
        "A copy of the network, changed by what you choose here and by nothing else, reads the "
        "same text as the network itself. The run stays as it is: nothing of it is written."
    )
    change = _ask(subject)
    layer = ask_layer(subject, "layer")
    passage = ask_text(subject, _MOST, _USUAL)
    if passage is None:
        return
    copy = changed(subject, change)
    try:
        before, after = (cache.glance(each, passage[0], layer) for each in (subject, copy))
    except TextError as error:
        appearance.complain(error)
        return
    _say(subject, change, before, after)
    looks = [before, after] if change.words else [before]
    _show(subject, looks)
    _show_states(looks, layer)
    _offer(subject, copy, change)


def _ask(subject: Subject) -> Change:
    """What can be changed of this network; of the rest it is said why not."""
    facts = CELLS[subject.model.cell]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scale, orthogonal = _ask_matrix(subject) if facts.reads_state else (1.0, False)
        phi = _ask_phi(subject, list(facts.learning_rates))
        bias = 0.0 if facts.keeping is None else _ask_bias(subject, facts.keeping)
    if lacks := list(_lacks(subject)):
        st.caption(appearance.plain(f"Not to be changed: {' '.join(lacks)}"))
    return Change(scale, orthogonal, phi, bias)


def _lacks(subject: Subject) -> Iterator[str]:
    """What cannot be changed of it, and why."""
    for change in (Change(orthogonal=True), Change(nonlinearity="relu"), Change(forget_bias=1.0)):
        try:
            check_change(subject.model, change)
        except ValueError as error:
            yield capitalised(str(error))


def _ask_matrix(subject: Subject) -> tuple[float, bool]:
    orthogonal = st.toggle(
        "W_hh orthogonal",
        key=state.linked("orthogonal", Flag(), False, key=_key(subject, "orthogonal")),
        persist_state="session",
        help="Each gate’s W_hh becomes the orthogonal matrix nearest to it: all its singular "
        "values are 1, so that it stretches and shrinks no length.",
    )
    scale = st.slider(
        "W_hh times",
        0.0,
        3.0,
        step=0.05,
        key=state.linked("factor", _SCALE, 1.0, key=_key(subject, "factor")),
        persist_state="session",
        width=260,
        help="What the W_hh of every gate and layer is multiplied by; 1 leaves it.",
    )
    return scale, orthogonal


def _ask_phi(subject: Subject, choices: list[Nonlinearity]) -> Nonlinearity | None:
    """Phi of a plain RNN, where it is another; None where it stays, or there is no choice."""
    own = subject.model.nonlinearity
    if len(choices) == 1:
        return None
    chosen = st.segmented_control(
        "Nonlinearity φ",
        choices,
        required=True,
        key=state.linked("phi", Among(choices), own, key=_key(subject, "phi")),
        persist_state="session",
        help="Applied to the same sums, with the same weights.",
    )
    return None if chosen == own else chosen


def _ask_bias(subject: Subject, gate: Gate) -> float:
    return st.slider(
        "Bias towards keeping moved by",
        -6.0,
        6.0,
        step=0.25,
        key=state.linked("bias", _BIAS, 0.0, key=_key(subject, "bias")),
        persist_state="session",
        width=260,
        help=f"Added to the bias {gate.bias_words}, of every unit: the higher, the more of the old "
        "state is kept.",
    )


def _key(subject: Subject, name: str) -> str:
    """Each network has choices of its own: what can be changed differs."""
    return state.key_of(name, subject.origin.run)


def _losses(subject: Subject, before: Glance, after: Glance) -> tuple[float, float]:
    seen = seen_of(run_of(subject))
    return seen.loss(before.trace.mean_loss), seen.loss(after.trace.mean_loss)


def _say(subject: Subject, change: Change, before: Glance, after: Glance) -> None:
    """What it changes: in a sentence, and in numbers."""
    losses = _losses(subject, before, after)
    if change.words:
        said = said_of_change(change.words, losses, before, after)
    elif not math.isfinite(losses[0]):
        said = f"Nothing is changed yet. {capitalised(NOT_FINITE)}"
    else:
        said = (
            f"Nothing is changed yet. As it is, this network predicts {these(before.trace)} at "
            f"{loss_words(losses[0])}."
        )
    with st.container(border=True):
        st.markdown(appearance.plain(said))
    st.caption(
        "All numbers and pictures here are of this passage, read from the zero state. “By lag” "
        "and the sidebar give numbers of other losses, which need not agree."
    )
    _numbers(losses, [before, after] if change.words else [before])


def _numbers(losses: tuple[float, float], looks: list[Glance]) -> None:
    """A table of the network as it is, and of its copy where something is changed."""
    rows = [
        (name, *written)
        for name, written in (
            ("", (AS_IT_IS, CHANGED)),
            (":--", ("--:", "--:")),
            ("loss on this text", map(loss_words, losses)),
            ("spectral radius of the mean Jacobian", (fixed(each.radius, 3) for each in looks)),
            (
                "largest singular value of the mean Jacobian",
                (fixed(each.sigma, 3) for each in looks),
            ),
        )
    ]
    st.markdown("\n".join(f"| {' | '.join(row[: 1 + len(looks)])} |" for row in rows))


def _show(subject: Subject, looks: list[Glance]) -> None:
    """Gradients by lag and eigenvalues, of the copy too where something is changed."""
    theme = appearance.theme()
    curves = [{path: r.curve for path, r in each.reaches.items()} for each in looks]
    planes = [each.eigenvalues for each in looks]
    of_none = [None] * (2 - len(looks))
    charts.show_pair(
        (partial(plots.changed_by_lag, *curves, *of_none, theme=theme), "what if by lag"),
        (partial(plots.changed_eigenvalues, *planes, *of_none, theme=theme), "what if eigenvalues"),
        of=subject.words,
    )
    of_which, than = "In a network that remembers longer the", ""
    if len(looks) > 1:
        of_which, than = (
            "Where a change makes the network remember longer, its",
            " than the grey one",
        )
    st.caption(
        f"{of_which} curve, seen from its own height at lag 0, falls later{than}, and more "
        "eigenvalues lie near the circle. A curve that is higher all along is of larger gradients, "
        "and one that rises to the right of exploding ones: by itself neither is memory."
    )


def _show_states(looks: list[Glance], layer: int) -> None:
    """The states of both on one scale, and how much they change from character to character."""
    values = signal(looks[0].trace, "h", layer)
    scale = scales(values, bounds(looks[0].trace, "h"))[0]
    shown = dict(zip((AS_IT_IS, CHANGED), looks, strict=False))
    places = appearance.pair() if len(shown) > 1 else [st.container()]
    finite = {name: each for name, each in shown.items() if np.isfinite(each.trace.h).all()}
    for place, (name, each) in zip(places, finite.items(), strict=False):
        draw = partial(plots.hidden_heatmap, each.trace, layer=layer, scale=scale)
        with place:
            charts.show(
                partial(draw, theme=appearance.theme()), key=f"what if states {name}", of=name
            )
    if len(finite) < len(shown):
        return
    st.caption(
        "In a network that remembers longer, some units keep their colour over many characters: "
        "stripes along the text."
    )
    st.markdown(appearance.plain(states_words([each.trace.h[layer] for each in looks])))


def states_words(states: Sequence[Floats]) -> str:
    """How much states change from one character to the next, of a network and of its copy.

    Args:
        states: of the network as it is, and of its copy where something is changed (time, unit).

    Example:
        >>> states_words([np.array([[0.0], [0.5]]), np.array([[0.0], [0.25]])])
        'From one character to the next, h changes by 0.25 in the mean over units, instead of 0.5.'
    """
    moved = [significant(float(np.abs(np.diff(h, axis=0)).mean())) for h in states]
    instead = f", instead of {moved[0]}" * (len(moved) > 1)
    return (
        f"From one character to the next, h changes by {moved[-1]} in the mean over units{instead}."
    )


def _offer(subject: Subject, copy: Subject, change: Change) -> None:
    """Make the changed copy a run that starts there."""
    if actions.only_shown() or not change.words:
        return
    run = run_of(subject)
    if st.button(
        "Make it a run, trained on from here",
        icon=":material/play_arrow:",
        help="A new run that begins with these changed weights, and learns the same text with the "
        f"same settings as {run.description.name}. This one stays as it is.",
    ):
        about = run.description
        try:
            made = actions.begin(
                run.text,
                title=f"{about.name}, {change.words}"[:_LONGEST_NAME],
                ready=server.ready(),
                name=about.text_name,
                model=copy.model,
                training=about.training,
                hangul=about.alphabet.hangul,
                encoding=about.reading,
                begin=copy,
            )
        except (TextError, RunError, ValueError) as error:
            appearance.complain(error)
            return
        state.open_run(made.id)
        navigation.go("train")
