"""A person trains: upload, start, reload, pause, go on, come back."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rnnviz.runs.locks import is_held
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from rnnviz.workers import supervisor
from tests.browser.conftest import APP, NewPage, Open, Serve, end, expect, give_file
from tests.browser.small_runs import SPEECH, end_workers, endless, runs_folder, trained
from tests.conftest import wait_until, worker_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_PRESS_MS = 120
# What has the focus, and whether that can be seen: it looks otherwise without.
_FOCUSED = """async () => {
  const one = document.activeElement, chain = [];
  for (let at = one; at && chain.length < 6; at = at.parentElement) chain.push(at);
  const look = () => chain.map(getComputedStyle).map(s =>
    [s.outline, s.boxShadow, s.borderColor, s.backgroundColor, s.color].join()).join();
  const drawn = () => new Promise(done => setTimeout(done, 25));
  await drawn();
  const focused = look();
  one.blur();
  await drawn();
  const shows = look() !== focused;
  one.focus();
  const whole = one.dataset.testid === "stMain";  // has the focus to be scrolled
  const said = one.innerText || one.getAttribute("aria-label") || one.tagName;
  return [whole ? "the page" : said, whole || shows];
}"""
# Words above grow, the browser scrolls to keep what is in view, and all is told of it.
_GROW = """async () => {
  const main = document.querySelector("[data-testid=stMain]"), was = main.scrollTop;
  const frame = () => new Promise(requestAnimationFrame);
  main.querySelector("h1").style.paddingBottom = "60px";
  while (main.scrollTop === was) await frame();
  for (let n = 0; n < 3; n++) await frame();
}"""
_LOSS = ".st-key-loss .js-plotly-plot"
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@pytest.fixture(autouse=True)
def no_worker_left(folder: Path) -> Iterator[None]:
    """A test that fails leaves none behind, for which those after it would wait in line."""
    yield
    end_workers(folder)


@pytest.fixture
def own_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for the runs of one test."""
    with runs_folder(tmp_path) as runs:
        yield runs


def upload_and_train(page: Page, name: str, text: str) -> None:
    """Start a run and wait for its first sample."""
    start(page, name, text)
    page.get_by_text("What it writes", exact=True).wait_for(timeout=60_000)


def start(page: Page, name: str, text: str) -> None:
    """Upload a text, set a small network and ten minutes, press Start.

    As fast as it goes: the page is still being drawn when the menu is opened, and again when
    numbers were left.
    """
    give_file(page, {"name": name, "mimeType": "text/plain", "buffer": text.encode()})
    page.get_by_text(f"{len(text):,} characters").wait_for()
    page.get_by_text("Advanced").click()
    page.get_by_role("spinbutton", name="Hidden size (units)").fill("32")
    page.get_by_role("spinbutton", name="Patience (snapshots)").fill("0")
    page.get_by_role("combobox", name="Train for").click()
    page.get_by_role("option", name="seconds").click()
    page.get_by_role("spinbutton", name="Budget (seconds)").fill("600")
    page.get_by_role("spinbutton", name="Budget (seconds)").press("Enter")
    page.get_by_text("reads 64 characters at each of 16 places of the text; 10\u00a0min").wait_for()
    page.get_by_role("button", name="Start training").click()


@contextmanager
def two_cores() -> Iterator[None]:
    """What is started here sees a machine of two cores."""
    os.sched_setaffinity(0, CORES[:2])
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


def newest(folder: Path) -> Run:
    return Run(next(find_folders(folder)))


def iteration_shown(page: Page) -> int:
    value = page.get_by_test_id("stMetricValue").first.text_content()
    return int(str(value).replace(",", ""))


def losses_seen(page: Page) -> list[float]:
    """The range of iterations in the chart of losses, once it is drawn."""
    script = "plot => plot._fullLayout?.xaxis?.range ?? []"
    found: list[float] = []

    def is_drawn() -> bool:
        found[:] = page.locator(_LOSS).last.evaluate(script)
        return len(found) == 2

    wait_until(is_drawn)
    return found


def last_drawn(page: Page) -> int:
    """The last iteration of the curve in the chart of losses."""
    script = """plot => {
      const curve = (plot._fullData ?? []).find(one => one.name === "training");
      return curve ? Array.from(curve.x).at(-1) ?? 0 : 0;
    }"""
    return int(page.locator(_LOSS).last.evaluate(script))


