"""Runs in every state, and the dashboard over them without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.example import hide
from rnnviz.runs.history import History
from rnnviz.runs.run import Run
from rnnviz.workers.ready import Ready
from rnnviz.workers.worker import work
from tests.copies import copy_of

APP = str(Path(__file__).parents[2] / "dashboard" / "app.py")
TEXT = 'He said "to be" or not; she said "no".\n' * 300

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True, scope="session")
def as_it_is_run() -> Iterator[None]:
    """What `streamlit run` does once, or leaves out as our file of settings says.

    Each app would look through all installed packages for components again, which takes 80 ms.
    """
    found = manifest_scanner.scan_component_manifests()
    config.set_option("browser.gatherUsageStats", False)
    config.set_option("runner.magicEnabled", False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture
def open_app(runs: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the dashboard at a page, with what the address says, the example hidden."""
    monkeypatch.setenv("RNNVIZ_RUNS", str(runs))
    monkeypatch.setattr(Ready, "keep", lambda ready: None)  # nobody presses Start here
    hide(runs)
    st.cache_data.clear()
    st.cache_resource.clear()

    def open_at(page: str = "train", **address: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        if page != "train":
            app.switch_page(f"app_pages/{page}.py")
        return app.run()

    return open_at


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of a small LSTM that trained for twelve iterations; tests get copies."""
    run = Run.create(
        TEXT,
        name="speech.txt",
        model=ModelConfig(hidden_size=12),
        training=TrainingConfig(iterations=12, sequence_length=20, batch_size=4),
        runs=tmp_path_factory.mktemp("trained"),
    )
    work(run)
    return run


@pytest.fixture
def finished_run(trained_once: Run, runs: Path) -> Run:
    """That run, in the folder of the test."""
    return copy_of(trained_once, runs)


def say(run: Run, state: str, message: str = "") -> None:
    """Let the run's worker have said so."""
    with History(run.folder.history) as history:
        history.set_status(state, 12, 0.5, message)  # type: ignore[arg-type]


def words(app: AppTest) -> str:
    """All that a page says, joined; backslashes only keep Markdown from reading it.

    So do spaces at which no line may end.
    """
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "text")
    found = [element.value for kind in kinds for element in getattr(app, kind)]
    return "\n".join(str(value) for value in found).replace("\\", "").replace("\u00a0", " ")


def address(app: AppTest) -> dict[str, str]:
    """What the address says."""
    return {name: "".join(said) for name, said in app.query_params.items()}


def can_start(app: AppTest) -> bool:
    """Whether Start can be pressed."""
    (start,) = (button for button in app.main.button if button.label == "Start training")
    return not start.disabled
