"""Going forward and back through a sequence."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, state


def choose_timestep(names: list[str], key: str, *, usual: int = 0) -> int:
    """A slider over the timesteps with a step back and a step forward: the place, from 0."""
    last = len(names) - 1
    value = state.value_of(key)
    now = min(max(usual if value is None else int(value), 0), last)
    state.put(key, now)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _step("back", key, now - 1, now == 0)
        _step("forward", key, now + 1, now == last)
        if last:
            st.select_slider(
                "Timestep",
                range(last + 1),
                key=key,
                format_func=lambda t: f"t = {t + 1}: {appearance.plain(names[t])}",
                persist_state="session",
                width=420,
                label_visibility="collapsed",
            )
    return now


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
