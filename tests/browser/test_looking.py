"""What is looked at stays so while a run trains, and is the same in a fresh browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from rnnviz.runs.run import Run
from tests.browser.conftest import NewPage, Served, arrive, expect
from tests.browser.small_runs import SPEECH, endless, trained
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

CLICKS = int(os.environ.get("RNNVIZ_CLICKS", "3"))
LINKS = {
    "hidden_units": "signal=c&length=1500&order=variance",
    "gradient_flow": "gradient=window&text=your-own-text&own=she+said+no+more.&iteration=5",
    "samples": "prompt=she+said&temperature=0.35&seed=7&length=600&at=300&selection=290-310",
}


@pytest.fixture(scope="module")
def finished(folder: Path) -> Run:
    return trained(SPEECH, "finished.txt", folder, iterations=6)


@pytest.fixture
def training(folder: Path) -> Run:
    return endless(folder)


def look_around(page: Page, name: str) -> None:
    """Change what only a heatmap knows: unit, scale, cursor and place."""
    if name != "hidden_units":
        return
    page.locator(".sheet").wait_for(timeout=60_000)
    page.locator("input.unit:visible").fill("7")
    page.locator("input.unit:visible").press("Enter")
    page.locator("select.scale:visible").select_option(label="per unit: largest |value|")
    page.locator(".reader").focus()
    for key in ("Control+End", "PageUp", "ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    page.wait_for_url("**selection=**")


def picture(page: Page) -> bytes:
    """The page's own part, with nothing hovered over and nothing in focus."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    return page.get_by_test_id("stMain").screenshot(animations="disabled", caret="hide")


def differing(one: bytes, other: bytes) -> float:
    """Which share of pixels differs; a browser draws a rounded corner not always the same."""
    first, second = (np.asarray(Image.open(BytesIO(png)).convert("RGB")) for png in (one, other))
    if first.shape != second.shape:
        return 1.0
    return float((first != second).any(axis=2).mean())


@pytest.mark.parametrize("name", LINKS)
def test_a_fresh_browser_shows_the_same_pixels(
    name: str, finished: Run, served: Served, visit: Callable[[str], None], new_page: NewPage
) -> None:
    first, second = new_page(), new_page()
    first.goto(f"{served.url}/{name}?run={finished.id}&{LINKS[name]}")
    look_around(first, name)
    first.wait_for_selector("[data-test-script-state=notRunning]", timeout=60_000)

    def are_the_same() -> bool:
        if second.url != first.url:  # where the reader stands follows a moment after it moved
            arrive(second, first.url)
        return differing(picture(first), picture(second)) < 1e-4

    wait_until(are_the_same)
    assert second.url == first.url
    assert second.get_by_test_id("stAlert").count() == 0


def click_new_run(page: Page, typed: str) -> None:
    """Press New run, and see that the page stays where that leads."""
    page.get_by_role("button", name="New run").click(timeout=60_000)
    expect(page.get_by_role("button", name="Start training")).to_be_visible(timeout=60_000)
    # Whatever the browser was late with has come before the answer to this.
    page.get_by_text("Your words", exact=True).click()
    words = page.get_by_role("textbox", name="Words to learn")
    words.fill(typed)
    words.press("Control+Enter")
    page.get_by_text(f"{len(typed)} characters").wait_for(timeout=60_000)
    # The address follows once all of the page is drawn.
    page.wait_for_function("location.search.includes('run=new')", timeout=60_000)


def pick_run(page: Page) -> None:
    """Go back to the run with the picker."""
    page.get_by_role("combobox", name="Run").click()
    page.get_by_role("option", name="speech").first.click()


def test_new_run_is_not_undone_by_the_run_in_training(
    served: Served, training: Run, page: Page
) -> None:
    page.goto(f"{served.url}/?run={training.id}")
    for number in range(CLICKS):
        click_new_run(page, "to be " * (2 + number))
        assert page.get_by_role("button", name="Start training").is_visible()
        pick_run(page)
