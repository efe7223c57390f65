"""Compare: many runs side by side, and whether a difference between them is more than chance."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, reports, server
from dashboard.compare.choice import Chosen, ask_axis, ask_path, ask_snapshots, choose
from dashboard.compare.difference import difference
from dashboard.compare.head import conclusion, differences, numbers
from dashboard.compare.health import health
from dashboard.compare.memory import memory, remembered
from dashboard.compare.pictures import lags, losses, over_training
from dashboard.compare.samples import samples
from dashboard.compare.units import units
from dashboard.compare.watching import watched
from rnnviz.runs.compared.judgement import judgement_of

st.caption(
    "Runs side by side, each with a colour and a line that are its own on every chart: what they "
    "were made with, how they learned, how far back they reach, and which predicts better."
)
chosen = choose()
appearance.warn(list(chosen.lost))


def _show(chosen: Chosen) -> None:
    judgement = judgement_of(chosen.sides)
    said = conclusion(judgement)
    st.markdown(f"**{appearance.plain(said)}**")
    differences(chosen)
    st.subheader("How they learned", anchor=False)
    numbers(chosen)
    along = ask_axis()
    watched(chosen, lambda now: losses(now, along))
    st.subheader("How far back they reach", anchor=False)
    path, at = ask_path(chosen.moments), ask_snapshots(chosen)
    reached = lags(chosen, at, path)
    over_training(chosen, along, path)
    memory(chosen, at)
    health(chosen, at)
    units(chosen, at)
    samples(chosen, at)
    difference(chosen, judgement)
    st.subheader("What this says", anchor=False)
    for sentence in filter(None, (said, remembered(chosen, at), reached)):
        st.markdown(appearance.plain(sentence))
    if len(chosen.moments) > 1:
        reports.offer(chosen.moments, key="report of compared runs")


if chosen.moments:
    server.warm()
    _show(chosen)
else:
    st.info("Choose two runs or more above, and this page says which of them predicts better.")
