"""The dashboard as a person uses it: upload, train, look inside, come back."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rnnviz.analysis.units.held_cost import held_at
from rnnviz.config import ModelConfig, SamplingConfig, TrainingConfig
from rnnviz.plots.theme import DARK, LIGHT, Theme, blend, channels
from rnnviz.runs.documents import RunError
from rnnviz.runs.locks import is_held
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from rnnviz.workers import supervisor
from rnnviz.workers.worker import work
from tests.browser.conftest import NewPage, Serve, Served, Visit, end, expect
from tests.conftest import ROOT, wait_until, worker_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

APP = ROOT / "dashboard" / "app.py"
SPEECH = 'He said "to be" or not; she said "no more".\nThen they slept.\n' * 300
HOSTILE = (
    "<script>throw 1</script><img src=x onerror=throw(2)></pre># *not* a [title](javascript:0)\n"
    ":material/home: $x^2$ `code` \x1b[31mred \u202eright to left \u05e9\u05dc\u05d5\u05dd\n"
)
KOREAN = '그는 말했다. "바다가 조용하다." 나는 물을 마셨다.\n' * 300

_PRESS_MS = 120
_LONGEST_SAID = 200
# Over a line, this takes for ever.
CATASTROPHIC = "(.|[a-z ])+!$"
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
_LOSS = ".st-key-loss .js-plotly-plot"
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []

Open = Callable[..., None]
_SCROLLING_FORMULAS = """() => [...document.querySelectorAll(".katex-display")]
  .filter(formula => formula.scrollWidth > formula.clientWidth).length"""


@contextmanager
def runs_folder(runs: Path) -> Iterator[Path]:
    """A folder of runs; no worker outlives it."""
    try:
        yield runs
    finally:
        end_workers(runs)


def end_workers(runs: Path) -> None:
    """Stop what trains there, and wait until it is gone."""
    for run in map(Run, find_folders(runs)):
        lock = run.folder.lock
        if is_held(lock):
            with suppress(RunError):  # it is about to end by itself
                supervisor.stop(run)
            wait_until(lambda lock=lock: not is_held(lock))


@pytest.fixture(autouse=True)
def no_worker_left(folder: Path) -> Iterator[None]:
    """A test that fails leaves none behind, for which those after it would wait in line."""
    yield
    end_workers(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the module's runs."""
    with runs_folder(tmp_path_factory.mktemp("runs")) as runs:
        yield runs


