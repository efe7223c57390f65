"""Runs in every state, and the dashboard over them without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.history import History
from rnnviz.runs.run import Run
from rnnviz.runs.worker import work

APP = str(Path(__file__).parents[2] / "dashboard" / "app.py")
TEXT = 'He said "to be" or not; she said "no".\n' * 300

Open = Callable[..., AppTest]


@pytest.fixture
def open_app(runs: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the dashboard at a page, with what the address says."""
    monkeypatch.setenv("RNNVIZ_RUNS", str(runs))
    st.cache_data.clear()
    st.cache_resource.clear()

    def open_at(page: str = "train", **address: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        if page != "train":
            app.switch_page(f"app_pages/{page}.py").run()
        return app

    return open_at


@pytest.fixture
def finished_run(runs: Path) -> Run:
    """A run of a small LSTM that trained for twelve iterations."""
    run = Run.create(
        TEXT,
        name="speech.txt",
        model=ModelConfig(hidden_size=12),
        training=TrainingConfig(iterations=12, sequence_length=20, batch_size=4),
        runs=runs,
    )
    work(run)
    return run


def say(run: Run, state: str, message: str = "") -> None:
    """Let the run's worker have said so."""
    with History(run.folder.history) as history:
        history.set_status(state, 12, 0.5, message)  # type: ignore[arg-type]


def words(app: AppTest) -> str:
    """All that a page says, joined; backslashes only keep Markdown from reading it."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "text")
    found = [element.value for kind in kinds for element in getattr(app, kind)]
    return "\n".join(str(value) for value in found).replace("\\", "")
