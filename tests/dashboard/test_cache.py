"""What the server keeps for all visitors."""

from __future__ import annotations

import gc
import sys
from types import ModuleType

import pytest

from dashboard import cache


def test_the_search_for_garbage_leaves_out_modules_once_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    try:
        cache.settle()
        settled = gc.get_freeze_count()
        cache.settle()
        assert gc.get_freeze_count() == settled > 10_000
        for number in range(60):
            monkeypatch.setitem(sys.modules, f"new{number}", ModuleType("new"))
        new = [[] for _ in range(1_000)]
        cache.settle()
        assert gc.get_freeze_count() > settled + len(new)
    finally:
        gc.unfreeze()
