"""How every Inspect page begins: what it shows, of which network."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NoReturn

import streamlit as st

from dashboard import appearance, cache, example, navigation, state, view
from dashboard.address import Among
from rnnviz.models.subject import Subject
from rnnviz.runs.labels import label
from rnnviz.runs.paths import EXAMPLE

_LINK = "The address of this page is a link to what it shows: copied, it opens the same view."
_MOST_OFFERED = 5


def opening(shows: str) -> Subject:
    """Say what the page shows; without a network to show it of, lead to Train and end there."""
    st.caption(f"{shows} {_LINK}")
    subject = view.chosen_subject()
    if subject is None:
        run = view.chosen_run()
        if run is None:
            _offer_runs()
        _lead(appearance.plain(view.nothing_yet(run)), "Watch it on Train")
    if nothing := subject.alphabet.vocabulary.nothing_to_learn:
        st.info(nothing, icon=":material/info:")
    return subject


def ask_view(names: Iterable[str], *, key: str) -> str:
    """Ask which of a page's views is shown; the first at first.

    Args:
        names: of all views.
        key: where it is kept which one is chosen.
    """
    names = list(names)
    shown = st.segmented_control(
        "View",
        names,
        required=True,
        wrap=True,
        key=state.linked("view", Among(names), names[0], key=key),
        persist_state="session",
        label_visibility="collapsed",
    )
    return str(shown)


def ask_layer(subject: Subject, key: str, *, labelled: bool = True) -> int:
    """Ask which layer; the top one where there is no other."""
    layers = subject.model.num_layers
    if layers == 1:
        return 0
    top = layers - 1
    asked = st.segmented_control(
        "Layer",
        range(layers),
        required=True,
        wrap=True,
        format_func=lambda layer: f"layer {layer}" + (" (top)" if layer == top else ""),
        key=state.linked("layer", Among(range(layers)), top, key=f"{key} of {layers}"),
        persist_state="session",
        label_visibility="visible" if labelled else "collapsed",
    )
    return top if asked is None else int(asked)


def _offer_runs() -> NoReturn:
    """Where a new run is being set up: the runs that there are, newest first."""
    labels = {run.folder.id: label(run) for run in cache.list_runs() if run.error is None}
    shown = dict(islice(labels.items(), _MOST_OFFERED))
    if example.is_offered():
        shown[EXAMPLE.id] = example.LABEL
    if not shown:
        _lead("There is no run to look into yet.", "Train one")
    newest = f" (the newest {_MOST_OFFERED})" * (len(labels) > _MOST_OFFERED)
    st.info(f"No run is chosen. Choose one on the left, or here{newest}.", icon=":material/info:")
    for run_id, called in shown.items():
        st.button(
            appearance.plain(called),
            key=f"look at {run_id}",
            on_click=state.open_run,
            args=(run_id,),
        )
    state.write_address()
    st.stop()


def _lead(sentence: str, label: str) -> NoReturn:
    st.info(sentence, icon=":material/info:")
    navigation.link("train", label)
    state.write_address()
    st.stop()
