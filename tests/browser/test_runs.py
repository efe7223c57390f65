"""Two networks are started at once, watched side by side, found, trained longer, and deleted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from tests.browser.conftest import Open, expect, give_file
from tests.browser.small_runs import SPEECH
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_group_is_started_compared_trained_longer_and_deleted(
    page: Page, open_page: Open, folder: Path
) -> None:
    open_page()
    expect(page.get_by_role("link", name="Why tanh?")).to_be_visible()  # the last of all pages
    give_file(page, {"name": "speech.txt", "mimeType": "text/plain", "buffer": SPEECH.encode()})
    page.get_by_text("Several at once: a matched comparison").click()
    fill(page, "Units of a layer", "8, 12")
    fill(page, "How much (iterations)", "12")
    page.get_by_role("button", name="Start 2 runs").click()
    page.get_by_role("heading", name="Compare", exact=True).wait_for(timeout=60_000)
    judged = r"^(Which of )?[AB] \((8|12) units\) (predicts better than|and) [AB]"  # not "So far"
    better = re.compile(judged)
    expect(page.get_by_text(better)).to_have_count(2, timeout=90_000)
    runs = [Run(found) for found in find_folders(folder)]
    assert [run.status.state for run in runs] == ["finished", "finished"]
    page.get_by_role("button", name="Measure memory").click()
    longest = page.get_by_text(re.compile("remembers? longe|is seen to remember"))
    expect(longest).to_be_visible(timeout=60_000)

    open_page(f"?run={runs[0].id}", title=runs[0].description.name)
    page.get_by_role("button", name="Manage", exact=True).click()
    page.get_by_role("menuitem", name="Train longer").click()
    page.get_by_role("button", name="Train on").click()
    wait_until(lambda: (runs[0].status.state, runs[0].status.iteration) == ("finished", 24), 120)

    page.get_by_role("link", name="Runs").click()
    expect(page.get_by_text("2 runs;", exact=False)).to_be_visible()
    fill(page, "Only runs with these words", runs[0].id)
    expect(page.get_by_text("2 runs, 1 of them shown", exact=False)).to_be_visible()
    fill(page, "Only runs with these words", "")
    expect(page.get_by_text("2 runs;", exact=False)).to_be_visible()
    take_all(page)
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("heading", name="Compare", exact=True).wait_for()
    expect(page.get_by_text("Their budgets differ", exact=False)).to_have_count(2)
    page.get_by_role("link", name="Runs").click()
    take_all(page)
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete 2 runs for good").click()
    expect(page.get_by_text("There are no runs yet.", exact=False)).to_be_visible()
    assert not list(find_folders(folder))


def take_all(page: Page) -> None:
    """Select all runs by the box in the corner of the table, unless they are selected."""
    selected = page.get_by_text("2 selected,", exact=False)
    expect(selected.or_(page.get_by_text("none selected", exact=True))).to_be_visible()
    if not selected.is_visible():
        table = page.get_by_test_id("stDataFrame").bounding_box()
        assert table is not None
        page.mouse.click(table["x"] + 16, table["y"] + 18)
    expect(selected).to_be_visible()


def fill(page: Page, label: str, value: str) -> None:
    """Type a value, and wait until the page has it."""
    box = page.get_by_label(label, exact=True).last
    box.fill(value)
    box.press("Enter")
    page.wait_for_selector("[data-test-script-state=notRunning]")
