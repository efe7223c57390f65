"""Memory by outcome: what each network loses when it is reset so many characters before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import appearance, charts
from dashboard.compare.choice import Chosen
from dashboard.compare.sections import known_of, section
from rnnviz import plots
from rnnviz.runs.compared import courses
from rnnviz.runs.compared.compared_words import memory_sentence
from rnnviz.runs.network.memory import PLACES, memory_words

if TYPE_CHECKING:
    from rnnviz.analysis.states.resetting import ResetLosses

_ABOUT = (
    "How far back a gradient reaches is one thing, how far back a network uses what it has read "
    "another. Here each network begins at the zero state 1, 2, 4 … 256 characters (of a short text "
    f"fewer) before {PLACES} places of the held-out part (of all of a text where nothing is held "
    "out), and predicts the character there: what that adds to its loss is what it makes of what "
    "it read before."
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
    section("memory", "Measure memory", chosen, at, _show)


def remembered(chosen: Chosen, at: Sequence[int | None]) -> str:
    """Which remembers longest; "" where not all were measured, or not at the same places."""
    found: dict[str, ResetLosses] = known_of("memory", chosen, at)
    read = {(run.description.text_sha256, run.alphabet.key) for run in chosen.moments}
    if len(found) < len(chosen.moments) or len(read) > 1:
        return ""
    measured = [(side, [found[run.id] for run in side.runs]) for side in chosen.sides]
    return memory_sentence(
        [(side.label, courses.one_of_each_seed(side, own)) for side, own in measured]
    )


def _show(chosen: Chosen, found: Mapping[str, ResetLosses]) -> None:
    measured = [
        (side, [found[run.id] for run in side.runs if run.id in found]) for side in chosen.sides
    ]
    curves = [courses.losses_by_reset(side, own) for side, own in measured]
    there = [curve for curve in curves if curve is not None]
    if there:
        figure = partial(plots.compared_memory, there, theme=appearance.theme())
        charts.show(figure, key="memory compared")
    said = [
        f"- {appearance.plain(f'{label} {memory_words(found[run.id])}.')}"
        for run, label in zip(chosen.moments, chosen.labels, strict=True)
        if run.id in found
    ]
    st.markdown("\n".join(said))
    if there:
        st.caption(_JUDGED)
