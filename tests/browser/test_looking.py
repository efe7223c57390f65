"""What a person clicks while a run trains stays clicked: no late echo of the browser undoes it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.run import Run
from rnnviz.workers import supervisor
from tests.browser.conftest import Serve, Served, expect
from tests.browser.test_dashboard import APP, SPEECH, runs_folder
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

CLICKS = int(os.environ.get("RNNVIZ_CLICKS", "6"))


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run that trains for as long as the tests take."""
    with runs_folder(tmp_path_factory.mktemp("runs")) as runs:
        run = Run.create(
            SPEECH,
            name="speech.txt",
            model=ModelConfig(hidden_size=32),
            training=TrainingConfig(seconds=3_600),
            runs=runs,
        )
        supervisor.start(run)
        wait_until(lambda: run.status.state == "running")
        yield run


@pytest.fixture(scope="module")
def served(serve: Serve, training: Run) -> Served:
    return serve(APP, RNNVIZ_RUNS=str(training.folder.path.parent))


def click_new_run(page: Page, typed: str) -> None:
    """Press New run, and see that the page stays where that leads."""
    page.get_by_text("Newest sample").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="New run").click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible(timeout=60_000)
    # Whatever the browser was late with has come before the answer to this.
    page.get_by_text("Your words", exact=True).click()
    words = page.get_by_role("textbox", name="Words to learn")
    words.fill(typed)
    words.press("Control+Enter")
    page.get_by_text(f"{len(typed)} characters").wait_for(timeout=60_000)
    assert "run=new" in page.url


def pick_run(page: Page) -> None:
    """Go back to the run with the picker."""
    page.get_by_role("combobox", name="Run").click()
    page.get_by_role("option", name="speech").click()


def test_new_run_is_not_undone_by_the_run_in_training(
    served: Served, training: Run, page: Page
) -> None:
    page.goto(f"{served.url}/?run={training.id}")
    for number in range(CLICKS):
        click_new_run(page, "to be " * (2 + number))
        pick_run(page)
