"""Every setting that made a run, as a table."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import appearance
from rnnviz.runs.made_with import settings_of
from rnnviz.runs.run import Run

_CELL = "padding:0.3rem 0.6rem 0.3rem 0;vertical-align:top;text-align:left;overflow-wrap:anywhere"


def made_with(run: Run) -> None:
    """What made the run: all that is needed to make it again."""
    with st.expander("Every setting of this run", icon=":material/tune:"):
        rows = list(settings_of(run).items())
        half = -(-len(rows) // 2)
        for place, part in zip(appearance.pair(), (rows[:half], rows[half:]), strict=True):
            with place:
                st.html(_table(part))


def _table(rows: list[tuple[str, str]]) -> str:
    """Names and values; a long value is broken anywhere, so that it stays in its column."""
    lines = "".join(
        f'<tr><th scope="row" style="{_CELL};width:45%;font-weight:normal;opacity:0.75">'
        f'{escape(name)}</th><td style="{_CELL}">{escape(appearance.seen(value))}</td></tr>'
        for name, value in rows
    )
    return f'<table style="width:100%;table-layout:fixed;font-size:0.875rem">{lines}</table>'
