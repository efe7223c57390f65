"""Two networks are started at once, watched side by side, found in the table, and deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz.runs.store import find_folders
from tests.browser.conftest import Open, expect
from tests.browser.small_runs import SPEECH

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_group_is_started_compared_and_deleted(page: Page, open_page: Open, folder: Path) -> None:
    open_page()
    expect(page.get_by_role("link", name="Why tanh?")).to_be_visible()  # the last of all pages
    page.get_by_text("Your file", exact=True).click()
    page.locator("input[type=file]").set_input_files(
        {"name": "speech.txt", "mimeType": "text/plain", "buffer": SPEECH.encode()}
    )
    page.get_by_text("Several at once: a matched comparison").click()
    fill(page, "Units of a layer", "8")
    fill(page, "How much (iterations)", "12")
    fill(page, "Seed", "3, 5")
    page.get_by_role("button", name="Start 2 runs").click()
    page.get_by_role("heading", name="Compare", exact=True).wait_for(timeout=60_000)
    expect(page.get_by_text("seed 3", exact=False).first).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_text("2 runs, 2 finished.", exact=False)).to_be_visible(timeout=90_000)
    open_page("runs?filter=seed", title="Runs")
    expect(page.get_by_text("2 runs;", exact=False)).to_be_visible()
    table = page.get_by_test_id("stDataFrame").bounding_box()
    assert table is not None
    page.mouse.click(table["x"] + 16, table["y"] + 18)  # the box in the corner takes all
    expect(page.get_by_text("2 selected,", exact=False)).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete 2 runs for good").click()
    expect(page.get_by_text("There are no runs yet.", exact=False)).to_be_visible()
    assert not list(find_folders(folder))


def fill(page: Page, label: str, value: str) -> None:
    """Type a value, and wait until the page has it."""
    box = page.get_by_label(label, exact=True).last
    box.fill(value)
    box.press("Enter")
    page.wait_for_selector("[data-test-script-state=notRunning]")
