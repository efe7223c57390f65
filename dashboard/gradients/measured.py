"""What Gradient flow computes at once of a network and a text, kept for all visitors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import streamlit as st

from dashboard.server import load_torch
from rnnviz.analysis.gradients.reach import Reach
from rnnviz.models.subject import Subject
from rnnviz.runs.network.memory import input_reach_of, memory_of
from rnnviz.runs.run import Run

if TYPE_CHECKING:
    from rnnviz.analysis.gradients.input_reach import InputReach
    from rnnviz.analysis.gradients.itemised import Itemised
    from rnnviz.analysis.gradients.network_truncation import Truncation
    from rnnviz.analysis.gradients.timestep_shares import TimestepShares
    from rnnviz.analysis.states.resetting import ResetLosses


def input_reach(subject: Subject, characters: str) -> InputReach:
    """How each prediction of a text depends on each character before it."""
    return _input_reach(subject.key, characters, _subject=subject)


def memory(run: Run, subject: Subject) -> tuple[Reach, ResetLosses]:
    """How far back gradients say that a snapshot looks, and what a reset costs it.

    Raises:
        RunError: the snapshot is gone, or damaged.
        ValueError: the text is too short, or losses are no finite numbers.
    """
    return _memory(subject.key, subject.origin.iteration, _run=run)


def truncation(subject: Subject, characters: str, windows: Sequence[int]) -> Truncation:
    """What windows leave of the gradient of a text."""
    return _truncation(subject.key, characters, tuple(windows), _subject=subject)


def timestep_shares(subject: Subject, characters: str, window: int) -> TimestepShares:
    """What each timestep of a text adds to the gradient, cut at windows."""
    return _timestep_shares(subject.key, characters, window, _subject=subject)


def itemised(
    subject: Subject, characters: str, timestep: int, path: Literal["h", "c"], layer: int
) -> Itemised:
    """What each later loss of a text adds to the gradient at one state."""
    return _itemised(subject.key, characters, timestep, path, layer, _subject=subject)


@st.cache_resource(max_entries=8, show_spinner="Following predictions back to characters")
def _input_reach(key: str, characters: str, _subject: Subject) -> InputReach:
    load_torch()
    from rnnviz.analysis.gradients.input_reach import input_reach

    return input_reach(_subject.network(), _subject.alphabet.vocabulary, characters)


@st.cache_resource(max_entries=30, show_spinner="Resetting the network before 512 places")
def _memory(key: str, iteration: int, _run: Run) -> tuple[Reach, ResetLosses]:
    load_torch()
    return input_reach_of(_run, iteration), memory_of(_run, iteration)


@st.cache_resource(max_entries=12, show_spinner="Cutting the text into windows")
def _truncation(
    key: str, characters: str, windows: tuple[int, ...], _subject: Subject
) -> Truncation:
    load_torch()
    from rnnviz.analysis.gradients.network_truncation import truncation

    ids = _subject.alphabet.vocabulary.encode(characters)
    return truncation(_subject.network(), ids, windows)


@st.cache_resource(max_entries=12, show_spinner="Taking the gradient apart")
def _timestep_shares(key: str, characters: str, window: int, _subject: Subject) -> TimestepShares:
    load_torch()
    from rnnviz.analysis.gradients.timestep_shares import timestep_shares

    ids = _subject.alphabet.vocabulary.encode(characters)
    return timestep_shares(_subject.network(), ids, window)


@st.cache_resource(max_entries=60, show_spinner="Taking the gradient apart")
def _itemised(
    key: str,
    characters: str,
    timestep: int,
    path: Literal["h", "c"],
    layer: int,
    _subject: Subject,
) -> Itemised:
    load_torch()
    from rnnviz.analysis.gradients.itemised import itemised

    return itemised(
        _subject.network(),
        _subject.alphabet.vocabulary,
        characters,
        timestep,
        path=path,
        layer=layer,
    )
