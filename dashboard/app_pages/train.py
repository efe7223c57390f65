"""Train: choose a text and a network, then watch it learn."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, state
from dashboard.train.live import show_run
from dashboard.train.new_run import new_run
from dashboard.view import chosen_run

run = chosen_run()
if run is None:
    new_run()
else:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(appearance.plain(run.description.name), anchor=False)
        st.button(
            "New run",
            icon=":material/add:",
            on_click=state.open_run,
            args=(state.NEW_RUN,),
        )
    st.caption(appearance.plain(run.description.text_words))
    show_run(run)
