"""What is computed of runs that are compared, once for all visitors."""

from __future__ import annotations

import streamlit as st

from dashboard import server
from rnnviz.runs.comparison import Comparison
from rnnviz.runs.comparison import compare as compare_runs
from rnnviz.runs.run import Run


def compared(first: Run, second: Run) -> Comparison:
    """The losses of two runs on the same characters.

    Raises:
        ValueError: they cannot be compared so.
        RunError: one is damaged, or has no snapshot yet.
    """
    return _compared(
        first.subject().key, second.subject().key, first.id, second.id, _runs=(first, second)
    )


@st.cache_resource(max_entries=100, show_spinner="Comparing losses on the same characters")
def _compared(
    first: str, second: str, first_id: str, second_id: str, _runs: tuple[Run, Run]
) -> Comparison:
    server.load_torch()
    return compare_runs(*_runs)
