"""A real browser, and Streamlit servers for it: pages must load without errors on either side."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rnnviz.runs.example import hide
from tests.browser.small_runs import runs_folder
from tests.conftest import ROOT, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

APP = ROOT / "dashboard" / "app.py"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    # Pages reach this machine only; Playwright's own way to see to that turns caches off.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
GONE = re.compile("WebSocketDisconnect|ClientDisconnected|ConnectionClosed")
SERVER_OPTIONS = [
    "--server.headless=true",
    "--server.address=localhost",
    "--server.fileWatcherType=none",
    "--browser.gatherUsageStats=false",
    "--client.toolbarMode=viewer",
]


@dataclass(frozen=True, slots=True)
class Served:
    """A Streamlit app that is running.

    Attributes:
        url: where.
        log: what it has written.
        process: what runs it.
    """

    url: str
    log: Path
    process: subprocess.Popen[bytes]


PAGES: pytest.StashKey[list[Page]] = pytest.StashKey()

Serve = Callable[..., Served]
Visit = Callable[[str], None]
NewPage = Callable[..., "Page"]
NewContext = Callable[..., "BrowserContext"]
Open = Callable[..., None]


def expect(part: Locator) -> Any:
    """Playwright's assertions that wait; loaded only where there is a browser."""
    from playwright.sync_api import expect as playwright_expect

    playwright_expect.set_options(timeout=30_000)  # five seconds are little on a busy machine
    return playwright_expect(part)


def give_file(page: Page, file: Any) -> None:
    """Choose to train on a file of one's own, and give it: a path, or as Playwright takes others.

    Another part of the page asks for files too.
    """
    page.get_by_text("Your file", exact=True).click()
    page.get_by_label("A plain text file").locator("input").set_input_files(file)


def unavailable(reason: str) -> None:
    """Skip, or fail where browser tests must run (RNNVIZ_REQUIRE_BROWSER=1)."""
    if os.environ.get("RNNVIZ_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason}, and RNNVIZ_REQUIRE_BROWSER=1")
    pytest.skip(reason)


def installed_chromium() -> str | None:
    """Chromium as RNNVIZ_CHROMIUM says, or on the path; None leaves it to Playwright."""
    found = (shutil.which(name) for name in NAMES)
    return os.environ.get("RNNVIZ_CHROMIUM") or next(filter(None, found), None)


# Not for the whole session: while it lives, its event loop keeps others from running theirs.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        unavailable("playwright is not installed")
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(
                executable_path=installed_chromium(), args=ARGUMENTS
            )
        except Error as error:
            unavailable(f"Chromium does not start: {error.message.splitlines()[0]}")
        yield opened
        opened.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """What every page of a failed test shows: one that fails elsewhere cannot be looked at."""
    report = yield
    if report.failed and report.when == "call":
        load = ", ".join(f"{share:.1f}" for share in os.getloadavg())
        pages = [page for node in item.listchain() for page in node.stash.get(PAGES, [])]
        for opened in pages:
            report.sections.append((f"{opened.url}, load {load}", shown_by(opened)))
    return report


def shown_by(page: Page) -> str:
    """The text of a page, or why it has none."""
    from playwright.sync_api import Error

    try:
        return page.inner_text("body", timeout=5_000)
    except Error as error:
        return error.message


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[NewContext]:
    """Gives the module's context with some options, with what its pages have loaded in its cache.

    To the dashboard, each page in it is another visitor. One more stays empty: a window closes with
    its last page, and to open another takes as long as to load one.
    """
    made: dict[str, BrowserContext] = {}
    with ExitStack() as stack:

        def with_options(**options: Any) -> BrowserContext:
            wanted = {"viewport": {"width": 1280, "height": 1000}, **options}
            if (key := str(sorted(wanted.items()))) not in made:
                made[key] = stack.enter_context(closing(browser.new_context(**wanted)))
                made[key].new_page()
            return made[key]

        yield with_options


@contextmanager
def visitors(context: NewContext, node: pytest.Item | pytest.Collector) -> Iterator[NewPage]:
    """Opens pages, each another visitor's, until the node is done; fails on their errors."""
    errors: list[str] = []
    pages = node.stash.setdefault(PAGES, [])
    with ExitStack() as stack:

        def open_new(**options: Any) -> Page:
            opened = stack.enter_context(closing(context(**options).new_page()))
            opened.on("pageerror", lambda error: errors.append(str(error)))
            pages.append(opened)
            return opened

        yield open_new
    pages.clear()
    assert errors == []


@pytest.fixture
def new_page(context: NewContext, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Opens fresh pages for one test."""
    with visitors(context, request.node) as opens:
        yield opens


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A fresh page."""
    return new_page()


@pytest.fixture
def visit(page: Page) -> Visit:
    """Opens an address and waits until the script behind it has run to its end."""
    return lambda url: arrive(page, url)


def arrive(page: Page, url: str) -> None:
    """Open an address on a page, as `visit` does."""
    page.goto(url)
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=60_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the module's runs."""
    with runs_folder(tmp_path_factory.mktemp("runs")) as runs:
        yield runs


@pytest.fixture(scope="module")
def served(serve: Serve, folder: Path) -> Served:
    """The dashboard, over these runs."""
    return serve(APP, RNNVIZ_RUNS=str(folder))


@pytest.fixture
def open_page(served: Served, page: Page) -> Open:
    """Opens a page of the dashboard and waits for its title."""

    def open_at(path: str = "", title: str = "Train", by: Page | None = None) -> None:
        seen = by or page
        seen.goto(f"{served.url}/{path}")
        seen.get_by_role("heading", name=title, exact=True).wait_for(timeout=60_000)

    return open_at


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts `streamlit run SCRIPT` with what the environment shall hold besides; no example.

    Ends it by its pid after the module's tests, and fails if there was a traceback in its log.
    """
    with servers(tmp_path_factory) as start:
        yield start


@contextmanager
def servers(folders: pytest.TempPathFactory) -> Iterator[Serve]:
    """The same, until the block ends."""
    with ExitStack() as stack:

        def start(script: Path, **environment: str) -> Served:
            folder = folders.mktemp("served")
            if runs := environment.get("RNNVIZ_RUNS"):
                hide(Path(runs))
            port, log = free_port(), folder / "streamlit.log"
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", str(script)),
                    *(*SERVER_OPTIONS, f"--server.port={port}"),
                ],
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                cwd=folder,
                stdout=stack.enter_context(log.open("w")),
                stderr=subprocess.STDOUT,
            )
            stack.callback(check_log, log)
            stack.callback(end, process)
            url = f"http://localhost:{port}"
            wait_until(lambda: process.poll() is not None or is_healthy(url))
            assert process.poll() is None, log.read_text()
            return Served(url, log, process)

        yield start


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port


def is_healthy(url: str) -> bool:
    """Whether the server answers that it is well."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end; make it, where it does not."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def check_log(log: Path) -> None:
    """Fail on a traceback, unless it only says that a browser went away while it was sent to."""
    text = log.read_text()
    tracebacks = text.split("Traceback (most recent call last)")[1:]
    assert all(GONE.search(found) for found in tracebacks), text
