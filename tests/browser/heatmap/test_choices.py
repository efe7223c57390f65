"""Units, cursor and selection follow mouse and keys; Python learns of them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest

from dashboard import keys
from rnnviz.plots.theme import LIGHT
from tests.browser.conftest import NewPage, Served, arrive, expect
from tests.browser.heatmap.page import HOSTILE, START, TEXT, UNITS
from tests.browser.heatmap.reading import (
    H,
    assert_colours,
    drag,
    focus,
    picked,
    ready,
    wait_for_pick,
)
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

# What each payload took to come from the server, in bytes; none where the browser had kept it.
FETCHED = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => new URL(name).pathname.startsWith("/media/"))
  .map(({ transferSize }) => transferSize)"""


def test_another_unit_repaints_and_python_learns_of_it(heatmap: Locator) -> None:
    page = heatmap.page
    heatmap.get_by_label("Next unit").click()
    assert heatmap.get_attribute("data-unit") == "4"
    assert_colours(heatmap, list(H[:, 4]), LIGHT)
    wait_for_pick(page, unit=4)
    heatmap.get_by_label("Unit", exact=True).fill("99")
    page.keyboard.press("Enter")
    assert heatmap.get_attribute("data-unit") == str(UNITS - 1)
    wait_for_pick(page, unit=UNITS - 1)


def test_brackets_change_the_unit_in_the_order_shown(heatmap: Locator) -> None:
    page = heatmap.page
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


# What is pressed from character 40 on, at unit 3 of units in their order, and what is so then.
ROW = max(k for k in range(41) if k == 0 or TEXT[k - 1] == "\n")
PRESSED = {
    "arrows": [("ArrowRight ArrowRight ArrowLeft", "cursor", "41")],
    "Page Up, Page Down": [
        ("PageDown", "cursor", r"\d{3,}"),
        ("PageDown PageUp", "cursor", r"\d\d"),
    ],
    "Home, End": [("Home", "cursor", f"{ROW}"), ("End", "cursor", f"{TEXT.index(chr(10), 40)}")],
    "Ctrl + Home, Ctrl + End": [
        ("Control+Home", "cursor", "0"),
        ("Control+End", "cursor", f"{len(TEXT) - 1}"),
    ],
    "Shift + arrows": [("Shift+ArrowRight", "selection", "40,42")],
    "[ and ]": [("] ] [", "unit", "4")],
    "Esc": [("Shift+ArrowRight Escape", "selection", ""), ("Escape", "cursor", "")],
    "↑, ↓": [("ArrowDown ArrowDown ArrowUp", "unit", "4")],
    "←, →": [("ArrowRight ArrowRight ArrowLeft", "cursor", r"(?!40)\d\d")],
}


TRY = """(root, [part, presses, what]) => {
  const press = name => {
    const [key, ...held] = name.split("+").reverse();
    const [shiftKey, ctrlKey] = ["Shift", "Control"].map(each => held.includes(each));
    const about = { key, shiftKey, ctrlKey, bubbles: true, cancelable: true };
    root.querySelector(part).dispatchEvent(new KeyboardEvent("keydown", about));
  };
  const to = part;
  part = ".reader";
  [..."[[[[[[[]]]"].forEach(press);
  ["Escape", "Escape", "Control+Home", ...Array(40).fill("ArrowRight")].forEach(press);
  part = to;
  presses.forEach(press);
  return root.dataset[what];
}"""


def test_each_key_of_the_list_does_what_is_said_of_it(heatmap: Locator) -> None:
    assert PRESSED.keys() == {*keys.TEXT.does, *keys.RASTER.does}
    for name, tries in PRESSED.items():
        part = ".reader" if name in keys.TEXT.does else ".map"
        for presses, what, so in tries:
            seen = heatmap.evaluate(TRY, [part, presses.split(), what])
            assert re.fullmatch(so, seen), (name, presses, seen)


def test_arrows_move_the_cursor_over_every_kind_of_character(heatmap: Locator) -> None:
    page = heatmap.page
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


@pytest.mark.parametrize(("first", "last"), [(6, 20), (20, 6), (8, 70)])
def test_dragging_selects_for_python(heatmap: Locator, first: int, last: int) -> None:
    page = heatmap.page
    drag(heatmap, page, first, last)
    start, end = min(first, last), max(first, last) + 1
    wait_for_pick(page, selection=[start, end], cursor=last)
    assert heatmap.get_attribute("data-selection") == f"{start},{end}"
    assert f"{end - start} characters" in heatmap.locator(".selected").inner_text()
    heatmap.locator(".reader").focus()
    page.keyboard.press("Escape")
    wait_for_pick(page, selection=None)


