"""Numbers a person may change one by one: a matrix, its columns grouped."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import streamlit as st

from dashboard import state
from dashboard.address import Number, Numbers
from rnnviz.records import Array

_FIELD, _EDGES = 126, 34


def kept_numbers(name: str, usual: Array, limit: float) -> Array:
    """The numbers as they were changed, or the usual ones; the address keeps them, row by row."""
    form, first = Numbers(usual.size, Number(-limit, limit)), tuple(usual.ravel().tolist())
    key = state.linked(name, form, first, key=state.key_of(name))
    return np.clip(np.reshape(state.value_of(key), usual.shape), -limit, limit)


def ask_numbers(
    name: str, values: Array, groups: Sequence[tuple[str, int]], *, limit: float
) -> None:
    """A field for every entry; a change is kept and seen from the next run of the page on.

    Each group is a box of its own, to be put side by side by the container around them.

    Args:
        name: under which the address keeps them.
        values: as they are now (row, column).
        groups: of columns: a heading (Markdown) and how many.
        limit: the largest size of an entry.
    """
    begin = 0
    for heading, width in groups:
        with st.container(border=True, width=_FIELD * width + _EDGES):
            st.markdown(heading)
            for row in range(len(values)):
                for column, field in enumerate(st.columns(width, gap="xsmall"), begin):
                    with field:
                        _ask(name, values, row, column, limit)
        begin += width


def ask_row(name: str, values: Array, row: int, headings: Sequence[str], *, limit: float) -> None:
    """A box with a field for every entry of one row, each under a heading (Markdown) of its own."""
    with st.container(border=True, width=_FIELD * len(headings) + _EDGES):
        for column, field in enumerate(st.columns(len(headings), gap="xsmall")):
            with field:
                st.markdown(headings[column])
                _ask(name, values, row, column, limit)


def forget(name: str) -> None:
    """Back to the usual numbers."""
    state.forget(state.key_of(name))


def _ask(name: str, values: Array, row: int, column: int, limit: float) -> None:
    key = state.key_of(name, f"{row} {column}")
    state.put(key, float(values[row, column]))
    st.number_input(
        f"row {row + 1}, column {column + 1}",
        min_value=-limit,
        max_value=limit,
        step=0.1,
        format="%.2f",
        key=key,
        label_visibility="collapsed",
        on_change=_changed,
        args=(name, values, row, column, key),
    )


def _changed(name: str, values: Array, row: int, column: int, key: str) -> None:
    given, changed = state.value_of(key), values.copy()
    if given is not None and math.isfinite(given):
        changed[row, column] = float(given)
    state.put(state.key_of(name), tuple(changed.ravel().tolist()))
