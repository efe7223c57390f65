"""Properties of a person's own that units are asked about: a regular expression, a file of labels.

They are kept for the session: Find units asks for them, Hidden units shows them under the text.
"""

from __future__ import annotations

import streamlit as st

from dashboard import charts, state
from dashboard.address import Words
from dashboard.view import run_of
from rnnviz.analysis.units.hypotheses.label_files import LabelError, file_labels
from rnnviz.analysis.units.hypotheses.patterns import PatternError, matches, matches_words
from rnnviz.models.subject import Subject
from rnnviz.runs.network.passage_labels import Own
from rnnviz.runs.network.unit_search import passage_of
from rnnviz.runs.run import Run
from rnnviz.text.reading import TextError, decode_text

PATTERN = "pattern"
MOST_BYTES = 5_000_000


def linked_pattern() -> str:
    """The key of the regular expression, which the address of either page keeps."""
    return state.linked("pattern", Words(), "", key=PATTERN)


def own_properties(subject: Subject) -> Own:
    """What of it can be used over the subject's text."""
    run = run_of(subject)
    pattern = str(state.value_of(linked_pattern()) or "")
    usable = pattern if pattern and not pattern_problem(run, pattern) else None
    return Own(usable, kept_table(run)[1] or None)


def pattern_problem(run: Run, pattern: str) -> str:
    """Why a regular expression cannot be used over a run's text; "" where it can."""
    return _pattern_tried(_key(run), pattern, _run=run)[0]


def pattern_matches(run: Run, pattern: str) -> str:
    """How much of the text that units are looked for in a regular expression matches, in words."""
    return _pattern_tried(_key(run), pattern, _run=run)[1]


def kept_table(run: Run) -> tuple[str, str]:
    """The file of labels that was given for a run's text: its name and what it holds; or "", ""."""
    name, table = state.kept(_table_key(run), ("", ""))
    return name, table


def keep_table(run: Run, name: str = "", table: str = "") -> None:
    """Keep a file of labels; "" forgets it."""
    state.keep(_table_key(run), (name, table))


def read_table(run: Run, content: bytes) -> str:
    """What a file of labels holds, where that can be used over a run's text.

    Raises:
        TextError: it is no text, or too large.
        LabelError: it is no such table, or one of another text.
    """
    if len(content) > MOST_BYTES:
        raise TextError(
            f"the file has {len(content):,} bytes; at most {MOST_BYTES:,} are read. Label fewer "
            "characters."
        )
    table = decode_text(content, "the file").text
    if problem := _table_problem(_key(run), charts.digest_of(table), _run=run, _table=table):
        raise LabelError(problem)
    return table


def _key(run: Run) -> str:
    return f"{run.description.text_sha256} {run.alphabet.key}"


def _table_key(run: Run) -> str:
    return f"labels of {_key(run)}"


@st.cache_resource(max_entries=60, show_spinner="Trying the pattern")
def _pattern_tried(key: str, pattern: str, _run: Run) -> tuple[str, str]:
    """Why it cannot be used, or else what it matches; the other is ""."""
    text = passage_of(_run).text
    try:
        return "", matches_words(matches(pattern, text), len(text))
    except PatternError as error:
        return str(error), ""


@st.cache_resource(max_entries=20, show_spinner="Reading the labels")
def _table_problem(key: str, digest: str, _run: Run, _table: str) -> str:
    try:
        file_labels(_table, len(_run.text))
    except LabelError as error:
        return str(error)
    return ""
