"""A report: its size, how long it takes to write, and until a browser has opened it.

An LSTM of 256 units that trained for a moment; 3,000 characters are shown. `write` is without the
search for units, which `search` alone is. `open` is from the address to the end of loading, `units`
from there until the heatmap has painted all of them, once somebody scrolls to it.

    python -m tests.benchmarks.report [--quick] [--json]
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.export.report import save_report
from rnnviz.export.reports.reported import MOST_CHARACTERS, reported
from rnnviz.export.reports.units import search
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.benchmarks.measure import Row, Table, parser, random_text, report
from tests.browser.conftest import ARGUMENTS, installed_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

UNITS, CHARACTERS, ROUNDS = 256, 40_000, 7
_LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
_COLUMNS = {
    "units": "",
    "characters": ",",
    "MB": ".2f",
    "search_s": ".1f",
    "write_s": ".1f",
    "open_ms": ".0f",
    "units_ms": ".0f",
}


def main() -> None:
    given = parser(__doc__).parse_args()
    units = 32 if given.quick else UNITS
    report(given, reports=Table([measure(units)], _COLUMNS))


def measure(units: int) -> Row:
    """One report, written once and opened several times."""
    with TemporaryDirectory() as folder:
        run, path = trained(units, Path(folder)), Path(folder) / "report.html"
        began = time.perf_counter()
        found = search(reported(0, run, None, None, MOST_CHARACTERS))
        searched = time.perf_counter()
        with patch("rnnviz.export.report.search", lambda one: found):
            size = save_report(run, path)
        written = time.perf_counter()
        with browser() as opened:
            times = [opening(opened, path) for _ in range(ROUNDS)]
    return {
        "units": units,
        "characters": MOST_CHARACTERS,
        "MB": size / 1e6,
        "search_s": searched - began,
        "write_s": written - searched,
        "open_ms": median(first for first, _ in times),
        "units_ms": median(second for _, second in times),
    }


def trained(units: int, folder: Path) -> Run:
    """A network that has learned nearly nothing, of a text whose held-out part is long enough."""
    training = TrainingConfig(iterations=30, sequence_length=20, batch_size=4)
    model = ModelConfig(hidden_size=units)
    run = Run.create(random_text(CHARACTERS), model=model, training=training, runs=folder)
    work(run)
    return run


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=installed_chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


def opening(opened: Browser, path: Path) -> tuple[float, float]:
    """Milliseconds until it is loaded, and from a scroll to the heatmap until that is painted."""
    page = opened.new_page()
    page.goto(path.as_uri())
    loaded = float(page.evaluate(_LOADED))
    began = time.perf_counter()
    page.locator(".heat").scroll_into_view_if_needed()
    page.locator(".heatmap[data-repaint-ms]").wait_for()
    painted = 1000 * (time.perf_counter() - began)
    page.close()
    return loaded, painted


if __name__ == "__main__":
    main()
