"""What a run is doing, by what its worker wrote and whether that worker lives."""

from __future__ import annotations

import pytest

from rnnviz.runs.status import RunStatus


@pytest.mark.parametrize(
    ("state", "alive"),
    [("created", False), ("queued", True), ("paused", True), ("stopped", False)],
)
def test_alive_is_who_has_a_worker(state: str, alive: bool) -> None:
    assert RunStatus(state, 0, 0.0, "").alive is alive
    assert RunStatus(state, 0, 0.0, "", finishing=True).alive
