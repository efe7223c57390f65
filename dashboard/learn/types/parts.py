"""What the tasks of a Learn page share: what is typed, the states while reading, the score."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import appearance, charts
from dashboard.learn import choices
from rnnviz.notation import percent
from rnnviz.plots.lessons.reading import reading

if TYPE_CHECKING:
    from rnnviz.lessons.tasks.score import Score
    from rnnviz.lessons.tasks.task_network import Reading

_LONGEST = 120
_SHUFFLED = (
    "Its answers, shuffled: every answer the network gave is counted for another example, drawn at "
    "random. That is chance for a network that gives each answer as often as this one does, "
    "whatever it reads: what is reached beyond that comes from reading."
)


def ask_words(label: str, usual: str, task: str) -> str:
    """One line to be read; each task has its own."""
    return choices.text("input", label, usual, _LONGEST, of=task)


def show_reading(read: Reading, key: str, second_from: int | None = None) -> None:
    """Inputs, hidden states and outputs of one input; a decoder may go on at some timestep."""
    shown = read.inputs, read.outputs, read.h, read.sure
    figure = partial(reading, *shown, second_from=second_from, theme=appearance.theme())
    charts.show(figure, key=key)


def show_score(score: Score, what: str, more: Mapping[str, float] | None = None) -> None:
    """Right answers on held-out examples beside those that cannot know better.

    Args:
        score: the network's.
        what: what is counted, in the plural.
        more: further shares by name.
    """
    rows = {**score.controls, **(more or {})}
    lines = [
        f"| right answers on {score.held_out:,} held-out {what} | |",
        "|:--|--:|",
        f"| **the trained network** | **{percent(score.accuracy)}** |",
        *(f"| {appearance.plain(name)} | {percent(share)} |" for name, share in rows.items()),
    ]
    st.markdown("\n".join(lines))
    st.caption(_SHUFFLED)
