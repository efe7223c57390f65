"""What the server keeps of uploaded texts: while their visitors are there, and after they left.

A browser uploads as many files as are asked for, each as a visitor of its own. Then all leave, and
the server's memory is read until it is back or four minutes have passed: Streamlit waits two for a
visitor to come back.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tests.benchmarks.measure import Table, parser, report
from tests.browser.conftest import (
    ARGUMENTS,
    end,
    free_port,
    give_file,
    installed_chromium,
    is_healthy,
)
from tests.conftest import ROOT, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BACK = 100_000_000  # bytes above what was before that count as back
_PATIENCE = 240.0
_LINE = b"To be, or not to be: that is the question.\n"


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--visitors", type=int, default=16, help="default: %(default)s")
    options.add_argument("--megabytes", type=int, default=100, help="default: %(default)s")
    given = options.parse_args()
    if given.quick:
        given.visitors, given.megabytes = 2, 10
    row = measure(given.visitors, given.megabytes)
    report(given, uploads=Table([row], dict.fromkeys(row, ".0f")))


def measure(visitors: int, megabytes: int) -> dict[str, Any]:
    """Megabytes of the server's memory: before, at each moment, and seconds until it was back."""
    with TemporaryDirectory() as folder, served(Path(folder)) as (url, server):
        text = Path(folder) / "long.txt"
        text.write_bytes((_LINE * (megabytes * 10**6 // len(_LINE) + 1))[: megabytes * 10**6])
        with visited(url) as visit:
            visit(None)
            before = resident(server)
            for _ in range(visitors):
                visit(text)
            there = resident(server)
        left = time.monotonic()
        enough = before + min(BACK, megabytes * 10**6)
        while (now := resident(server)) > enough and time.monotonic() - left < _PATIENCE:
            time.sleep(1)
        waited = time.monotonic() - left
    return {
        "visitors": visitors,
        "megabytes_each": megabytes,
        "before": before / 1e6,
        "while_there": there / 1e6,
        "after": now / 1e6,
        "seconds": waited,
    }


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """The dashboard over no runs: its address, and the id of its process."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py")]
    options = ["--server.headless=true", f"--server.port={port}"]
    server = Popen([*command, *options], cwd=folder, stdout=DEVNULL, stderr=DEVNULL)
    try:
        url = f"http://localhost:{port}"
        wait_until(lambda: is_healthy(url))
        yield url, server.pid
    finally:
        end(server)


@contextmanager
def visited(url: str) -> Iterator[Any]:
    """A function that lets one more visitor come, with a file or none; all leave at the end."""
    from playwright.sync_api import sync_playwright

    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=installed_chromium(), args=ARGUMENTS)
        stack.callback(chromium.close)
        yield lambda text: come(chromium, url, text)


def come(browser: Browser, url: str, text: Path | None) -> None:
    """A visitor opens Train for a run of their own, and uploads a file."""
    page = browser.new_context().new_page()
    page.goto(f"{url}/?run=new")
    page.get_by_text("Start training").wait_for(timeout=60_000)
    if text is not None:
        give_file(page, text)
        size = f"{text.stat().st_size:,} characters"
        page.get_by_text(size).wait_for(timeout=300_000)
        page.get_by_text("It takes about").wait_for(timeout=300_000)


def resident(process: int) -> int:
    """Bytes of a process's memory (Linux)."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(1024 * int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)


if __name__ == "__main__":
    main()
