"""Reports can be taken along from every page of a run, and from Compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard import reports
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open


def test_a_run_that_is_looked_at_is_offered_as_a_report(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr("rnnviz.export.report.search", lambda one: "Nobody looked.")
    monkeypatch.setattr(
        reports.st, "download_button", lambda *of, **how: asked.append({"of": of, **how})
    )
    app = open_app("samples", run=finished_run.id, iteration="5")
    assert not app.exception
    (button,) = (each for each in asked if each.get("key") == "report")
    assert button["file_name"] == f"rnnviz-{finished_run.id}.html"
    page = button["of"][1]()
    assert page.startswith(b"<!DOCTYPE html>") and b"read from the zero state by the" in page
    assert "at iteration\u00a05" in page.decode() or "at iteration 5" in page.decode()


def test_before_the_first_snapshot_there_is_nothing_to_report(runs: Path, open_app: Open) -> None:
    run = Run.create("to be or not to be", runs=runs)
    app = open_app("samples", run=run.id)
    assert not app.exception and not app.sidebar.get("download_button")
