"""Every setting that made a run, as a table."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance
from rnnviz.runs.run import Run
from rnnviz.runs.settings import settings_of


def made_with(run: Run) -> None:
    """What made the run, and the command that goes on with it."""
    with st.expander("Every setting of this run", icon=":material/tune:"):
        rows = settings_of(run)
        half = -(-len(rows) // 2)
        grid = st.grid(2, min_column_width=380, gap="medium")
        for part in (list(rows.items())[:half], list(rows.items())[half:]):
            with grid.cell():
                lines = [
                    f"| {appearance.plain(name)} | {appearance.plain(value)} |"
                    for name, value in part
                ]
                st.markdown("\n".join(["| setting | value |", "| --- | --- |", *lines]))
