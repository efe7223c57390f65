"""The text heatmap in Chromium: colours are the recorded values, cells hold their characters."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rnnviz.plots.theme import DARK, LIGHT, Theme, blend, channels, highlight
from rnnviz.text.layout import glyph
from tests.browser.conftest import (
    NewContext,
    NewPage,
    Serve,
    Served,
    Visit,
    arrive,
    expect,
    visitors,
)
from tests.browser.heatmap_page import (
    CLUSTERS,
    HOSTILE,
    PLANTED,
    START,
    TEXT,
    UNITS,
    VOCABULARY,
    planted_trace,
)
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PAGE = Path(__file__).with_name("heatmap_page.py")
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


@pytest.fixture(scope="module")
def served(serve: Serve) -> Served:
    return serve(PAGE)


@pytest.fixture
def heatmap(served: Served, visit: Visit, page: Page) -> Locator:
    visit(served.url)
    return ready(page)


@pytest.fixture(scope="module")
def still_page(
    served: Served, context: NewContext, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page that is opened once, for tests that only look at it and point at it."""
    with visitors(context, request.node) as opens:
        page = opens()
        arrive(page, served.url)
        yield page


@pytest.fixture
def still(still_page: Page) -> Locator:
    return ready(still_page)


def ready(page: Page, key: str = "one") -> Locator:
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


def test_every_colour_is_its_value(still: Locator) -> None:
    assert_colours(still, list(H[:, 3]), LIGHT)


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


def test_dark_pages_have_dark_colours(served: Served, visit: Visit, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    visit(served.url)
    assert_colours(ready(page), list(H[:, 3]), DARK)


def test_colours_follow_the_theme(heatmap: Locator, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    wait_until(
        lambda: (
            "17, 21, 28"
            in heatmap.locator(".reader").evaluate(
                "reader => getComputedStyle(reader).backgroundColor"
            )
        ),
        20,
    )
    assert_colours(heatmap, list(H[:, 3]), DARK)


def test_another_unit_repaints_and_python_learns_of_it(heatmap: Locator, page: Page) -> None:
    heatmap.get_by_label("Next unit").click()
    assert heatmap.get_attribute("data-unit") == "4"
    assert_colours(heatmap, list(H[:, 4]), LIGHT)
    wait_for_pick(page, unit=4)
    heatmap.get_by_label("Unit", exact=True).fill("99")
    page.keyboard.press("Enter")
    assert heatmap.get_attribute("data-unit") == str(UNITS - 1)
    wait_for_pick(page, unit=UNITS - 1)


def test_brackets_change_the_unit_in_the_order_shown(heatmap: Locator, page: Page) -> None:
    focus(heatmap, 2)
    page.keyboard.press("]")
    assert heatmap.get_attribute("data-unit") == "4"
    heatmap.get_by_label("Order of units").select_option("reversed")
    heatmap.locator(".reader").focus()
    page.keyboard.press("]")
    page.keyboard.press("]")
    assert heatmap.get_attribute("data-unit") == "2"
    page.keyboard.press("[")
    assert heatmap.get_attribute("data-unit") == "3"


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


def test_arrows_move_the_cursor_over_every_kind_of_character(heatmap: Locator, page: Page) -> None:
    focus(heatmap, 0)
    assert heatmap.get_attribute("data-cursor") == "0"
    steps = TEXT.index(HOSTILE)
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    assert heatmap.get_attribute("data-cursor") == str(steps)
    card = heatmap.locator(f".card[data-position='{START + steps}']")
    assert "LESS-THAN SIGN" in card.inner_text()
    wait_for_pick(page, cursor=steps, selection=None)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    assert heatmap.get_attribute("data-cursor") == str(steps - 1)
    page.keyboard.press("Control+End")
    assert heatmap.get_attribute("data-cursor") == str(len(TEXT) - 1)
    assert "nothing follows" in heatmap.locator(".card").inner_text()
    page.keyboard.press("Control+Home")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    assert heatmap.get_attribute("data-cursor") == str(TEXT.index("\n") + 1)
    page.keyboard.press("Escape")
    assert heatmap.get_attribute("data-cursor") == ""


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


@pytest.mark.parametrize(("first", "last"), [(6, 20), (20, 6), (8, 70)])
def test_dragging_selects_for_python(heatmap: Locator, page: Page, first: int, last: int) -> None:
    drag(heatmap, page, first, last)
    start, end = min(first, last), max(first, last) + 1
    wait_for_pick(page, selection=[start, end], cursor=last)
    assert heatmap.get_attribute("data-selection") == f"{start},{end}"
    assert f"{end - start} characters" in heatmap.locator(".selected").inner_text()
    heatmap.locator(".reader").focus()
    page.keyboard.press("Escape")
    wait_for_pick(page, selection=None)


def test_shift_and_arrows_select_and_copying_gives_the_characters(
    heatmap: Locator, page: Page
) -> None:
    start = TEXT.index("e\u0301")
    focus(heatmap, start)
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert heatmap.get_attribute("data-selection") == f"{start},{start + 3}"
    copied = heatmap.locator(".reader").evaluate(
        """reader => {
          const clipboardData = new DataTransfer();
          reader.dispatchEvent(new ClipboardEvent("copy", { clipboardData }));
          return clipboardData.getData("text/plain");
        }"""
    )
    assert copied == TEXT[start : start + 3]


def test_where_the_text_was_scrolled_to_is_reported(heatmap: Locator, page: Page) -> None:
    assert picked(page)["top"] == 0
    heatmap.locator(".reader").evaluate("reader => { reader.scrollTop = 100; }")
    wait_until(lambda: picked(page)["top"] > 0)


def test_a_click_in_the_overview_takes_unit_and_place(heatmap: Locator, page: Page) -> None:
    canvas = heatmap.locator(".map canvas")
    box = canvas.bounding_box()
    assert box
    canvas.click(position={"x": 0.75 * box["width"], "y": (5 + 0.5) / UNITS * box["height"]})
    assert heatmap.get_attribute("data-unit") == "5"
    cursor = int(heatmap.get_attribute("data-cursor") or -1)
    assert cursor == pytest.approx(0.75 * len(TEXT), abs=2)
    assert heatmap.locator(".reader").evaluate("reader => reader.scrollTop") > 0
    wait_for_pick(page, unit=5, cursor=cursor)
    heatmap.get_by_label("Order of units").select_option("reversed")
    canvas.click(position={"x": 1, "y": 0.5 / UNITS * box["height"]})
    assert heatmap.get_attribute("data-unit") == str(UNITS - 1)


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


def test_hostile_text_is_shown_and_nothing_else(still: Locator) -> None:
    assert HOSTILE in still.locator(".text").evaluate("pre => pre.textContent")
    assert still.locator(".text *:not(.row, .box)").count() == 0
    start = TEXT.index(HOSTILE)
    assert hover(still, start).locator("img, script").count() == 0


def test_choices_outlast_another_payload_and_leaving(heatmap: Locator, page: Page) -> None:
    focus(heatmap, 40)
    heatmap.get_by_label("Next unit").click()
    heatmap.get_by_label("Order of units").select_option("reversed")
    wait_for_pick(page, unit=4, cursor=40)
    page.get_by_text("half of h", exact=True).click()
    wait_until(lambda: "half of h" in heatmap.locator(".legend-what").inner_text(), 20)
    assert_colours(heatmap, list(H[:, 4] / 2), LIGHT)
    assert heatmap.get_attribute("data-cursor") == "40"
    page.get_by_text("shown", exact=True).click()
    heatmap.wait_for(state="detached")
    page.get_by_text("shown", exact=True).click()
    heatmap.wait_for()
    assert heatmap.get_attribute("data-unit") == "4"
    assert heatmap.get_attribute("data-cursor") == "40"
    assert heatmap.get_by_label("Order of units").input_value() == "reversed"
    found = picked(page)
    assert (found["unit"], found["cursor"], found["selection"]) == (4, 40, None)
    assert (found["colour"], found["order"]) == ("value", "reversed")


def test_python_moves_the_unit_when_it_asks_for_another(heatmap: Locator, page: Page) -> None:
    heatmap.get_by_label("Next unit").click()
    wait_for_pick(page, unit=4)
    page.get_by_label("wanted unit").fill("1")
    page.keyboard.press("Enter")
    expect(heatmap).to_have_attribute("data-unit", "1", timeout=20_000)
    wait_for_pick(page, unit=1)


def test_identical_reruns_send_no_payload(served: Served, visit: Visit, page: Page) -> None:
    received: list[int] = []
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda f: received.append(len(f)))
    )
    visit(served.url)
    heatmap = ready(page)
    assert max(received) > H.size * 2
    received.clear()
    heatmap.get_by_label("Next unit").click()
    wait_for_pick(page, unit=4)
    page.get_by_role("button", name="again").click()
    page.wait_for_selector("[data-test-script-state=notRunning]")
    assert sum(received) < 10_000


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


