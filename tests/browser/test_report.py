"""A report in a real browser: from the disk, without a network, by keys and by mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rnnviz.analysis.units.finding import Place
from rnnviz.export.report import save_report
from tests.browser.conftest import NewPage, expect
from tests.export.reports.hostile import FILE, NAME, UNITS, hostile_run

if TYPE_CHECKING:
    from playwright.sync_api import Page


PLACES = [Place("z", 0, 3), Place("h", 0, 0)]  # as where a unit of a gate is the clearest


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rnnviz.export.report.search", lambda one: "Nobody looked.")
        patch.setattr("rnnviz.export.reports.heatmap._places", lambda *of: PLACES)
        save_report(hostile_run(folder / "runs"), folder / "a.html")
    return folder / "a.html"


@pytest.fixture
def opened(written: Path, new_page: NewPage) -> Iterator[Page]:
    """The file in a browser; it asks for nothing and has nothing to say, whatever is done."""
    page = new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(written.as_uri())
    yield page
    assert asked == [written.as_uri()] and said == []


def test_a_report_is_read_by_keys_and_mouse(opened: Page) -> None:
    assert opened.title() == NAME
    expect(opened.locator("h1")).to_have_text(NAME)
    expect(opened.get_by_text(f"Learned from {FILE}")).to_be_visible()
    slider = opened.get_by_label("Sample at iteration")
    slider.focus()
    slider.press("Home")
    expect(opened.locator(".samples li:visible h4")).to_contain_text("iteration 0")
    slider.press("ArrowRight")
    opened.get_by_role("button", name="Later sample").click()
    expect(opened.locator(".samples li:visible h4")).to_contain_text("iteration 2")
    opened.get_by_label("Text coloured by unit").click()
    unit = opened.locator("input.unit")
    expect(unit).to_have_value("3")
    opened.keyboard.press("]")
    expect(unit).to_have_value("4")
    opened.get_by_label("Signal").select_option("Hidden state h, layer 0")
    expect(unit).to_have_value("0")
    expect(opened.get_by_text("unit 0 of h, layer 0")).to_be_visible()
    opened.get_by_label("Text coloured by unit").focus()
    opened.keyboard.press("ArrowRight")
    expect(opened.locator(".card")).to_be_visible()
    expect(opened.get_by_text(f"0 to {UNITS - 1}", exact=True)).to_be_visible()
    chart = opened.locator(".chart").first
    chart.focus()
    chart.press("ArrowRight")
    expect(opened.locator(".tip")).to_contain_text("bits per character")
    opened.emulate_media(color_scheme="dark")
    dark = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != "rgb(255, 255, 255)"


def test_on_paper_a_report_has_samples_and_no_slider(opened: Page) -> None:
    opened.emulate_media(media="print", color_scheme="dark")
    expect(opened.locator("input[type=range]")).to_be_hidden()
    expect(opened.locator(".heat")).to_be_hidden()
    expect(opened.locator(".still-only pre")).to_be_visible()
    assert opened.locator(".samples li:visible").count() > 2
    assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    assert opened.pdf(print_background=True).startswith(b"%PDF")
