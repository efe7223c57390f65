"""Runs: every run a row."""

from __future__ import annotations

from dashboard.table.page import show_runs

show_runs()