def zoom(page: Page) -> list[float]:
    """Drag over the middle of the chart of losses; the range of its iterations after that."""
    from playwright.sync_api import Error

    low, high = losses_seen(page)

    def is_zoomed() -> bool:
        try:
            page.locator(_LOSS).last.scroll_into_view_if_needed()
            area = page.locator(_LOSS).last.locator(".nsewdrag").bounding_box()
        except Error:
            area = None
        if area is None:  # just drawn anew
            return False
        middle = area["y"] + area["height"] / 2
        page.mouse.move(area["x"] + area["width"] * 0.3, middle)
        page.mouse.down()
        page.mouse.move(area["x"] + area["width"] * 0.7, middle, steps=5)
        page.mouse.up()
        page.wait_for_timeout(1_000)
        begin, end = losses_seen(page)
        return end - begin < 0.6 * (high - low)

    wait_until(is_zoomed)
    return losses_seen(page)


def button(page: Page, label: str) -> Locator:
    """A button of the page itself, not of Streamlit's header."""
    return page.get_by_test_id("stMain").get_by_role("button", name=label, exact=True)


def press(page: Page, run: Run, label: str, state: str) -> None:
    """Press a button once, as long as a hand does, and see what it does in the run and here."""
    button(page, label).click(delay=_PRESS_MS)
    wait_until(lambda: run.status.state == state)
    expect(badge(page)).to_have_text(re.compile(f"^{state}"), timeout=60_000)


def badge(page: Page) -> Locator:
    """What the page says the run is doing."""
    return page.get_by_test_id("stMain").locator(".stMarkdownBadge")


def test_upload_train_reload_pause_resume_stop(
    open_page: Open, page: Page, new_page: NewPage, folder: Path
) -> None:
    open_page()
    upload_and_train(page, "../../speech.txt", SPEECH)
    run = newest(folder)
    assert run.folder.path.parent == folder
    first = iteration_shown(page)
    wait_until(lambda: iteration_shown(page) > first + 20)
    page.locator(".js-plotly-plot .legendtext", has_text="training").first.wait_for()
    assert page.get_by_role("button", name="Follow the newest").count() == 0  # nobody moved it
    losses = run.history["loss_nats"]
    assert losses.tail(5).mean() < losses.head(5).mean()

    page.get_by_text("Hold the charts").click()
    said = page.get_by_text("held at iteration")
    expect(said).to_be_visible(timeout=60_000)
    held = int(re.sub(r"\D", "", said.inner_text()))
    wait_until(lambda: last_drawn(page) == held)  # the chart follows what is said above it
    zoomed = zoom(page)
    seen = iteration_shown(page)
    page.wait_for_timeout(7_000)  # twice the time after which charts are drawn again
    assert iteration_shown(page) > seen
    assert losses_seen(page) == zoomed

    page.reload()
    page.get_by_text("What it writes", exact=True).wait_for(timeout=60_000)
    other = new_page()
    open_page(by=other)
    other.get_by_text("What it writes", exact=True).wait_for(timeout=60_000)
    other.wait_for_function("id => location.search.includes(id)", arg=run.id)

    press(page, run, "Pause", "paused")
    press(page, run, "Resume", "running")
    press(page, run, "Stop training", "stopped")
    expect(page.get_by_text(re.compile("Stopped at iteration"))).to_be_visible(timeout=60_000)


@pytest.mark.skipif(len(CORES) < 2, reason="needs two cores, and a way to use only two")
def test_two_train_at_once_and_a_third_waits_in_line(
    serve: Serve, new_page: NewPage, own_folder: Path
) -> None:
    with two_cores():
        served = serve(APP, RNNVIZ_RUNS=str(own_folder))
        first, _ = training = endless(own_folder), endless(own_folder)
    whose, third = new_page(), new_page()
    third.goto(f"{served.url}/?run=new")
    start(third, "third.txt", SPEECH)
    expect(badge(third)).to_have_text("queued", timeout=60_000)
    line = third.get_by_text(re.compile("^Waiting in line at position 1"))
    expect(line).to_be_visible(timeout=60_000)
    run = newest(own_folder)
    assert [each.status.state for each in (*training, run)] == ["running", "running", "queued"]
    whose.goto(f"{served.url}/?run={first.id}")
    press(whose, first, "Stop training", "stopped")
    expect(badge(third)).to_have_text("running", timeout=60_000)
    press(third, run, "Stop training", "stopped")