@pytest.fixture
def own_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for the runs of one test."""
    with runs_folder(tmp_path) as runs:
        yield runs


@pytest.fixture(scope="module")
def served(serve: Serve, folder: Path) -> Served:
    return serve(APP, RNNVIZ_RUNS=str(folder))


@pytest.fixture(scope="module")
def speech(folder: Path) -> Run:
    return trained(SPEECH, "speech.txt", folder)


@pytest.fixture
def open_page(served: Served, page: Page) -> Open:
    """Opens a page of the dashboard and waits for its title."""

    def open_at(path: str = "", title: str = "Train", by: Page | None = None) -> None:
        seen = by or page
        seen.goto(f"{served.url}/{path}")
        seen.get_by_role("heading", name=title, exact=True).wait_for(timeout=60_000)

    return open_at


def trained(text: str, name: str, runs: Path, iterations: int = 20) -> Run:
    """A small run, trained in this process."""
    training = TrainingConfig(iterations=iterations, sequence_length=20, batch_size=4)
    run = Run.create(
        text, name=name, model=ModelConfig(hidden_size=24), training=training, runs=runs
    )
    work(run)
    return run


def upload_and_train(page: Page, name: str, text: str) -> None:
    """Start a run and wait for its first sample."""
    start(page, name, text)
    page.get_by_text("What it writes", exact=True).wait_for(timeout=60_000)


def start(page: Page, name: str, text: str) -> None:
    """Upload a text, set a small network and ten minutes, press Start."""
    page.get_by_text("Your file", exact=True).click()
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
    )
    page.get_by_text(f"{len(text):,} characters").wait_for()
    page.get_by_text("Advanced").click()
    page.get_by_role("spinbutton", name="Hidden size (units)").fill("32")
    page.get_by_role("spinbutton", name="Patience (snapshots)").fill("0")
    page.get_by_role("radio", name="seconds").click()
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
def test_two_visitors_train_at_once_and_a_third_waits_in_line(
    serve: Serve, new_page: NewPage, own_folder: Path
) -> None:
    with two_cores():
        served = serve(APP, RNNVIZ_RUNS=str(own_folder))
    pages = [new_page() for _ in range(3)]
    runs = []
    for number, page in enumerate(pages):
        page.goto(f"{served.url}/?run=new")
        start(page, f"visitor{number}.txt", SPEECH)
        expect(badge(page)).to_have_text("running" if number < 2 else "queued", timeout=60_000)
        runs.append(newest(own_folder))
    expect(pages[2].get_by_text("waiting in line at position 1")).to_be_visible(timeout=60_000)
    assert [run.status.state for run in runs] == ["running", "running", "queued"]
    press(pages[0], runs[0], "Stop training", "stopped")
    expect(badge(pages[2])).to_have_text("running", timeout=60_000)
    for page, run in zip(pages[1:], runs[1:], strict=True):
        press(page, run, "Stop training", "stopped")


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


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_heatmap_shows_the_recorded_values(
    theme: Theme, speech: Run, new_page: NewPage, open_page: Open
) -> None:
    page = new_page(color_scheme=theme.name)
    open_page(f"hidden_units?run={speech.id}&iteration=20&unit=7", "Hidden units", by=page)
    sheet = page.locator(".sheet")
    sheet.wait_for(timeout=60_000)
    start = len(SPEECH) - len(SPEECH) // 10
    text = SPEECH[start : start + 3000]
    values = speech.trace(text, 20).h[0][:, 7]
    line = text.index("\n") + 1  # the second row: whole, whatever the width
    cells = sheet.evaluate(
        """sheet => {
          const canvas = sheet.querySelector(".values");
          const data = canvas.getContext("2d").getImageData(0, 1, 12, 1).data;
          return Array.from(data);
        }"""
    )
    shown = np.array(cells).reshape(12, 4)
    background = np.array(channels(theme.background))
    for place in range(12):
        alpha = shown[place, 3] / 255
        mixed = shown[place, :3] * alpha + background * (1 - alpha)
        expected = channels(blend(theme, float(values[line + place])))
        np.testing.assert_allclose(mixed, expected, atol=3)


def test_a_unit_picked_is_in_the_address_and_survives_a_change_of_page(
    speech: Run, open_page: Open, page: Page
) -> None:
    open_page(f"hidden_units?run={speech.id}&unit=3", "Hidden units")
    page.locator(".sheet").wait_for(timeout=60_000)
    page.locator("input.unit:visible").fill("11")
    page.locator("input.unit:visible").press("Enter")
    page.wait_for_url("**unit=11**")
    for title in ("Samples", "Hidden units"):
        page.get_by_role("link", name=title).click()
        page.get_by_role("heading", name=title, exact=True).wait_for()
    expect(page.locator("input.unit:visible")).to_have_value("11")
    page.wait_for_url("**unit=11**")  # the address follows once all of the page is drawn


def test_back_and_forward_go_between_runs_and_units(
    speech: Run, folder: Path, open_page: Open, page: Page
) -> None:
    other = trained(SPEECH, "other.txt", folder, iterations=2)
    open_page(f"hidden_units?run={speech.id}", "Hidden units")
    unit = page.locator("input.unit:visible")
    expect(unit).to_have_value("0", timeout=60_000)
    page.get_by_role("combobox", name="Run").click()
    page.get_by_role("option", name="other").click()
    page.wait_for_url(f"**run={other.id}**")
    expect(page.get_by_text("Download unit 0 in numbers (CSV)")).to_have_count(1, timeout=60_000)
    page.wait_for_selector("[data-test-script-state=notRunning]")
    unit.fill("5")
    unit.press("Enter")
    page.wait_for_url("**unit=5**")

    def walk(step: Callable[[], object], run: Run, value: str) -> None:
        step()
        page.wait_for_function("id => location.search.includes(id)", arg=run.id)
        page.get_by_text(re.compile(f"^Iteration {run.snapshots['iteration'].max()}: ")).wait_for()
        # The heatmap of the run before stays until the page is drawn to its end.
        wait_until(lambda: unit.evaluate_all("units => units.map(unit => unit.value)") == [value])

    walk(page.go_back, other, "0")
    walk(page.go_back, speech, "0")
    walk(page.go_forward, other, "0")
    walk(page.go_forward, other, "5")


def test_what_is_selected_is_followed_and_a_place_like_it_opened(
    speech: Run, open_page: Open, page: Page
) -> None:
    open_page(f"find_units?run={speech.id}&view=match&outer=45", "Find units")
    shown, place = page.locator(".heatmap").first, page.locator(".heatmap").last
    area = shown.locator(".sheet").bounding_box(timeout=60_000)
    assert area is not None
    page.mouse.move(area["x"] + 70, area["y"] + 12)
    page.mouse.down()
    page.mouse.move(area["x"] + 90, area["y"] + 12, steps=3)
    page.mouse.up()
    page.wait_for_url("**selection=**")
    number = page.get_by_label(re.compile("^Look at place"))
    expect(number).to_have_value("1", timeout=60_000)
    expect(place.locator(".selected")).to_contain_text("selected: positions")
    first = place.locator(".selected").inner_text()
    # From here on without a mouse.
    number.press("ArrowUp")
    page.wait_for_url("**place=2**")
    expect(place.locator(".selected")).not_to_have_text(first, timeout=60_000)
    expect(place.locator(".selected")).to_contain_text("selected: positions")
    said = page.get_by_text(re.compile("^Units? .* throughout “")).inner_text()
    shown.locator(".reader").press("Shift+ArrowRight")
    expect(page.get_by_text(said)).to_have_count(0, timeout=60_000)
    page.get_by_text(re.compile("throughout “")).first.wait_for(timeout=60_000)


def test_units_are_held_and_samples_part_by_keyboard_alone(
    speech: Run, open_page: Open, page: Page
) -> None:
    open_page(f"find_units?run={speech.id}&view=hold-units&length=700", "Find units")
    units = page.get_by_role("textbox", name="Units", exact=True)
    units.fill("3, 5")
    units.press("Enter")
    page.get_by_text("units 3 and 5 (h)").first.wait_for(timeout=60_000)
    page.get_by_role("spinbutton", name="Seed").press("ArrowUp")
    page.wait_for_url("**seed=1**")
    held = held_at(speech.trace(speech.held_out_text[:700]), [3, 5])
    config = SamplingConfig(length=400, seed=1)
    free, bound = (speech.sample(config, held=each).text for each in ((), held))
    place = next(k for k in range(400) if free[k] != bound[k])
    shown = page.locator("pre[tabindex='0']")
    for sample, text in zip((shown.first, shown.last), (free, bound), strict=True):
        wait_until(
            lambda part=sample, said=text: (part.text_content() or "")[:place] == said[:place]
        )
        marked = sample.locator("mark").inner_text()
        assert marked.strip() == {"\n": "↵", " ": "␣"}.get(text[place], text[place])
    page.locator(".reader").press("ArrowRight")
    expect(page.locator(".card")).to_contain_text("change of surprise")
    page.wait_for_url("**at=**")


def test_gradient_flow_has_every_definition(speech: Run, open_page: Open, page: Page) -> None:
    open_page(f"gradient_flow?run={speech.id}&iteration=5", "Gradient flow")
    page.locator(".legendtext", has_text="at lag 64").first.wait_for(timeout=60_000)
    for path in "hc":
        assert page.locator(".legendtext", has_text=f"iteration 5, path {path}").count() == 1
    for name, axis in (("Last loss", "timestep k"), ("Window", "timestep k")):
        page.get_by_text(name, exact=True).click()
        page.locator(".xtitle", has_text=axis).first.wait_for(timeout=60_000)
    page.get_by_text("Matrix", exact=True).click()
    page.locator(".ytitle", has_text="timestep t of the loss").first.wait_for(timeout=60_000)


def test_a_sample_is_written_from_a_typed_prompt(speech: Run, open_page: Open, page: Page) -> None:
    open_page(f"samples?run={speech.id}", "Samples")
    page.get_by_label("Prompt").fill("she said")
    page.get_by_role("spinbutton", name="Length (characters)").fill("60")
    page.get_by_role("button", name="Write").click()
    written = speech.sample(SamplingConfig(prompt="she said", length=60), 20).text
    sheet = page.locator(".sheet pre", has_text=written.split("\n")[0][:12])
    expect(sheet.last).to_be_visible(timeout=60_000)
    page.get_by_label("Prompt").fill("Ж")
    page.get_by_role("button", name="Write").click()
    expect(page.get_by_test_id("stAlert").get_by_text("Ж")).to_be_visible()


@pytest.mark.parametrize("text", [HOSTILE, KOREAN], ids=["hostile", "korean"])
def test_texts_are_shown_literally(
    text: str, folder: Path, served: Served, open_page: Open, page: Page, visit: Visit
) -> None:
    run = trained(text * 20, "<img src=x onerror=throw(3)> *b*.txt", folder, iterations=3)
    part = text.split("\n")[0][:20]
    for path, content in (
        ("", ".stHtml pre"),
        ("hidden_units", ".sheet"),
        ("gradient_flow", ".js-plotly-plot"),
        ("samples", ".sheet"),
        ("learn_types", ".js-plotly-plot"),
        ("learn_hello", ".stCode"),
    ):
        visit(f"{served.url}/{path}?run={run.id}")
        expect(page.locator(content).first).to_be_visible(timeout=60_000)
        expect(page.locator("img[src=x], script:not([src]):has-text('throw')")).to_have_count(0)
    page.wait_for_function("() => document.querySelector('.katex-display') && document.fonts.ready")
    assert page.evaluate(_SCROLLING_FORMULAS) == 0
    open_page(f"hidden_units?run={run.id}", "Hidden units")
    page.get_by_text("Beginning", exact=True).click()
    expect(page.locator(".sheet pre", has_text=part)).to_be_visible(timeout=60_000)


def test_a_run_in_jamo_is_shown_in_syllables(folder: Path, open_page: Open, page: Page) -> None:
    training = TrainingConfig(iterations=2, sequence_length=20, batch_size=4)
    model = ModelConfig(hidden_size=5)
    run = Run.create(KOREAN, model=model, training=training, runs=folder, hangul="jamo")
    work(run)
    open_page(f"hidden_units?run={run.id}", "Hidden units")
    page.get_by_text("Beginning", exact=True).click()
    page.locator(".sheet pre", has_text='그는 말했다. "바다가 조용하다."').wait_for(timeout=60_000)
    row = page.locator(".sheet pre .row").first
    found: list[tuple[str, float]] = []

    def is_drawn() -> bool:
        """In one look: the row may be drawn anew between two."""
        found[:] = row.evaluate(
            """row => Array.from(row.querySelectorAll(".box"))
              .slice(0, 2).map(box => [box.textContent, box.getBoundingClientRect().width])"""
        )
        return len(found) == 2 and all(width for _, width in found)

    wait_until(is_drawn)
    (first, two), (second, three) = found
    assert (first, second) == ("그", "는")
    assert three / two == pytest.approx(1.5, abs=0.02)  # jamo for jamo


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


def tab_to(page: Page, said: str) -> None:
    """Press Tab until what has the focus says so."""
    for _ in range(80):
        page.keyboard.press("Tab")
        now = page.evaluate(
            "() => { const one = document.activeElement;"
            "return one.getAttribute('aria-label') || one.innerText || one.placeholder || '' }"
        )
        # The page itself has the focus too, to be scrolled.
        if re.search(said, now) and len(now) < _LONGEST_SAID:
            return
    raise AssertionError(f"Tab never came to {said!r}")


def test_the_keyboard_alone_asks_for_a_pattern_and_looks_closer(
    open_page: Open, page: Page, folder: Path
) -> None:
    """A pattern that is none, one that never ends, a good one; a finding; its unit in the text."""
    how = TrainingConfig(iterations=2, sequence_length=20, batch_size=4)
    model = ModelConfig(cell="rnn", hidden_size=6)
    run = Run.create(SPEECH[:2_200], model=model, training=how, runs=folder)
    work(run)
    open_page(f"find_units?run={run.id}", "Find units")
    page.get_by_text("One finding closer").wait_for(timeout=60_000)
    tab_to(page, "A property of your own")
    page.keyboard.press("Enter")
    tab_to(page, "^As a regular expression$")
    for pattern, answer in (
        ("(a", "'(a' is no regular expression"),
        (CATASTROPHIC, "so it was stopped"),
        ('"[a-z ]+"', ""),
    ):
        page.keyboard.press("Control+a")
        page.keyboard.type(pattern)
        page.keyboard.press("Enter")
        complaint = page.get_by_text(answer or "Nothing is asked of it")
        expect(complaint).to_have_count(int(bool(answer)), timeout=60_000)
    tab_to(page, "Look closer at$")
    page.keyboard.type("inside /")
    page.keyboard.press("Enter")
    page.get_by_text("Score over training · inside /").wait_for(timeout=60_000)
    means = page.locator(".heatmap .track-means")
    expect(means).to_contain_text("Bars under the characters: inside /")
    tab_to(page, "among all units")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hidden units", exact=True).wait_for(timeout=60_000)
    expect(means).to_contain_text("inside /", timeout=60_000)
