"""The list of pages is whole, and everything that leads somewhere leads to one of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dashboard.navigation import PAGES, Page
from tests.dashboard.conftest import APP, Open

DASHBOARD = Path(APP).parent


def test_every_page_has_its_file_and_every_file_is_a_page() -> None:
    files = {path.stem for path in (DASHBOARD / "app_pages").glob("*.py")} - {"__init__"}
    assert {page.name for page in PAGES} == files
    assert len({page.title for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_opens_under_its_title(open_app: Open, page: Page) -> None:
    app = open_app(page.name)
    assert not app.exception
    assert app.title[0].value == page.title


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_short(page: Page) -> None:
    text = (DASHBOARD / page.path).read_text()
    assert len(text.splitlines()) <= 80 and ast.get_docstring(ast.parse(text))
