"""What visitors uploaded leaves the server's memory with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.conftest import Start

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VISITORS, MEGABYTES = 2, 20


def test_memory_is_back_once_all_have_left(browser: Browser, start_process: Start) -> None:
    """In a process of its own: one event loop of Playwright keeps another from running."""
    options = f"--visitors {VISITORS} --megabytes {MEGABYTES} --json"
    process = start_process("-m", "tests.benchmarks.uploads", *options.split())
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    (row,) = json.loads(output)["uploads"]
    kept = row["while_there"] - row["before"]
    assert 0.75 * VISITORS * MEGABYTES < kept < 1.6 * VISITORS * MEGABYTES  # the text, once
    assert row["after"] < row["before"] + MEGABYTES
