"""A report to take along: one file of what is known of the runs that are looked at."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import state
from dashboard.server import load_torch
from rnnviz.runs.run import Run

_PLACE = "place of the report"
_HELP = (
    "One HTML file with the settings, losses, samples, units and gradients of {what}, which anyone "
    "can open: it needs no server, no network and no Python. It is made when you press, which "
    "takes some seconds."
)


def begin() -> None:
    """Leave room for it, here."""
    state.keep(_PLACE, st.container())


def offer(runs: Sequence[Run], *, key: str, iteration: int | None = None) -> None:
    """A button that makes a report and gives it to the browser, where there is room for it.

    Args:
        runs: what it is about, up to eight.
        key: of the button.
        iteration: of the snapshot that is looked at; None takes the best of each.
    """

    def made() -> bytes:
        load_torch()
        from rnnviz.export.report import report

        return report(runs, iteration=iteration)

    several = len(runs) > 1
    with state.kept(_PLACE):
        st.download_button(
            "Download a report" + " of these runs" * several,
            made,
            file_name=f"rnnviz-{runs[0].id}{'-and-others' * several}.html",
            mime="text/html",
            icon=":material/description:",
            on_click="ignore",
            key=key,
            help=_HELP.format(what="these runs, side by side" if several else "this run"),
        )