def focused(heatmap: Locator) -> str:
    """The class of the part that has the focus; nothing where it is elsewhere."""
    found: str = heatmap.evaluate("root => root.getRootNode().activeElement?.className ?? ''")
    return found


def test_the_keyboard_alone_suffices(heatmap: Locator, page: Page) -> None:
    def tab_to(part: str) -> None:
        for _ in range(30):
            if focused(heatmap) == part:
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {part}")

    tab_to("next")
    page.keyboard.press("Enter")
    assert heatmap.get_attribute("data-unit") == "4"
    tab_to("map")
    page.keyboard.press("ArrowDown")
    assert heatmap.get_attribute("data-unit") == "5"
    page.keyboard.press("ArrowRight")
    assert heatmap.get_attribute("data-cursor") == str(math.ceil(len(TEXT) / width_of_map(heatmap)))
    shown = heatmap.locator(".map").evaluate("map => getComputedStyle(map).outlineStyle")
    assert shown == "solid"
    tab_to("reader")
    page.keyboard.press("[")
    assert heatmap.get_attribute("data-unit") == "4"
    for key in ("Control+End", "Control+Home", "ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert heatmap.get_attribute("data-selection") == "1,3"
    assert heatmap.locator(".reader").evaluate("reader => reader.scrollTop") == 0
    wait_for_pick(page, unit=4, cursor=2, selection=[1, 3])
    page.keyboard.press("Tab")
    assert focused(heatmap) == ""


def width_of_map(heatmap: Locator) -> int:
    found: int = heatmap.locator(".map canvas").evaluate("canvas => canvas.width")
    return found


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
    expect(rows).to_contain_text("of 300 in view")
    expect(rows).to_contain_text(" to 300 of")


def test_narrow_pages_lay_out_again(heatmap: Locator, page: Page) -> None:
    before = heatmap.locator(".values").evaluate("canvas => canvas.width")
    page.set_viewport_size({"width": 700, "height": 900})
    wait_until(lambda: heatmap.locator(".values").evaluate("canvas => canvas.width") < before)
    assert_colours(heatmap, list(H[:, 3]), LIGHT)
