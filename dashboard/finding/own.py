"""Asking for properties of a person's own: a regular expression, and a file of labels."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import appearance, state
from dashboard.inspection.own_properties import (
    MOST_BYTES,
    keep_table,
    kept_table,
    linked_pattern,
    own_properties,
    pattern_matches,
    pattern_problem,
    read_table,
)
from dashboard.view import run_of
from rnnviz.analysis.units.hypotheses.label_files import LabelError
from rnnviz.models.subject import Subject
from rnnviz.runs.network.passage_labels import Own
from rnnviz.runs.run import Run
from rnnviz.text.reading import TextError

_WORKED_IN = "own properties were given"
_PATTERN_HELP = (
    "As in Python; ^ and $ stand for the ends of lines. Units are then also looked for that follow "
    "whether a character is inside a match, and how many characters ago the last match ended."
)
_FILE_HELP = (
    "Each line is a position, counted from 0 over the run's whole text, a comma and a value: 0 and "
    "1 for no and yes, other numbers for a counter, words for kinds. A position that is not named "
    "has no label."
)


def ask_own(subject: Subject) -> Own:
    """What a person asks besides; what cannot be used is said, and nothing typed is lost."""
    run = run_of(subject)
    key = linked_pattern()
    name, _ = kept_table(run)
    given = bool(state.value_of(key) or name or state.kept(_WORKED_IN))
    state.keep(_WORKED_IN, given)  # it stays open where what was given is taken back
    with st.expander("A property of your own", given, icon=":material/edit:"):
        left, right = appearance.pair()
        with left:
            _ask_pattern(run)
        with right:
            _ask_table(run)
    return own_properties(subject)


def _ask_pattern(run: Run) -> None:
    typed = st.text_input(
        "As a regular expression",
        key=linked_pattern(),
        persist_state="session",
        placeholder="for example [0-9]+ or ^#.*$",
        help=_PATTERN_HELP,
    )
    if not typed:
        return
    if problem := pattern_problem(run, str(typed)):
        appearance.complain(f"Nothing is asked of it: {problem}")
    else:
        st.caption(appearance.plain(pattern_matches(run, str(typed))))


def _ask_table(run: Run) -> None:
    """A file is read once; what it holds is kept until it is forgotten, or another is given."""
    given = st.file_uploader(
        "As a file of labels (CSV: position, value)",
        type=("csv", "txt"),
        key=f"labels file for {run.id}",
        max_upload_size=MOST_BYTES // 1_000_000,
        help=_FILE_HELP,
    )
    if given is not None:
        file_id, problem = state.kept("labels read", ("", ""))
        if file_id != given.file_id:
            problem = _take(run, given)
            state.keep("labels read", (given.file_id, problem))
        if problem:
            appearance.complain(f"Nothing is asked of the file: {problem}")
    if name := kept_table(run)[0]:
        st.caption(appearance.plain(f"Units are asked about the labels of “{name}”."))
        st.button("Forget these labels", on_click=keep_table, args=(run,))


def _take(run: Run, given: UploadedFile) -> str:
    """Keep what a file holds; or say why it cannot be used."""
    try:
        keep_table(run, given.name, read_table(run, given.getvalue()))
    except (TextError, LabelError) as error:
        return str(error)
    return ""