def test_a_text_is_chosen_from_the_cards(open_page: Open, page: Page) -> None:
    open_page("?run=new")
    page.get_by_role("button", name="See all").click()
    card = (
        page.get_by_test_id("stDialog")
        .get_by_test_id("stVerticalBlock")
        .filter(has_text="Lines of a and then as many b")
    )
    card.last.get_by_role("button", name="Use this text").click()
    page.get_by_test_id("stDialog").wait_for(state="detached")
    expect(page.get_by_text("Lowest possible loss: 0.288 bits/char (0.200 nats).")).to_be_visible()


def test_a_menu_stays_open_while_words_above_it_grow(open_page: Open, page: Page) -> None:
    """Only who scrolls by hand closes it."""
    open_page("?run=new")
    page.get_by_text("Advanced").click()
    page.get_by_role("combobox", name="Device").click()
    option = page.get_by_role("option", name="cpu")
    option.wait_for()
    page.evaluate(_GROW)
    assert option.is_visible()
    page.mouse.wheel(0, -60)
    expect(option).to_be_hidden()


def test_a_killed_worker_is_told_and_goes_on(open_page: Open, page: Page, folder: Path) -> None:
    open_page("?run=new")
    upload_and_train(page, "killed.txt", SPEECH)
    run = newest(folder)
    os.kill(worker_of(run), signal.SIGKILL)
    expect(page.get_by_text("The worker ended at iteration")).to_be_visible(timeout=60_000)
    assert run.status.state == "interrupted"
    press(page, run, "Resume", "running")
    press(page, run, "Stop training", "stopped")


def test_training_outlives_the_server(serve: Serve, folder: Path, page: Page) -> None:
    first = serve(APP, RNNVIZ_RUNS=str(folder))
    page.goto(f"{first.url}/?run=new")
    upload_and_train(page, "outlives.txt", SPEECH)
    run = newest(folder)
    end(first.process)
    before = run.status.iteration
    wait_until(lambda: run.status.iteration > before)
    second = serve(APP, RNNVIZ_RUNS=str(folder))
    page.goto(second.url)
    press(page, run, "Stop training", "stopped")
    expect(page.get_by_text(re.compile("Stopped at iteration"))).to_be_visible(timeout=60_000)


def test_the_keyboard_alone_starts_a_run(open_page: Open, page: Page, folder: Path) -> None:
    """Tab reaches Start in the order of the page, every stop can be seen, Enter presses it."""
    open_page("?run=new")
    button(page, "Start training").wait_for()
    page.wait_for_selector("[data-test-script-state=notRunning]")
    page.add_style_tag(content="* { transition: none !important }")
    said, seen = "", []
    while "Start training" not in said and len(seen) < 60:
        page.keyboard.press("Tab")
        said, shows = page.evaluate(_FOCUSED)
        seen.append(said)
        assert shows, f"nothing shows that {said!r} has the focus"
    assert "Start training" in said, seen
    before = set(find_folders(folder))
    page.keyboard.press("Enter")
    expect(badge(page)).to_have_text(re.compile("queued|running"), timeout=60_000)
    (made,) = set(find_folders(folder)) - before
    run = Run(made)
    supervisor.stop(run)
    wait_until(lambda: not is_held(run.folder.lock))


def test_rename_and_delete(folder: Path, open_page: Open, page: Page) -> None:
    run = trained(SPEECH, "gone.txt", folder, iterations=2)
    open_page(f"?run={run.id}")
    button(page, "Manage").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill("*starred*")
    page.get_by_test_id("stDialog").get_by_role("button", name="Rename").click()
    page.get_by_role("heading", name="*starred*").wait_for()
    assert Run.open(run.id, folder).description.name == "*starred*"
    button(page, "Manage").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    wait_until(lambda: not run.folder.path.exists())
    page.wait_for_function("id => !location.search.includes(id)", arg=run.id)
