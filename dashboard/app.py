"""The dashboard's frame: pages, and in the sidebar the run and snapshot they look at."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# `streamlit run dashboard/app.py` puts dashboard/ on the path, not the folder above it.
sys.path.insert(0, str(Path(__file__).parents[1]))

import streamlit as st

from dashboard import appearance, cache, sidebar, state
from dashboard.train.run_actions import leave_lost_run
from rnnviz.runs.documents import RunError
from rnnviz.workers.threads import set_waiting

set_waiting(os.environ)  # before torch is loaded: spinning threads would starve the workers
st.set_page_config(page_title="rnnviz", page_icon="🔬", layout="wide", initial_sidebar_state=320)
cache.leave_cores()
state.adopt_address()
state.grant_wishes()
page = st.navigation(
    {
        "": [st.Page("app_pages/train.py", title="Train", icon=":material/model_training:")],
        "Inspect": [
            st.Page("app_pages/hidden_units.py", title="Hidden units", icon=":material/grid_on:"),
            st.Page(
                "app_pages/gradient_flow.py", title="Gradient flow", icon=":material/trending_down:"
            ),
            st.Page("app_pages/samples.py", title="Samples", icon=":material/edit_note:"),
        ],
        "Learn": [
            st.Page(
                "app_pages/learn_cell.py", title="The recurrent cell", icon=":material/replay:"
            ),
            st.Page("app_pages/learn_types.py", title="Types of RNN", icon=":material/schema:"),
            st.Page("app_pages/learn_hello.py", title="“hello”", icon=":material/waving_hand:"),
            st.Page(
                "app_pages/learn_bptt.py",
                title="Backpropagation through time",
                icon=":material/keyboard_double_arrow_left:",
            ),
            st.Page(
                "app_pages/learn_vanishing.py",
                title="Vanishing and exploding gradients",
                icon=":material/compress:",
            ),
            st.Page("app_pages/learn_tanh.py", title="Why tanh?", icon=":material/show_chart:"),
        ],
    }
)
st.title(page.title, anchor=False)
try:
    sidebar.show(inspecting=page.title != "Train")
    page.run()
except RunError as error:
    appearance.complain(error)
    leave_lost_run()
state.write_address()
