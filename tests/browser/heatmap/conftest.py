"""One server for all that is asked of the heatmap, and pages of it."""

from __future__ import annotations

from collections.abc import Iterator
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
def heatmap(served: Served, visit: Visit, page: Page) -> Locator:
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
