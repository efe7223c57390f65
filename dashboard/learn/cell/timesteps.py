"""Going forward and back through a sequence."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, state
from dashboard.address import Whole
from dashboard.learn import choices

_NAME = "timestep"


def choose_timestep(names: list[str], *, usual: int = 0) -> int:
    """A slider over the timesteps with a step back and a step forward: the place, from 0."""
    count = len(names)
    usual = min(usual + 1, count)
    key = state.linked(_NAME, Whole(1, count), usual, key=state.key_of(_NAME, count))
    now = min(max(int(state.value_of(key)), 1), count)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _step("back", key, now - 1, now == 1)
        _step("forward", key, now + 1, now == count)
        if count > 1:
            choices.one_of(
                _NAME,
                "Timestep",
                range(1, count + 1),
                usual,
                widget=st.select_slider,
                of=count,
                format_func=lambda t: f"t = {t}: {appearance.plain(names[t - 1])}",
                width=420,
                label_visibility="collapsed",
            )
    return now - 1


def _step(way: str, key: str, place: int, disabled: bool) -> None:
    """A button to a neighbouring place."""
    st.button(
        way.capitalize(),
        icon=f":material/arrow_{way}:",
        key=f"{key} {way}",
        disabled=disabled,
        on_click=state.put,
        args=(key, place),
    )
