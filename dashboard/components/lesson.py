"""What Learn pages have in common: drawings, the person's own network, and a way on."""

from __future__ import annotations

from base64 import b64encode
from html import escape

import streamlit as st

from dashboard import sidebar
from dashboard.components.opening import View
from rnnviz.plots.drawing import Picture

_SMALLEST = 0.62


def show(picture: Picture) -> None:
    """A drawing, at most as large as it was drawn; on a narrow page it can be pushed sideways.

    As an image it cannot run anything, whatever the words in it.
    """
    data = b64encode(picture.svg.encode("utf-8", "replace")).decode()
    smallest = round(picture.width * _SMALLEST)
    size = f"width:100%;max-width:{picture.width}px;min-width:{smallest}px;height:auto;"
    size += "display:block;margin:0 auto"
    st.html(
        '<div style="overflow-x:auto">'
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(picture.says)}" '
        f'width="{picture.width}" height="{picture.height}" style="{size}"></div>'
    )


def own_network() -> View | None:
    """The run and snapshot that are looked at; None where there is none yet."""
    run = sidebar.chosen_run()
    if run is None:
        return None
    training = run.status.alive
    iteration = sidebar.chosen_iteration(run.snapshots, training=training)
    return None if iteration is None else View(run, iteration)


def question(ask: str, link: str, page: str, icon: str, view: View | None) -> None:
    """The end of a page: something to try, and the way into the person's own run."""
    st.subheader("Try", anchor=False)
    st.markdown(ask)
    if view is None:
        st.page_link(
            "app_pages/train.py",
            label="Train a network of your own to see the same in it",
            icon=":material/model_training:",
        )
    else:
        st.page_link(f"app_pages/{page}.py", label=link, icon=icon)
