"""Colours, cards and counts are what was recorded."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest

from rnnviz.plots.theme import DARK, LIGHT, blend, channels, highlight
from rnnviz.text.layout import glyph
from tests.browser.conftest import Served, Visit, expect
from tests.browser.heatmap.page import HOSTILE, PLANTED, START, TEXT, UNITS, VOCABULARY
from tests.browser.heatmap.reading import TRACE, H, assert_colours, grid, hover, ready
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def test_every_colour_is_its_value(still: Locator) -> None:
    assert_colours(still, list(H[:, 3]), LIGHT)


def test_dark_pages_have_dark_colours(served: Served, visit: Visit, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    visit(served.url)
    assert_colours(ready(page), list(H[:, 3]), DARK)


def test_colours_follow_the_theme(fresh: Locator, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    wait_until(
        lambda: (
            "17, 21, 28"
            in fresh.locator(".reader").evaluate(
                "reader => getComputedStyle(reader).backgroundColor"
            )
        ),
        20,
    )
    assert_colours(fresh, list(H[:, 3]), DARK)


def test_values_beyond_the_scale_are_counted_and_marked(heatmap: Locator) -> None:
    heatmap.get_by_label("Scale").select_option("half: -0.5 to 0.5")
    assert_colours(heatmap, list(H[:, 3] / 0.5), LIGHT)
    beyond = (abs(H[:, 3]) > 0.5).nonzero()[0]
    assert (
        f"{len(beyond):,} characters lie beyond" in heatmap.locator(".legend-beyond").inner_text()
    )
    assert heatmap.locator(".legend-high").inner_text() == "0.5"
    row, column, columns = grid(heatmap)[beyond[0]]
    corner = heatmap.locator(".sheet").evaluate(
        """(sheet, [x, y]) => {
          const marks = sheet.querySelector(".marks");
          const cell = sheet.getBoundingClientRect().width / sheet.querySelector(".values").width;
          const context = marks.getContext("2d");
          return Array.from(context.getImageData(x * cell - 2, y * 26 + 1, 1, 1).data);
        }""",
        [column + columns, row],
    )
    assert corner == [*channels(LIGHT.text), 255]


def test_surprise_colours_the_character_that_was_predicted(heatmap: Locator) -> None:
    heatmap.get_by_label("Colour by").select_option("surprise")
    shares = TRACE.loss[:-1] / (8 * math.log(2))
    assert_colours(heatmap, [math.nan, *shares], LIGHT, highlight)
    assert heatmap.locator(".legend-what").inner_text() == "surprise of each character, in bits"
    assert heatmap.locator(".legend-high").inner_text() == "8"
    assert "8 bits one chance in 256" in heatmap.locator(".legend-means").inner_text()


def test_the_overview_shows_the_value_of_largest_size(still: Locator) -> None:
    found = still.locator(".map canvas").evaluate(
        """canvas => {
          const { width, height } = canvas;
          const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
          return { width, height, data: Array.from(data) };
        }"""
    )
    width, count = found["width"], len(TEXT)
    assert found["height"] == UNITS
    for column in range(0, width, 37):
        values = H[column * count // width : (column + 1) * count // width, 2]
        wanted = channels(blend(LIGHT, values[abs(values).argmax()]))
        first = 4 * (2 * width + column)
        assert found["data"][first : first + 3] == pytest.approx(wanted, abs=2)
    said = still.locator(".map-caption").inner_text()
    assert f"All {UNITS} units × {count:,} characters" in said
    assert ("value farthest from 0" in said) == (count > width)


def test_hover_says_what_was_recorded(still: Locator) -> None:
    card = hover(still, 8)
    said = card.inner_text()
    assert f"{START + 8:,}" in said
    assert "LATIN SMALL LETTER X" in said
    assert float(card.get_attribute("data-value") or "nan") == pytest.approx(H[8, 3], abs=4e-5)
    assert f"{abs(H[8, 3]):.3f}" in said
    loss = TRACE.loss[8]
    assert f"{loss / math.log(2):.3f} bits ({loss:.3f} nats)" in said
    marks = card.locator(".card-mark").all_inner_texts()
    likeliest = [glyph(VOCABULARY.characters[k]) for k in TRACE.likeliest[8]]
    assert marks == ["␣" if each.shown == " " else each.shown for each in likeliest]
    first = card.locator(".card-percent").first.inner_text()
    assert float(first.rstrip("%")) == pytest.approx(
        100 * TRACE.likeliest_probability[8, 0], abs=0.5
    )


def test_card_leaves_with_the_pointer(still: Locator, still_page: Page) -> None:
    hover(still, 8)
    expect(still.locator(".card")).to_be_visible()
    still_page.mouse.move(2, 2)
    expect(still.locator(".card")).to_be_hidden()


def test_hostile_text_is_shown_and_nothing_else(still: Locator) -> None:
    assert HOSTILE in still.locator(".text").evaluate("pre => pre.textContent")
    assert still.locator(".text *:not(.row, .box)").count() == 0
    start = TEXT.index(HOSTILE)
    assert hover(still, start).locator("img, script").count() == 0


def test_two_heatmaps_on_one_page(served: Served, visit: Visit, page: Page) -> None:
    visit(f"{served.url}?two=1")
    one, two = ready(page), ready(page, "two")
    assert (one.get_attribute("data-unit"), two.get_attribute("data-unit")) == ("3", "5")
    two.get_by_label("Next unit").click()
    assert (one.get_attribute("data-unit"), two.get_attribute("data-unit")) == ("3", "6")
    assert_colours(two, list(H[:, 6]), LIGHT)
    assert_colours(one, list(H[:, 3]), LIGHT)


def test_a_track_has_its_bars_under_the_characters(
    served: Served, visit: Visit, page: Page
) -> None:
    visit(f"{served.url}?two=1")
    one, two = ready(page), ready(page, "two")
    expect(one.locator(".track-legend")).to_be_hidden()
    expect(two.locator(".track-legend")).to_contain_text("where it stands among five")
    assert_colours(two, list(H[:, 5]), LIGHT)
    heights = two.locator(".sheet").evaluate(
        """(sheet, [characters, row]) => {
          const marks = sheet.querySelector(".marks");
          const cell = sheet.getBoundingClientRect().width / sheet.querySelector(".values").width;
          const context = marks.getContext("2d");
          const colours = (i) => {
            const { data } = context.getImageData((i + 0.5) * cell, 0, 1, row);
            return Array.from({ length: row }, (_, y) => data.slice(4 * y, 4 * y + 4).join());
          };
          return Array.from({ length: characters }, (_, i) => colours(i));
        }""",
        [10, 41],
    )
    bar = ",".join(map(str, [*channels(LIGHT.truth), 255]))
    assert [column.count(bar) for column in heights] == pytest.approx(
        [2.5 * value for value in PLANTED[:10]], abs=1
    )
    facts = hover(two, 3).locator(".card-facts").inner_text()
    assert "fifths\n3" in facts


def test_every_row_of_the_raster_can_be_told_apart(
    served: Served, visit: Visit, page: Page
) -> None:
    visit(f"{served.url}?many=1")
    many = ready(page, "many")
    box = many.locator(".map canvas").bounding_box()
    assert box and box["height"] / 300 >= 2
    rows = many.locator(".map-rows")
    expect(rows).to_contain_text("rows 1 to 135 of 300 in view, scroll for the others")
    many.locator(".map").evaluate("map => { map.scrollTop = 1e6; }")
    frame = many.locator(".range-mark").bounding_box()
    assert frame and frame["height"] == pytest.approx(box["height"], abs=1)
    expect(rows).to_contain_text("of 300 in view")
    expect(rows).to_contain_text(" to 300 of")
    many.locator(".map").hover()
    expect(many.locator(".map-readout")).to_have_text(re.compile(r"^unit .*: 0\.\d+$"))
