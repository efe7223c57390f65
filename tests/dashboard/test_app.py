"""The frame: what stands beside it on the path hides nothing of Python's own."""

from __future__ import annotations

import sys

from tests.conftest import ROOT


def test_nothing_in_the_dashboards_folder_is_named_like_a_standard_module() -> None:
    """It is on the path of the server, and of every worker that is started from inside of it."""
    names = {path.stem for path in (ROOT / "dashboard").iterdir()}
    assert names & sys.stdlib_module_names == set()
