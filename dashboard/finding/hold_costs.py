"""What holding units costs, read once for all visitors who hold the same."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import server
from rnnviz.analysis.units.held_cost import At, HeldCost
from rnnviz.models.subject import Subject
from rnnviz.records import Trace


@dataclass(frozen=True, slots=True)
class Choice:
    """What is held.

    Attributes:
        units: of the layer.
        layer: from 0.
        signal: "h", "c" or a gate.
        at: the value, or "mean".
    """

    units: tuple[int, ...]
    layer: int
    signal: str
    at: At


def held_cost(subject: Subject, trace: Trace, choice: Choice) -> HeldCost:
    """What holding units of a network costs over the text of a trace of it."""
    return _held_cost(subject.key, trace.text, choice, _subject=subject, _trace=trace)


@st.cache_resource(max_entries=12, show_spinner="Reading the text, units held and not")
def _held_cost(
    key: str, characters: str, choice: Choice, _subject: Subject, _trace: Trace
) -> HeldCost:
    server.load_torch()
    from rnnviz.analysis.units.holding import cost_of_holding

    return cost_of_holding(
        _subject.network(),
        _trace,
        choice.units,
        choice.at,
        layer=choice.layer,
        signal=choice.signal,
    )
