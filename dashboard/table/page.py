"""Runs: the table, what can be done with those selected, and what it comes to."""

from __future__ import annotations

import streamlit as st

from dashboard import actions, appearance, cache, navigation, state
from dashboard.components.polling import polled
from dashboard.looking import NEW_RUN
from dashboard.table.drawn import forget, selected, table
from dashboard.table.selection import offer
from dashboard.table.view import View, ask_view
from rnnviz.notation import are, bytes_words, capitalised, counted
from rnnviz.runs.compared.columns import Row
from rnnviz.runs.compared.ranking import best_by_text
from rnnviz.runs.left_overs import disk_used, left_overs
from rnnviz.runs.states import LIVING
from rnnviz.runs.store import runs_folder

_LOOK_SECONDS = 3.0
_TEXTS = 3
_ABOUT = (
    "Every run of this folder is a row. Select some by the boxes at their left, or all by the box "
    "in the corner, to compare{} them, or to take their numbers along."
)
_ONLY_READ = (
    "These runs may only be read from here: none can be renamed, tagged, thinned, trained longer "
    "or deleted."
)


def show_runs() -> None:
    """All of the page; while a run trains, the table is drawn again by itself."""
    rows = cache.run_rows()
    if not rows:
        st.markdown("There are no runs yet. On Train a text is chosen, and a network learns it.")
        _offer_new_run()
        return
    changing = not actions.only_shown() and any(not row.listed.read_only for row in rows)
    st.caption(_ABOUT.format(", tag, thin or delete" if changing else ""))
    if not changing and not actions.only_shown():
        st.caption(_ONLY_READ)
    view = ask_view()
    bar = st.container()
    if any(row.listed.state in LIVING for row in rows):
        polled(_LOOK_SECONDS)(_show)(view)
    else:
        _show(view, rows)
    with bar:
        offer(view.rows(rows), view.columns, changing=changing)


def _show(view: View, found: list[Row] | None = None) -> None:
    """The table and what it comes to; of the runs found, or of those there are by then."""
    every = cache.run_rows() if found is None else found
    rows, before = view.rows(every), selected()
    if rows:
        table(rows, view.columns)
    else:
        forget()
        words = appearance.plain(view.words)
        st.info(f"No run has all of these words: {words}. Take one away to see more.")
    if state.is_part() and before != selected():
        st.rerun()  # the whole page: what can be done has changed
    st.caption(_counted(every, rows))
    for sentence in _sentences(rows):
        st.markdown(appearance.plain(sentence))


def _counted(every: list[Row], rows: list[Row]) -> str:
    """How many there are, and how much of the disk they take in all."""
    left = disk_used(left_overs(runs_folder()))
    size = sum(row.size for row in every) + left
    shown = (
        "" if len(rows) == len(every) else f", {f'{len(rows):,}' if rows else 'none'} of them shown"
    )
    said = f"{counted(len(every), 'run')}{shown}; {bytes_words(size)} of the disk in all"
    if left:
        said += f", {bytes_words(left)} of it left by who was cut off making or deleting one"
    return f"{said}."


def _sentences(rows: list[Row]) -> list[str]:
    """Which run is the best on which text."""
    found = best_by_text(rows)
    if not rows:
        return []
    if not found:
        return ["None of these runs has a validation loss yet: it is measured when training ends."]
    said = [capitalised(best.words) for best in found[:_TEXTS]]
    if len(found) > 1:
        more = len(found) - _TEXTS
        others = f" {counted(more, 'more text')} {are(more)} not told of here." if more > 0 else ""
        said.append(f"Losses on different texts say nothing of each other.{others}")
    return said


def _offer_new_run() -> None:
    if st.button("New run", icon=":material/add:", type="primary"):
        state.open_run(NEW_RUN)
        navigation.go("train")
