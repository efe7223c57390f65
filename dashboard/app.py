"""The dashboard's frame: pages, and in the sidebar the run and snapshot they look at."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# `streamlit run dashboard/app.py` puts dashboard/ on the path, not the folder above it.
if (_root := str(Path(__file__).resolve().parents[1])) not in sys.path:
    sys.path.insert(0, _root)

import streamlit as st

from dashboard import server
from dashboard.actions import only_shown
from rnnviz.workers.threads import set_waiting

set_waiting(os.environ)  # before torch is loaded: spinning threads would starve the workers
server.leave_room()
if not only_shown():
    server.expect_start()

# Half a second's worth, which the worker that is to be ready spends on its own loading.
from dashboard import appearance, keys, sidebar, state, tour  # noqa: E402
from dashboard.head import head  # noqa: E402
from dashboard.navigation import INSPECT, LEARN, go_where_asked, navigation  # noqa: E402
from dashboard.train.run_actions import leave_lost_run  # noqa: E402
from dashboard.turns import turns  # noqa: E402
from rnnviz.runs.documents import RunError  # noqa: E402

st.set_page_config(page_title="rnnviz", page_icon="🔬", layout="wide", initial_sidebar_state=320)
with turns().taken():
    appearance.frame()
    state.grant_wishes()
    chosen, page = navigation()
    go_where_asked()
    state.begin(page.name, page.keeps)
    head(page.title)
    tour.show(page.name)
    above = st.container()
    try:
        if page.of_one:
            sidebar.show(inspecting=page.section in (INSPECT, LEARN))
        else:
            sidebar.decide()
        chosen.run()
    except RunError as error:
        appearance.complain(error)
        leave_lost_run()
    tour.offer()
    with above:
        appearance.warn(state.complaints())
    state.write_address()
    appearance.open_in_one_step()
    appearance.keep_menus_open()
    keys.listen()
    server.settle()
