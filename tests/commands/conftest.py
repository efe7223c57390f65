"""A run that the command `train` made, for the others to look into."""

from __future__ import annotations

import pytest

from rnnviz.runs.run import Run
from tests.commands.calling import LONG, SMALL, call, text_file
from tests.conftest import only_run

LAYERS, UNITS, ITERATIONS = 2, 7, 6


@pytest.fixture(scope="package")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of an LSTM of two layers with a held-out part, made by `train`."""
    folder = tmp_path_factory.mktemp("trained")
    options = ("--num-layers", LAYERS, "--iterations", ITERATIONS, "--runs", folder / "runs")
    assert call("train", text_file(folder, LONG), *SMALL, *options) == 0
    return only_run(folder / "runs")


@pytest.fixture
def here(trained: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, its folder of runs being the default one."""
    monkeypatch.setenv("RNNVIZ_RUNS", str(trained.folder.path.parent))
    return trained
