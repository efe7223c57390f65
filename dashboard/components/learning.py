"""What Learn pages share: drawings, the run as a second source of numbers, and their end."""

from __future__ import annotations

from base64 import b64encode
from html import escape

import streamlit as st

from dashboard import sidebar
from dashboard.components.opening import View
from rnnviz.plots.svg_shapes import Drawing


def show(drawing: Drawing) -> None:
    """As wide as its place; below seven tenths of its size it scrolls sideways instead."""
    data = b64encode(drawing.svg.encode("utf-8", "replace")).decode()
    size = f"width:100%;max-width:{drawing.width}px;min-width:{round(0.7 * drawing.width)}px"
    st.html(
        f'<div style="overflow-x:auto"><img src="data:image/svg+xml;base64,{data}" '
        f'alt="{escape(drawing.label)}" style="{size};height:auto;display:block"></div>'
    )


def own_view() -> View | None:
    """The snapshot chosen in the sidebar; None where there is none."""
    run = sidebar.chosen_run()
    if run is None:
        return None
    training = run.status.alive
    iteration = sidebar.chosen_iteration(run.snapshots, training=training)
    return None if iteration is None else View(run, iteration)


def closing(question: str, page: str, label: str) -> None:
    """One question to try, and the way into the person's own run."""
    st.subheader("Try it", anchor=False)
    st.markdown(question)
    if sidebar.chosen_run() is None:
        page, label = "app_pages/train.py", "Train a network of your own first"
    st.page_link(page, label=label, icon=":material/arrow_forward:")
