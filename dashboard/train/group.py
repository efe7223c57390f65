"""The runs that one was started with: how they stand, and the way to all of them."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from dashboard import appearance, cache
from dashboard.components.leading import MOST_COMPARED, compare, find_in_table
from dashboard.components.polling import polled
from rnnviz.notation import counted
from rnnviz.runs.index import Listed
from rnnviz.runs.run import Run
from rnnviz.runs.states import LIVING

_LOOK_SECONDS = 3.0


def group_of(run: Run) -> None:
    """How the group of a run stands, where it has one, and the way to its page and its table."""
    group = run.description.group
    if group is None:
        return
    runs = _runs(group)
    alive = any(each.state in LIVING for each in runs)
    with st.container(horizontal=True, vertical_alignment="center"):
        polled(_LOOK_SECONDS if alive else None)(_say)(group, alive)
        if len(runs) > 1 and st.button(
            "Compare them",
            icon=":material/compare_arrows:",
            disabled=len(runs) > MOST_COMPARED,
            help=f"Up to {MOST_COMPARED} runs: choose some of them in the table."
            if len(runs) > MOST_COMPARED
            else None,
        ):
            compare(each.folder.id for each in runs)
        if st.button("See them in the table", icon=":material/table_rows:"):
            find_in_table(group)


def _runs(group: str) -> list[Listed]:
    """Those of the group, in the order in which they were made."""
    runs = [run for run in cache.list_runs() if run.description is not None]
    return [run for run in runs[::-1] if run.description and run.description.group == group]


def _say(group: str, alive: bool) -> None:
    runs = _runs(group)
    if alive and all(run.state not in LIVING for run in runs):
        st.rerun()  # the whole page, once: nothing is to come any more
    states = Counter(run.standing for run in runs)
    told = ", ".join(f"{number} {standing}" for standing, number in states.items())
    many, name = counted(len(runs), "run"), appearance.plain(group)
    st.markdown(f"Group **{name}**: {many}, {appearance.plain(told)}.")
