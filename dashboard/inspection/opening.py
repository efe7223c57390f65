"""How every Inspect page begins: what it shows, of which network."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from dashboard import appearance, navigation, state, view
from dashboard.address import Among
from rnnviz.models.subject import Subject

_LINK = "The address of this page is a link to what it shows: copied, it opens the same view."


def opening(shows: str) -> Subject:
    """Say what the page shows; without a network to show it of, lead to Train and end there."""
    st.caption(f"{shows} {_LINK}")
    subject = view.chosen_subject()
    if subject is None:
        run = view.chosen_run()
        if run is None:
            _lead("There is no run to look into yet.", "Train one")
        _lead(appearance.plain(view.nothing_yet(run.status)), "Watch it on Train")
    if nothing := subject.alphabet.vocabulary.nothing_to_learn:
        st.info(nothing, icon=":material/info:")
    return subject


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


def _lead(sentence: str, label: str) -> NoReturn:
    st.info(sentence, icon=":material/info:")
    navigation.link("train", label)
    state.write_address()
    st.stop()
