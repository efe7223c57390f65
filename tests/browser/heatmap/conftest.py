"""One server for all that is asked of the heatmap, pages of it, and heatmaps on one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import NewContext, Served, Visit, arrive, servers, visitors
from tests.browser.heatmap.reading import ready

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PAGE = Path(__file__).with_name("page.py")


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with servers(tmp_path_factory) as start:
        yield start(PAGE)


@pytest.fixture
def fresh(served: Served, visit: Visit, page: Page) -> Locator:
    """The heatmap of a page opened for one test, which may change the page itself."""
    visit(served.url)
    return ready(page)


@pytest.fixture(scope="module")
def still_page(
    served: Served, context: NewContext, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page that is opened once, for tests that only look at it and point at it."""
    with visitors(context, request.node) as opens:
        page = opens()
        arrive(page, served.url)
        yield page


@pytest.fixture
def still(still_page: Page) -> Locator:
    return ready(still_page)


@pytest.fixture(scope="module")
def another(
    served: Served, context: NewContext, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Locator]]:
    """Gives heatmaps on one page, each with nothing picked: the one before it is gone."""
    numbers = count()
    with visitors(context, request.node) as opens:
        page = opens()
        arrive(page, served.url)

        def show() -> Locator:
            page.mouse.move(0, 0)
            box, own = page.get_by_label("number", exact=True), next(numbers)
            box.fill(str(own))
            box.press("Enter")
            heatmap = ready(page, f"one{own}")
            page.wait_for_selector("[data-test-script-state=notRunning]")
            page.evaluate("document.activeElement.blur()")
            return heatmap

        yield show


@pytest.fixture
def heatmap(another: Callable[[], Locator]) -> Locator:
    """A heatmap for one test, which may pick in it what it likes."""
    return another()
