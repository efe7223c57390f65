"""The heatmap as a notebook's widget: its one script, and the traits on both sides of it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from rnnviz.plots.theme import DARK, LIGHT
from rnnviz.widgets import TextHeatmap
from tests.browser.conftest import NewPage, expect
from tests.browser.heatmap.page import HOSTILE, VOCABULARY
from tests.browser.heatmap.reading import TRACE, H, assert_colours, drag, focus
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# A host as anywidget defines it: a module with `render`, a model with get, set, on and their like.
HOST = """async ({ program, state, payload }) => {
  const bytesOf = (text) =>
    new DataView(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
  const held = { ...state, payload: bytesOf(payload) };
  let listeners = [];
  let changed = {};
  window.told = [];
  const change = (name, value) => {
    held[name] = value;
    for (const [event, call] of listeners) if (event === `change:${name}`) call();
  };
  const model = {
    get: (name) => held[name],
    set: (name, value) => { changed[name] = value; change(name, value); },
    save_changes: () => { told.push(changed); changed = {}; },
    on: (event, call) => listeners.push([event, call]),
    off: (...gone) => {
      listeners = listeners.filter((pair) => pair.some((part, i) => part !== gone[i]));
    },
  };
  window.receive = change;
  window.receiveBytes = (text) => change("payload", bytesOf(text));
  const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  const end = await widget.render({ model, el: document.querySelector("main") });
  window.end = () => { end(); return listeners.length; };
}"""
TRAITS = ["height", "unit", "cursor", "selection"]
DARK_GROUND = f"--heat-background: {DARK.background}"
PAGE = """<!DOCTYPE html><style>
body { color: %s; background: %s; margin: 0 }
.toolbar, .row, .text, .card { display: none }  /* a page's own, of the same names */
</style><main></main>"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A widget in a page, each told what the other sets, and what its console said."""

    widget: TextHeatmap
    page: Page
    heatmap: Locator
    said: list[str]

    def hear(self) -> TextHeatmap:
        """The widget, told what the page has said since."""
        for changes in self.page.evaluate("told.splice(0)"):
            self.widget.set_state(changes)
        return self.widget


Show = Callable[..., Shown]


def encoded(payload: bytes) -> str:
    return base64.b64encode(payload).decode()


@pytest.fixture
def show(new_page: NewPage) -> Show:
    """Shows a widget on a light page."""

    def show_on(**settings: Any) -> Shown:
        trace = replace(TRACE, bounds={"h": (-1.0, 1.0)}, characters=VOCABULARY.characters)
        widget, page = TextHeatmap(trace, **settings), new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.set_content(PAGE % (LIGHT.text, LIGHT.background))
        payload = encoded(widget.payload)
        given = {"program": widget._esm, "state": widget.get_state(TRAITS), "payload": payload}
        page.evaluate(HOST, given)
        widget.observe(
            lambda change: page.evaluate("text => receiveBytes(text)", encoded(change.new)),
            "payload",
        )
        say = "({ name, value }) => receive(name, value)"
        widget.observe(
            lambda change: page.evaluate(say, {"name": change.name, "value": change.new}), TRAITS
        )
        return Shown(widget, page, page.locator(".heatmap"), said)

    return show_on


def test_what_is_picked_is_in_python_and_what_python_sets_is_shown(show: Show) -> None:
    shown = show(unit=3)
    widget, page, heatmap = shown.widget, shown.page, shown.heatmap
    expect(heatmap.locator(".toolbar")).to_be_visible()
    assert_colours(heatmap, list(H[:, 3]), LIGHT)
    assert HOSTILE in heatmap.locator(".text").evaluate("pre => pre.textContent")
    widget.unit, widget.selection = 5, (4, 9)
    expect(heatmap.locator(".legend-what")).to_have_text("unit 5 of h, layer 0")
    assert heatmap.get_attribute("data-selection") == "4,9"
    focus(heatmap, 8)
    page.keyboard.press("]")
    wait_until(lambda: shown.hear().unit == 6, 20)
    assert (widget.cursor, widget.selection) == (8, None)
    drag(heatmap, page, 10, 20)
    wait_until(lambda: shown.hear().selection == (10, 21), 20)
    assert (heatmap.get_attribute("data-unit"), page.evaluate("told.length")) == ("6", 0)
    widget.signal = "change of h"
    expect(heatmap.locator(".legend-what")).to_have_text("unit 6 of change of h, layer 0")
    assert heatmap.get_attribute("data-selection") == "10,21"
    widget.signal = "h"
    style = f"color: {DARK.text}; background: {DARK.background}"
    page.evaluate("style => document.body.setAttribute('style', style)", style)
    wait_until(lambda: DARK_GROUND in heatmap.get_attribute("style"), 20)
    assert_colours(heatmap, list(H[:, 6]), DARK)
    assert page.evaluate("end()") == 0
    expect(heatmap).to_have_count(0)
    assert [said for said in shown.said if not said.startswith("warning: Canvas2D")] == []