def test_shift_and_arrows_select_and_copying_gives_the_characters(heatmap: Locator) -> None:
    page = heatmap.page
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
    said, at = heatmap.locator(".selected"), START + start
    expect(said).to_have_text(f"selected: positions {at:,} to {at + 2:,}, 3 characters")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowLeft")
    expect(said).to_have_text(f"selected: position {at:,}, 1 character")


LISTEN = """() => {
  const { setTimeout } = window;
  window.waits = [];
  window.setTimeout = (told, after) => {
    if (new Error().stack.split("\\n")[2].includes("heatmap.js")) window.waits.push(after);
    return setTimeout(told, after);
  };
}"""


def test_a_click_is_told_at_once_and_keys_when_they_rest(heatmap: Locator) -> None:
    page = heatmap.page
    page.evaluate(LISTEN)
    heatmap.locator(".sheet").click(position={"x": 5, "y": 5})
    wait_for_pick(page, cursor=0)
    page.keyboard.press("ArrowRight")
    wait_for_pick(page, cursor=1)
    assert page.evaluate("window.waits") == [0, 100]


def test_what_a_finger_taps_is_inspected(heatmap: Locator) -> None:
    page = heatmap.page
    box = heatmap.locator(".sheet").bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    at = [{"x": box["x"] + 5, "y": box["y"] + 5}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(heatmap).to_have_attribute("data-cursor", "0")
    expect(heatmap.locator(f".card[data-position='{START}']")).to_be_visible()


def test_where_the_text_was_scrolled_to_is_reported(heatmap: Locator) -> None:
    page = heatmap.page
    assert picked(page)["top"] == 0
    heatmap.locator(".reader").evaluate("reader => { reader.scrollTop = 100; }")
    wait_until(lambda: picked(page)["top"] > 0)


def test_a_click_in_the_overview_takes_unit_and_place(heatmap: Locator) -> None:
    page = heatmap.page
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


def test_choices_outlast_another_payload_and_leaving(heatmap: Locator) -> None:
    page = heatmap.page
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


def test_python_moves_the_unit_when_it_asks_for_another(heatmap: Locator) -> None:
    page = heatmap.page
    heatmap.get_by_label("Next unit").click()
    wait_for_pick(page, unit=4)
    page.get_by_label("wanted unit").fill("1")
    page.keyboard.press("Enter")
    expect(heatmap).to_have_attribute("data-unit", "1", timeout=20_000)
    wait_for_pick(page, unit=1)


def frames(page: Page) -> list[int]:
    """The sizes of what comes over the websocket from now on, in bytes."""
    found: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda f: found.append(len(f))))
    return found


def test_a_payload_travels_to_a_browser_once(served: Served, new_page: NewPage) -> None:
    page = new_page(locale="en-GB")  # a browser that no other test has opened
    received = frames(page)
    arrive(page, served.url)
    heatmap = ready(page)
    assert page.evaluate(FETCHED)[0] > H.size * 2
    received.clear()
    heatmap.get_by_label("Next unit").click()
    wait_for_pick(page, unit=4)
    page.get_by_role("button", name="again").click()
    page.wait_for_selector("[data-test-script-state=notRunning]")
    assert sum(received) < 10_000
    received.clear()
    page.reload()
    ready(page)
    assert page.evaluate(FETCHED) == [0]
    assert 0 < max(received) < H.size * 2


def test_a_payload_that_is_lost_is_sent_again(served: Served, page: Page) -> None:
    answers = [
        {"status": 404, "body": "File not found"},
        None,  # an error may have been kept: it is there when it is asked for anew
        {"status": 200, "body": "Who are you?"},
        {"status": 404, "body": "File not found"},
        {"status": 404, "body": "File not found"},  # of another payload
        {"status": 404, "body": "File not found"},
        None,  # the one before is there again
    ]

    def answer(route: Route) -> None:
        given = answers.pop(0)
        route.fulfill(**given) if given else route.continue_()

    page.route(f"{served.url}/media/*", answer)
    received = frames(page)
    arrive(page, served.url)
    ready(page)
    assert max(received) < H.size * 2
    page.reload()
    assert_colours(ready(page), list(H[:, 3]), LIGHT)
    assert (max(received) > H.size * 2, len(answers)) == (True, 3)
    expect(page.locator(".legend-what")).to_contain_text("unit 3 of h,")
    page.get_by_text("half of h", exact=True).click()
    expect(page.locator(".legend-what")).to_contain_text("unit 3 of half of h,")
    received.clear()
    page.get_by_text("h", exact=True).click()
    expect(page.locator(".legend-what")).to_contain_text("unit 3 of h,")
    assert (max(received) < H.size * 2, answers) == (True, [])


def focused(heatmap: Locator) -> str:
    """The class of the part that has the focus; nothing where it is elsewhere."""
    found: str = heatmap.evaluate("root => root.getRootNode().activeElement?.className ?? ''")
    return found


def test_the_keyboard_alone_suffices(heatmap: Locator) -> None:
    page = heatmap.page

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
