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
        st.button(
            "Back",
            icon=":material/arrow_back:",
            key=f"{key} back",
            disabled=now == 0,
            on_click=state.put,
            args=(key, now - 1),
        )
        st.button(
            "Forward",
            icon=":material/arrow_forward:",
            key=f"{key} forward",
            disabled=now == last,
            on_click=state.put,
            args=(key, now + 1),
        )
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
