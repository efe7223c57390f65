"""Memory by outcome: what each network loses when it is reset so many characters before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import appearance, charts
from dashboard.compare.choice import Chosen
from dashboard.compare.sections import section
from rnnviz import plots
from rnnviz.records import Curve
from rnnviz.runs import courses
from rnnviz.runs.memory import PLACES, memory_words

_ABOUT = (
    "How far back a gradient reaches is one thing, how far back a network uses what it has read "
    "another. Here each network begins at the zero state 1, 2, 4 … 256 characters before "
    f"{PLACES} places of the held-out part (of all of a text where nothing is held out), and "
    "predicts the character there: what it loses by that, it remembers otherwise."
)
_JUDGED = (
    "Whether fewer characters do as well is judged by drawing the places again 1,000 times, four "
    "neighbours together: more characters help where all but 2.5 % of the means found say so. With "
    "so few places a loss is not quite the validation loss. Characters are those that the network "
    "reads."
)


def memory(chosen: Chosen, at: Sequence[int | None]) -> None:
    """Losses after a reset, of all runs on one axis."""
    st.subheader("What they remember", anchor=False)
    st.caption(_ABOUT)
    section("memory", "Measure memory", chosen, at, partial(_show, chosen))


def _show(chosen: Chosen, found: list[object | None]) -> None:
    from rnnviz.analysis.states.resetting import ResetLosses

    by_run = dict(zip([run.id for run in chosen.moments], found, strict=True))
    curves: list[Curve] = []
    for side in chosen.sides:
        own = [one for run in side.runs if isinstance(one := by_run[run.id], ResetLosses)]
        curve = courses.losses_by_reset(side, own)
        curves += [] if curve is None else [curve]
    if curves:
        figure = partial(plots.compared_memory, curves, theme=appearance.theme())
        charts.show(figure, key="memory compared")
    said = [
        f"- {appearance.plain(f'{label} {memory_words(one)}.')}"
        if isinstance(one, ResetLosses)
        else f"- {appearance.plain(f'{label}: {one}')}"
        for label, one in zip(chosen.labels, found, strict=True)
        if one is not None
    ]
    st.markdown("\n".join(said))
    if curves:
        st.caption(_JUDGED)
