"""Whether what is clicked while a run trains stays clicked, for minutes on end.

A browser with a seed goes from page to page, picks runs, presses New run, moves the scrubber, goes
back and forward, and makes its next move before the page has settled from the last, half of the
time. "jumped" is when the page does not look at what was chosen last, "broken" an error
in the browser or an exception on the page. Memory is the server's, resident, once a third of the
time is over and at the end.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Error, sync_playwright

from tests.benchmarks.dashboard import megabytes, server
from tests.browser.conftest import ARGUMENTS, installed_chromium
from tests.browser.small_runs import SPEECH, runs_folder, trained
from tests.browser.test_looking import endless

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = "Train", "Hidden units", "Gradient flow", "Samples"
NEW = "new"
PATIENCE_MS = 60_000
# The picker shows what is meant, and the address says no other.
_SHOWS = """([run, name]) => {
  const said = new URLSearchParams(location.search).get("run");
  const picker = document.querySelector("[data-testid=stSidebar] [data-testid=stSelectbox]");
  const shown = picker?.querySelector("input")?.value || picker?.innerText || "";
  return shown.includes(name) && (said === null || said === run);
}"""


class Visitor:
    """Who clicks, and what they chose last.

    Attributes:
        page: the browser's.
        runs: by the beginning of their names in the picker.
        meant: the run chosen last.
        done: how often each thing was done.
        jumped: what was looked at in place of what was meant.
    """

    def __init__(self, page: Page, runs: dict[str, str], meant: str) -> None:
        self.page, self.runs, self.meant = page, runs, meant
        self.names = {run: name for name, run in runs.items()} | {NEW: "A new run"}
        self.done: Counter[str] = Counter()
        self.jumped: list[str] = []

    def act(self, draw: random.Random) -> None:
        """Do one thing, whatever the page is doing."""
        acts = [self.turn, self.turn, self.pick, self.new_run, self.scrub, self.choose, self.walk]
        act = draw.choice(acts)
        act(draw)
        self.done[act.__name__] += 1
        if draw.random() < 0.5:
            self.check(act.__name__)

    def turn(self, draw: random.Random) -> None:
        """Go to another page."""
        self.page.get_by_role("link", name=draw.choice(PAGES), exact=True).click()

    def pick(self, draw: random.Random) -> None:
        """Pick a run."""
        name = draw.choice(list(self.runs))
        self.page.get_by_role("combobox", name=re.compile("Run")).click()
        self.page.get_by_role("option", name=re.compile(f"^{name}")).first.click()
        self.meant = self.runs[name]

    def new_run(self, _: random.Random) -> None:
        """Press New run, where it is."""
        self.page.get_by_role("link", name="Train", exact=True).click()
        button = self.page.get_by_role("button", name="New run", exact=True)
        with suppress(Error):
            button.click(timeout=3_000)
            self.meant = NEW

    def scrub(self, draw: random.Random) -> None:
        """Move the scrubber, where it is."""
        with suppress(Error):
            self.page.get_by_role("slider").first.press(
                draw.choice(("ArrowLeft", "ArrowRight", "Home")), timeout=1_000
            )

    def choose(self, draw: random.Random) -> None:
        """Choose another of some options on the page, where there are any."""
        options = self.page.get_by_test_id("stMain").get_by_role("radio")
        with suppress(Error):
            options.nth(draw.randrange(max(options.count(), 1))).click(timeout=1_000)

    def walk(self, draw: random.Random) -> None:
        """Go back and forward again; where that leads is what is meant."""
        if self.done.total() < 6:
            return  # there is nowhere to go back to
        self.settle()
        self.page.go_back()
        self.arrive()
        if draw.random() < 0.5:
            self.page.go_forward()
            self.arrive()

    def arrive(self) -> None:
        """Where back or forward has led is what is meant, as far as the address there says it.

        That of a page which was just opened says nothing: what is looked at stays.
        """
        self.settle()
        found = re.search(r"[?&]run=([a-z0-9-]+)", self.page.url)
        self.meant = found[1] if found else self.meant

    def settle(self) -> None:
        """Until the page is drawn; on those that poll, a moment longer than a poll takes."""
        with suppress(Error):
            self.page.wait_for_selector("[data-test-script-state=notRunning]", timeout=5_000)
        self.page.wait_for_timeout(1_500)

    def check(self, act: str) -> None:
        """See that what was chosen last is looked at."""
        self.settle()
        name = self.names[self.meant]
        with suppress(Error):  # the page may still be being drawn
            self.page.wait_for_function(_SHOWS, arg=[self.meant, name], timeout=20_000)
            return
        shown = self.page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").inner_text()
        self.jumped.append(f"{self.page.url} with {shown!r} after {act}, not {name} {self.meant}")


def click(visitor: Visitor, draw: random.Random, seconds: float, broken: list[str]) -> None:
    """Do one thing after another for so long, and note what is broken on the page."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        visitor.act(draw)
        broken += visitor.page.get_by_test_id("stException").all_inner_texts()


def main() -> int:
    """Click for so long; 0 where nothing jumped or broke."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and end what was started here
    draw = random.Random(told.seed)
    broken: list[str] = []
    with ExitStack() as stack:
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        runs = stack.enter_context(runs_folder(Path(stack.enter_context(folder))))
        finished = trained(SPEECH, "finished.txt", runs)
        going = endless(runs)
        url, process = stack.enter_context(server(runs))
        chromium = stack.enter_context(sync_playwright()).chromium
        browser = chromium.launch(executable_path=installed_chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(f"{url}/?run={going.id}")
        visitor = Visitor(page, {"speech": going.id, "finished": finished.id}, going.id)
        visitor.settle()
        click(visitor, draw, told.seconds / 3, broken)
        early = megabytes(process)
        click(visitor, draw, 2 * told.seconds / 3, broken)
        late = megabytes(process)
        browser.close()
        sys.stdout.write(
            f"seed {told.seed}: {dict(visitor.done)}, {len(visitor.jumped)} jumped, {len(broken)} "
            f"broken; server {early:.0f} MB, then {late:.0f} MB\n"
        )
        sys.stdout.write("".join(f"{line}\n" for line in (*visitor.jumped, *broken)))
    return bool(visitor.jumped or broken)


if __name__ == "__main__":
    sys.exit(main())
