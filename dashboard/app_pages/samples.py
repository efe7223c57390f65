"""Samples: what the network writes, iteration by iteration and now."""

from __future__ import annotations

import streamlit as st

from dashboard.inspection.opening import opening
from dashboard.inspection.samples import by_iteration, now

subject = opening(
    "What the network writes, from the untrained one to the last: each character it draws is the "
    "next one it reads."
)
grid = st.grid(2, min_column_width=400, gap="large")
with grid.cell():
    by_iteration(subject)
with grid.cell():
    now(subject)
