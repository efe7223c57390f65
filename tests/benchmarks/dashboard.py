"""How quick the dashboard feels in a real browser, what it sends, and what memory it takes.

* first sample: from pressing Start until the untrained network's sample is on the screen;
* page switch: from a click in the navigation until the page's own content is there, a run of an
  LSTM with 256 units looked at;
* Learn pages: the same until the last chart is drawn, at the first visit and later;
* unit switch: one repaint of the text heatmap, 10,000 characters x 256 units, as the browser times
  it;
* bytes: what the server sends for the first and for a second visit of a page, and for Hidden units
  where a browser that knows it opens it anew;
* memory: resident, of the server and of a worker, after 20 changes of page.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.locks import is_held
from rnnviz.runs.run import Run
from rnnviz.workers import supervisor
from rnnviz.workers.worker import work
from tests.benchmarks.measure import Row, Table, parser, random_text, report
from tests.browser.conftest import (
    ARGUMENTS,
    SERVER_OPTIONS,
    end,
    free_port,
    installed_chromium,
    is_healthy,
)
from tests.conftest import ROOT, wait_until, worker_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

UNITS, CHARACTERS = 256, 10_000
# What a page has only when it is all there.
PAGES = {
    "Train": ".js-plotly-plot .legendtext",
    "Hidden units": ".sheet",
    "Gradient flow": ".js-plotly-plot .legendtext",
    "Samples": ".sheet",
}
LEARN = (
    "The recurrent cell",
    "Types of RNN",
    "“hello”",
    "Backpropagation through time",
    "Vanishing and exploding gradients",
    "Why tanh?",
)
DRAWN = """() => Array.from(document.querySelectorAll("[data-testid=stPlotlyChart]"))
  .every(chart => chart.querySelector(".xtick, .ytick"))"""
COLUMNS = {"measured": "", "median": ".1f", "worst": ".1f", "unit": ""}


@contextmanager
def server(runs: Path) -> Iterator[tuple[str, int]]:
    """A dashboard over a folder of runs: its address and process id."""
    port = free_port()
    app = ROOT / "dashboard" / "app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(app), *SERVER_OPTIONS]
    process = subprocess.Popen(
        [*command, f"--server.port={port}"],
        env={**os.environ, "RNNVIZ_RUNS": str(runs)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://localhost:{port}"
        wait_until(lambda: is_healthy(url))
        yield url, process.pid
    finally:
        end(process)


def first_samples(page: Page, url: str, rounds: int) -> list[float]:
    """Seconds from Start to the first sample; the runs are stopped again."""
    found = []
    for _ in range(rounds):
        page.goto(f"{url}/?run=new")
        start = page.get_by_role("button", name="Start training")
        start.wait_for(timeout=60_000)
        page.wait_for_selector("[data-test-script-state=notRunning]")
        before = time.perf_counter()
        start.click()
        page.get_by_text("What it writes", exact=True).wait_for(timeout=60_000)
        found.append(time.perf_counter() - before)
        page.get_by_role("button", name="Stop training", exact=True).click()
        page.get_by_text("Stopped at iteration").wait_for(timeout=60_000)
    return found


def switches(page: Page, times: int, received: list[int]) -> tuple[list[float], list[Row]]:
    """Milliseconds of every change of page, and kilobytes sent for first and second visits."""
    took, rows = [], []
    for number in range(times):
        title = list(PAGES)[(number + 1) % len(PAGES)]
        sent = sum(received)
        before = time.perf_counter()
        page.get_by_role("link", name=title, exact=True).click()
        page.get_by_role("heading", name=title, exact=True).wait_for(timeout=60_000)
        page.locator(PAGES[title]).first.wait_for(timeout=60_000)
        took.append(1000 * (time.perf_counter() - before))
        page.wait_for_selector("[data-test-script-state=notRunning]")
        visit = number // len(PAGES)
        if visit < 2:
            rows.append(sent_row(f"{title}, visit {visit + 1}", sum(received) - sent))
    return took, rows


def sent_anew(page: Page, url: str, run: Run, received: list[int]) -> Row:
    """Kilobytes sent where a browser that knows Hidden units opens it anew."""
    sent = sum(received)
    page.goto(f"{url}/hidden_units?run={run.id}")
    page.locator(PAGES["Hidden units"]).wait_for(timeout=60_000)
    page.wait_for_selector("[data-test-script-state=notRunning]")
    return sent_row("Hidden units, opened anew", sum(received) - sent)


def sent_row(name: str, sent: int) -> Row:
    """One line of the table, of so many bytes."""
    return {"measured": f"sent for {name}", "median": sent / 1000, "worst": None, "unit": "kB"}


def openings(page: Page, rounds: int) -> list[Row]:
    """Milliseconds until each Learn page is there to its end."""
    took: dict[str, list[float]] = {title: [] for title in LEARN}
    for title in LEARN * (1 + rounds):
        before = time.perf_counter()
        page.get_by_role("link", name=title, exact=True).click()
        page.get_by_role("heading", name=title, exact=True).wait_for(timeout=60_000)
        page.get_by_role("heading", name="Try it", exact=True).wait_for(timeout=60_000)
        page.wait_for_selector("[data-test-script-state=notRunning]")
        page.wait_for_function(DRAWN)
        took[title].append(1000 * (time.perf_counter() - before))
    firsts = [row(f"{title}, first visit", found[:1], "ms") for title, found in took.items()]
    return firsts + [row(f"{title}, later", found[1:], "ms") for title, found in took.items()]


def repaints(page: Page, url: str, run: Run, times: int) -> list[float]:
    """Milliseconds of every repaint when `]` goes through the units."""
    page.goto(f"{url}/hidden_units?run={run.id}")
    page.locator(".sheet").wait_for(timeout=60_000)
    count = page.get_by_role("spinbutton", name="Characters", exact=True)
    count.fill(str(CHARACTERS))
    count.press("Enter")
    page.get_by_text(f"{CHARACTERS:,} characters").first.wait_for(timeout=60_000)
    page.locator(".sheet").click()
    found = []
    for _ in range(times):
        page.keyboard.press("]")
        found.append(float(page.locator("[data-repaint-ms]").get_attribute("data-repaint-ms") or 0))
    return found


def megabytes(process: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise ValueError(f"process {process} says nothing of its memory.")


def row(name: str, values: list[float], unit: str) -> Row:
    """One line of the table."""
    return {"measured": name, "median": median(values), "worst": max(values), "unit": unit}


def measure(page: Page, runs: Path, url: str, process: int, rounds: int) -> list[Row]:
    """Everything, in turn."""
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    files = page.context.new_cdp_session(page)
    files.send("Network.enable")
    files.on("Network.loadingFinished", lambda file: received.append(file["encodedDataLength"]))
    rows = [row("Start to first sample", first_samples(page, url, rounds), "s")]
    text = random_text(12 * CHARACTERS)
    training = TrainingConfig(iterations=3)
    trained = Run.create(text, model=ModelConfig(hidden_size=UNITS), training=training, runs=runs)
    work(trained)
    page.goto(f"{url}/?run={trained.id}")
    page.locator(PAGES["Train"]).first.wait_for(timeout=60_000)
    took, sent = switches(page, 20, received)
    sent.append(sent_anew(page, url, trained, received))
    rows.append(row("change of page, first visit", took[:4], "ms"))
    rows.append(row("change of page, later", took[4:], "ms"))
    rows += openings(page, rounds)
    rows.append(row("memory of the server", [megabytes(process)], "MB"))
    painted = repaints(page, url, trained, 10 * rounds)
    rows.append(row(f"repaint, {CHARACTERS:,} x {UNITS}", painted, "ms"))
    going = Run.create(text, training=TrainingConfig(seconds=60), runs=runs)
    supervisor.start(going)
    wait_until(lambda: len(going.snapshots) > 2)
    rows.append(row("memory of a worker", [megabytes(worker_of(going))], "MB"))
    supervisor.stop(going)
    wait_until(lambda: not is_held(going.folder.lock))
    return rows + sent


def main() -> None:
    """Run the benchmark."""
    from playwright.sync_api import sync_playwright

    options = parser(__doc__).parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        server(Path(folder)) as (url, process),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        rows = measure(page, Path(folder), url, process, 1 if options.quick else 5)
        browser.close()
    report(options, dashboard=Table(rows, COLUMNS))


if __name__ == "__main__":
    main()
