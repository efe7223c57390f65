"""A person looks inside: what is shown is what was recorded, and stays where it was left."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from rnnviz.analysis.units.held_cost import held_at
from rnnviz.config import ModelConfig, SamplingConfig, TrainingConfig
from rnnviz.plots.theme import DARK, LIGHT, Theme, blend, channels
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.browser.conftest import NewPage, Open, Served, Visit, expect
from tests.browser.small_runs import SPEECH, trained
from tests.conftest import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

HOSTILE = (
    "<script>throw 1</script><img src=x onerror=throw(2)></pre># *not* a [title](javascript:0)\n"
    ":material/home: $x^2$ `code` \x1b[31mred \u202eright to left \u05e9\u05dc\u05d5\u05dd\n"
)
KOREAN = '그는 말했다. "바다가 조용하다." 나는 물을 마셨다.\n' * 300
_LONGEST_SAID = 200
# Over a line, this takes for ever.
CATASTROPHIC = "(.|[a-z ])+!$"
_SCROLLING_FORMULAS = """() => [...document.querySelectorAll(".katex-display")]
  .filter(formula => formula.scrollWidth > formula.clientWidth).length"""


@pytest.fixture(scope="module")
def speech(folder: Path) -> Run:
    return trained(SPEECH, "speech.txt", folder)


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
    page.get_by_role("button", name="Share").click()
    picture = ElementTree.fromstring(taken(page, "The text coloured by unit 11 of h.* as SVG")[1])
    written = [part.text for part in picture.iter() if part.tag.endswith("text")]
    assert written[0] == "unit 11 of h, layer 0" and "Then they slept." in written
    assert [part.tag.split("}")[1] for part in picture.iter()].count("image") == 2


def test_back_and_forward_go_between_runs_and_units(
    speech: Run, folder: Path, open_page: Open, page: Page
) -> None:
    other = trained(SPEECH, "other.txt", folder, iterations=2)
    open_page(f"hidden_units?run={speech.id}", "Hidden units")
    unit = page.locator("input.unit:visible")
    expect(unit).to_have_value("0", timeout=60_000)
    page.wait_for_url("**iteration=**")
    opened = page.url
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
    assert page.url == opened
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
    expect(place.locator(".selected")).to_contain_text("selected: positions")
    second = place.locator(".selected").inner_text()
    # A row by mouse; from the button on, back is one step, and leads to where one was.
    table = page.get_by_test_id("stDataFrame").last
    table.scroll_into_view_if_needed()
    table.click(position={"x": 15, "y": 38 + 35 * 2 + 17})
    page.wait_for_url("**place=3**")
    expect(place.locator(".selected")).not_to_have_text(second, timeout=60_000)
    expect(place.locator(".selected")).to_contain_text("selected: positions")
    found = place.locator(".selected").inner_text()
    left = page.url
    page.get_by_role("button", name="Look at this place among all units").click()
    page.get_by_role("heading", name="Hidden units", exact=True).wait_for(timeout=60_000)
    expect(page.locator(".heatmap .selected")).to_have_text(found, timeout=60_000)
    page.wait_for_url(re.compile("hidden_units.*selection="))
    page.go_back()
    page.wait_for_url(left)
    expect(number).to_have_value("3", timeout=60_000)
    expect(place.locator(".selected")).to_have_text(found, timeout=60_000)
    page.get_by_role("radio", name="Health").click()
    page.get_by_text(re.compile("units of layer 0")).first.wait_for(timeout=60_000)
    page.get_by_role("button", name=re.compile("Look at unit")).wait_for(timeout=60_000)


def _without_marks(sample: Locator) -> str:
    """What is written, without the marks where lines end, which nobody copies."""
    return (sample.text_content() or "").replace("↵", "")


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
        wait_until(lambda part=sample, said=text: _without_marks(part)[:place] == said[:place])
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


def test_the_tour_is_walked_by_keys_and_remembered_and_keys_are_listed(
    open_page: Open, page: Page
) -> None:
    open_page("hidden_units?run=example", "Hidden units")
    first = page.get_by_role("button", name="Take the tour")
    first.click(timeout=60_000)
    for key, at in (("", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        if key:
            page.wait_for_selector("[data-test-script-state=notRunning]", timeout=60_000)
            page.keyboard.press(key)
        expect(page.get_by_text(f"Stop {at} of 6.")).to_be_visible(timeout=60_000)
    page.locator("input.unit:visible").press("ArrowRight", timeout=60_000)
    page.keyboard.press("?")  # typed: no list
    page.locator("input.unit:visible").evaluate("field => field.blur()")
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=60_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Stop 1 of 6.")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("opens this list")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Stop 1 of 6.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Stop 1 of 6.")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Nobody told it to count")).to_be_visible(timeout=60_000)
    expect(first).to_be_hidden()
    expect(page.get_by_role("button", name="Tour")).to_be_visible()


def taken(page: Page, name: str) -> tuple[str, bytes]:
    """What is downloaded by a button of the open menu: what the file is called, and holds."""
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(name)).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_view_is_taken_along_as_address_pictures_and_tables(
    speech: Run, open_page: Open, page: Page
) -> None:
    page.add_init_script("navigator.clipboard.writeText = async text => { window.copied = text; }")
    open_page(f"learn_bptt?run={speech.id}&word=papa", "Backpropagation through time")
    page.wait_for_selector("[data-test-script-state=notRunning]")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("The address of this view")).to_have_value(page.evaluate("copied"))
    assert page.evaluate("copied === location.href")
    called, drawing = taken(page, "The network unrolled over the word, .* as SVG")
    assert called.startswith("rnnviz-learn-bptt-the-network-unrolled-over-the-word")
    chart = taken(page, "Every single weight as SVG")[1]
    ground = f"rgb({', '.join(str(round(part)) for part in channels(LIGHT.background))})"
    for picture, holds in ((drawing, "p"), (chart, "from backpropagation")):
        written = [part.text for part in ElementTree.fromstring(picture).iter()]
        assert holds in written and f'fill="{ground}"' in picture.decode()
    assert Image.open(BytesIO(taken(page, "Every single weight as PNG")[1])).width > 700
    table = taken(page, "weight, relative error as CSV")[1].decode("utf-8-sig").splitlines()
    assert table[0] == "weight,relative error," and len(table) == 6
    page.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false"
    )
    page.get_by_role("button", name="Copy").click()
    selected = page.get_by_text("The address is selected: copy it with Ctrl+C")
    expect(selected).to_be_visible(timeout=30_000)
    assert page.evaluate("getSelection().toString() === location.href")


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
    text: str, folder: Path, served: Served, page: Page, visit: Visit
) -> None:
    run = trained(text * 20, "<img src=x onerror=throw(3)> *b*.txt", folder, iterations=3)
    part = text.split("\n")[0][:20]
    for path, content in (
        ("learn_hello", ".stMain:has(.stCode):has(.katex-display)"),
        ("", ".stHtml pre"),
        ("gradient_flow", ".js-plotly-plot"),
        ("samples", ".sheet"),
        ("learn_types", ".js-plotly-plot"),
        ("hidden_units", ".sheet"),
    ):
        visit(f"{served.url}/{path}?run={run.id}")
        expect(page.locator(content).first).to_be_visible(timeout=60_000)
        expect(page.locator("img[src=x], script:not([src]):has-text('throw')")).to_have_count(0)
        page.wait_for_function("() => document.fonts.ready")
        assert page.evaluate(_SCROLLING_FORMULAS) == 0
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
    labels = "\n".join(f"{place},{place // 9 % 2}" for place in range(2_200))
    page.locator("input[type=file]").set_input_files(
        {"name": "nines.csv", "mimeType": "text/csv", "buffer": labels.encode()}
    )
    page.get_by_text("Units are asked about the labels of “nines.csv”.").wait_for(timeout=60_000)
    page.get_by_text("Score over training · labels").wait_for(timeout=60_000)  # just given
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
