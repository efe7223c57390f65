"""What the server does for all visitors."""

from __future__ import annotations

import gc
import os
import re
import tomllib
import weakref
from threading import Thread, current_thread
from types import ModuleType
from unittest.mock import NonCallableMock

import pytest
from streamlit.watcher import LocalSourcesWatcher

from dashboard import server
from rnnviz.workers.ready import Ready
from tests.conftest import ROOT, wait_until
from tests.dashboard.conftest import Open


class Knot:
    """Refers to itself, so that only a search finds that nobody else does."""

    itself: object = None


def test_a_process_waits_for_the_thread_that_loads_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though a script's thread, which begins it, is a daemon."""
    found = list[bool]()
    monkeypatch.setattr(server, "load_torch", lambda: found.append(current_thread().daemon))
    server.warm.clear()
    script = Thread(target=server.warm, daemon=True)
    script.start()
    script.join()
    wait_until(lambda: bool(found))
    assert found == [False]


def test_the_search_for_garbage_leaves_out_modules_once_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    modules = dict[str, ModuleType]()
    monkeypatch.setattr(server, "sys", NonCallableMock(modules=modules))
    server._redraws.clear()
    try:
        server.settle()
        settled, new = gc.get_freeze_count(), [[] for _ in range(20_000)]
        server.settle()
        assert gc.get_freeze_count() < settled + len(new) / 2  # others come and go meanwhile
        modules.update((f"new{number}", ModuleType("new")) for number in range(60))
        server.settle()
        assert gc.get_freeze_count() > settled + len(new) / 2
        gone = weakref.ref(knot := Knot())
        knot.itself = knot
        for _ in range(40):
            server.settle()
        del knot
        assert gone() is not None
        for _ in range(200):
            server.settle()
        assert gone() is None  # what went is not kept for ever
    finally:
        gc.unfreeze()


def test_code_is_kept_for_few_shapes_of_products(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", raising=False)
    server.leave_room.clear()
    server.leave_room()
    assert os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] == "64"


def test_sources_are_looked_for_only_where_they_are_watched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = list[object]()
    monkeypatch.setattr(LocalSourcesWatcher, "update_watched_modules", looked.append)
    said = tomllib.loads((ROOT / "dashboard" / ".streamlit" / "config.toml").read_text())
    for kind, count in (("auto", 1), (said["server"]["fileWatcherType"], 1)):
        monkeypatch.setattr(server.st, "get_option", {"server.fileWatcherType": kind}.get)
        server.watch_nothing()
        LocalSourcesWatcher.update_watched_modules(NonCallableMock())
        assert len(looked) == count


def test_a_worker_begins_to_load_before_what_pages_are_made_of() -> None:
    """Which takes the server half a second, of the two until Start can be pressed."""
    app = (ROOT / "dashboard" / "app.py").read_text()
    begun, _, later = app.partition("server.expect_start()")
    assert set(re.findall(r"^from dashboard\S* import (\w+)$", begun, re.M)) == {
        "only_shown",
        "server",
    }
    assert "sidebar" in later


def test_a_worker_is_ready_from_the_first_visit_on(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Ready] = []
    monkeypatch.setattr(Ready, "keep", lambda ready: kept.append(ready))
    app = open_app("learn_cell")
    assert len(kept) == 1  # whichever page it is
    app.run()
    assert len(kept) == 1
    monkeypatch.setenv("RNNVIZ_READONLY", "1")
    open_app("learn_cell")
    assert len(kept) == 1  # nobody can start anything
