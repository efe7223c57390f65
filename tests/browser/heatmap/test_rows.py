"""Every character lies on its own cells, in rows that break where words do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rnnviz.plots.theme import LIGHT
from tests.browser.conftest import NewPage, Served, expect
from tests.browser.heatmap.page import CLUSTERS, TEXT
from tests.browser.heatmap.reading import PLACES, H, assert_colours, grid, ready
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def test_no_row_begins_inside_of_what_is_written_as_one(still: Locator) -> None:
    cells = grid(still)
    for cluster in CLUSTERS:
        first = TEXT.index(cluster * 60)
        rows = [cells[first + place][0] for place in range(60 * len(cluster))]
        assert len(set(rows)) > 1, "the line is too short to be broken"
        for place in range(0, len(rows), len(cluster)):
            assert len(set(rows[place : place + len(cluster)])) == 1, cluster


def test_emoji_and_indic_syllables_are_drawn_whole(still: Locator) -> None:
    wholes = still.locator(".sheet").evaluate(
        "sheet => [...sheet.querySelectorAll('[data-columns]')].map((box) => box.textContent)"
    )
    assert {*CLUSTERS[:4]} <= set(wholes)
    assert CLUSTERS[-1] not in wholes


def test_right_to_left_letters_are_said_to_stand_unjoined(still: Locator) -> None:
    expect(still.locator(".direction")).to_contain_text("from left to right, and unjoined")


@pytest.mark.parametrize("scale", [1, 2])
def test_every_character_lies_on_its_cell(served: Served, new_page: NewPage, scale: int) -> None:
    page = new_page(device_scale_factor=scale, viewport={"width": 1100, "height": 900})
    page.goto(served.url)
    heatmap = ready(page)
    wait_until(lambda: page.evaluate("document.fonts.status") == "loaded")
    measured, cells = heatmap.locator(".sheet").evaluate(PLACES), grid(heatmap)
    cell, row_height = measured["cell"], measured["row"]
    for index, (row, column, columns) in enumerate(cells):
        x, y = measured["places"][index]
        assert abs(y - (row + 0.5) * row_height) < row_height / 4
        first = column + (0.5 if TEXT[index] == "\t" else columns / 2)
        assert abs(x - first * cell) <= cell / 2, (TEXT[index], index)


def test_rows_break_after_spaces_and_at_newlines_only(still: Locator) -> None:
    cells = grid(still)
    rows = [row for row, *_ in cells]
    starts = [i for i in range(1, len(TEXT)) if rows[i] != rows[i - 1]]
    newlines = {i + 1 for i, character in enumerate(TEXT) if character == "\n"}
    assert newlines <= {*starts, len(TEXT)}
    long_word, clusters = TEXT.index("x" * 300), TEXT.index(CLUSTERS[0] * 60)
    for start in set(starts) - newlines:
        assert TEXT[start - 1] == " " or long_word < start <= long_word + 300 or clusters < start


def test_narrow_pages_lay_out_again(fresh: Locator, page: Page) -> None:
    before = fresh.locator(".values").evaluate("canvas => canvas.width")
    page.set_viewport_size({"width": 700, "height": 900})
    wait_until(lambda: fresh.locator(".values").evaluate("canvas => canvas.width") < before)
    page.set_viewport_size({"width": 440, "height": 900})
    fits = "reader => reader.clientWidth < 440 && reader.scrollWidth <= reader.clientWidth"
    wait_until(lambda: fresh.locator(".reader").evaluate(fits))
    assert_colours(fresh, list(H[:, 3]), LIGHT)
