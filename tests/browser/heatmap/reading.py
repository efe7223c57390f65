"""What a heatmap in a browser shows, read off it; a mouse and a pick for it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rnnviz.plots.theme import Theme, blend, channels
from rnnviz.text.layout import glyph
from tests.browser.heatmap.page import START, TEXT, planted_trace
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TRACE = planted_trace()
H = TRACE.h[0]
TAB_COLUMNS = 4
# Each shown character's box, in order, relative to the sheet; and the grid it should lie on.
PLACES = """sheet => {
  const origin = sheet.getBoundingClientRect();
  const canvas = sheet.querySelector(".values");
  const places = [];
  const measure = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    const boxes = range.getClientRects();
    const box = boxes[boxes.length - 1];
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    places.push([x - origin.left, y - origin.top]);
  };
  for (const node of [...sheet.querySelectorAll(".row")].flatMap((row) => [...row.childNodes])) {
    const whole = node.nodeType !== Node.TEXT_NODE;
    if (whole && node.dataset.columns) {
      const box = node.getBoundingClientRect();
      const columns = node.dataset.columns.split(" ").map(Number);
      const cell = box.width / columns.reduce((sum, each) => sum + each);
      let x = box.left - origin.left;
      for (const own of columns) {
        places.push([x + (own / 2) * cell, (box.top + box.bottom) / 2 - origin.top]);
        x += own * cell;
      }
    } else if (whole) measure(node.firstChild, 0, node.textContent.length);
    else for (let i = 0; i < node.length; i++) measure(node, i, i + 1);
  }
  return { places, cell: origin.width / canvas.width, row: origin.height / canvas.height };
}"""
PIXELS = """sheet => {
  const canvas = sheet.querySelector(".values");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return { width: canvas.width, data: Array.from(data) };
}"""


def ready(page: Page, key: str = "one0") -> Locator:
    found = page.locator(f".st-key-{key} .heatmap[data-repaint-ms]")
    found.wait_for()
    return found


def picked(page: Page) -> dict[str, Any]:
    text = page.get_by_test_id("stText").first.inner_text()
    found: dict[str, Any] = json.loads(text)
    return found


def wait_for_pick(page: Page, **expected: Any) -> None:
    wait_until(lambda: picked(page) | expected == picked(page), 20)


def grid(heatmap: Locator) -> list[tuple[int, int, int]]:
    """Row, column and columns of each character, columns counted up from the glyphs' own."""
    measured = heatmap.locator(".sheet").evaluate(PLACES)
    assert len(measured["places"]) == len(TEXT)
    found, row, column = [], 0, 0
    for character, (_, y) in zip(TEXT, measured["places"], strict=True):
        if int(y / measured["row"]) != row:
            row, column = int(y / measured["row"]), 0
        columns = glyph(character).columns or TAB_COLUMNS - column % TAB_COLUMNS
        found.append((row, column, columns))
        column += columns
    return found


def colour_at(heatmap: Locator) -> Callable[[int], list[int]]:
    """The colour of the canvas behind a character; all its cells must have the same."""
    cells = grid(heatmap)
    pixels = heatmap.locator(".sheet").evaluate(PIXELS)

    def colour(index: int) -> list[int]:
        row, column, columns = cells[index]
        found = {
            tuple(pixels["data"][4 * first : 4 * first + 4])
            for first in (row * pixels["width"] + column + k for k in range(columns))
        }
        assert len(found) == 1
        return list(found.pop())

    return colour


def assert_colours(
    heatmap: Locator,
    shares: list[float],
    theme: Theme,
    coloured: Callable[[Theme, float], str] = blend,
) -> None:
    colour = colour_at(heatmap)
    for index, share in enumerate(shares):
        *found, alpha = colour(index)
        if math.isnan(share):
            assert alpha == 0
            continue
        wanted = channels(coloured(theme, share))
        assert alpha == 255
        assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 2, (index, share)


def hover(heatmap: Locator, index: int) -> Locator:
    """The card of a character on the first screen."""
    measured = heatmap.locator(".sheet").evaluate(PLACES)
    x, y = measured["places"][index]
    heatmap.locator(".sheet").hover(position={"x": x, "y": y})
    card = heatmap.locator(f".card[data-position='{START + index}']:not([hidden])")
    card.wait_for()
    return card


def focus(heatmap: Locator, index: int) -> None:
    measured = heatmap.locator(".sheet").evaluate(PLACES)
    x, y = measured["places"][index]
    heatmap.locator(".sheet").click(position={"x": x, "y": y})


def drag(heatmap: Locator, page: Page, first: int, last: int) -> None:
    sheet = heatmap.locator(".sheet")
    sheet.scroll_into_view_if_needed()
    box, places = sheet.bounding_box(), sheet.evaluate(PLACES)["places"]
    assert box
    (x0, y0), (x1, y1) = places[first], places[last]
    page.mouse.move(box["x"] + x0, box["y"] + y0)
    page.mouse.down()
    page.mouse.move(box["x"] + x1, box["y"] + y1, steps=4)
    page.mouse.up()
