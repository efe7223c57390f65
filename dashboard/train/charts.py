"""The charts of a run as it trains: its losses, and its gradient norms."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import appearance, charts, state
from rnnviz import plots
from rnnviz.runs.moment import Moment
from rnnviz.runs.verdicts.pictured import losses_of, short_windows

_AXIS = "iteration axis"
_SCALES = {"logarithmic": "early iterations wide", "linear": "all iterations alike"}


def losses(now: Moment) -> Moment:
    """Loss by iteration; the moment that is shown, an earlier one where the charts are held."""
    with st.container():
        now = _shown(now)
    figure = partial(
        plots.loss,
        **losses_of(now),
        log_iterations=_is_logarithmic(),
        theme=appearance.theme(),
    )
    charts.show(figure, key="loss")
    if sentence := short_windows(now):
        st.caption(sentence)
    return now


def gradient_norms(now: Moment) -> None:
    """How large the gradients are, by iteration and within a window."""
    history = now.history
    ends = history["iteration"].iloc[[0, -1]].tolist() if len(history) else []
    norms, theme = now.gradient_norms(ends), appearance.theme()
    clip, log = now.training_config.clip_norm, _is_logarithmic()
    total = partial(plots.total_gradient_norm, history, clip, log_iterations=log, theme=theme)
    by_timestep = partial(plots.gradient_norms_by_timestep, norms, theme=theme)
    charts.show_pair((total, "total gradient norm"), (by_timestep, "gradient norm by timestep"))
    st.caption(
        "Timestep k counts the characters of a window, from 1; the first iteration is compared "
        "with the newest."
    )


def _is_logarithmic() -> bool:
    return bool(state.value_of(_AXIS) == "logarithmic")


def _shown(now: Moment) -> Moment:
    """The run as it stands, or stood when the charts were held.

    The same figure again keeps the part a visitor has zoomed into.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Axis of iterations",
            list(_SCALES),
            default="logarithmic",
            required=True,
            key=_AXIS,
            persist_state="session",
            format_func=lambda scale: f"{scale.capitalize()}: {_SCALES[scale]}",
            label_visibility="collapsed",
        )
        hold = now.status.alive and st.toggle(
            "Hold the charts",
            key="hold the charts",
            help="They grow as the run trains; held, they keep still while you zoom into them.",
        )
    name = f"held of {now.id}"
    held: Moment = (state.kept(name) if hold else None) or now
    state.keep(name, held if hold else None)
    if hold:
        st.caption(f"The charts are held at iteration {len(held.history):,}.")
    return held
