"""A run of a network from elsewhere on every page: it works, and what it lacks is said."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from dashboard import actions
from dashboard.navigation import PAGES
from dashboard.turns import turns
from rnnviz.export.networks.folder import save_folder
from rnnviz.runs.imported import Imported
from rnnviz.runs.importing import import_files
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from rnnviz.text.vocabulary import distinct_of
from tests.conftest import only_run
from tests.dashboard.conftest import TEXT, Open

# Nobody knows this of a network from elsewhere.
FALSE = ("never trained on", "never learned from", "training text", "60 s", "held back from")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Run:
    torch.manual_seed(2)
    size = len(characters := distinct_of(TEXT))
    given = {
        at: nn.ModuleDict({"rnn": nn.GRU(size, 6), "head": nn.Linear(6, size)}) for at in (20, 70)
    }
    return Run.adopt(given, characters, text=TEXT, runs=tmp_path_factory.mktemp("imported"))


@pytest.fixture(scope="module")
def alone(imported: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One snapshot, whose iteration nobody knows."""
    folder = tmp_path_factory.mktemp("alone")
    return Run.adopt(imported.model(), imported.vocabulary, text=TEXT, runs=folder)


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_every_page_shows_it(
    imported: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setenv("RNNVIZ_RUNS", str(imported.folder.path.parent))
    app = open_app(page, run=imported.id)
    assert not app.exception
    told = (app.markdown, app.caption, app.info, app.warning)
    said = " ".join(str(each.value) for kind in told for each in kind)
    assert not [claim for claim in FALSE if claim in said], said
    if page in ("train", "compare", "samples", "gradient_flow", "learn_hello"):
        assert "alidation loss" not in said, said
    if page == "train":
        assert "There is no training curve" in said
        assert [button.label for button in app.button if button.label == "Resume"] == []


@pytest.mark.parametrize(
    "page",
    ["hidden_units", "gradient_flow", "samples", "find_units", "compare", "learn_vanishing"],
)
def test_no_page_says_an_iteration_that_nobody_knows(
    alone: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setenv("RNNVIZ_RUNS", str(alone.folder.path.parent))
    app = open_app(page, run=alone.id)
    assert not app.exception
    told = (app.markdown, app.caption, app.info, app.subheader)
    said = " ".join(str(each.value) for kind in told for each in kind)
    assert not re.search(r"teration 1\b(?!,?\d)", said), said
    assert "teration 1:" not in said and "(iteration 0)" not in said, said
    assert "rained elsewhere" in said


def test_over_training_says_what_it_lacks(
    imported: Run, alone: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for run, said in ((alone, "whose iteration nobody knows"), (imported, "first snapshot on")):
        monkeypatch.setenv("RNNVIZ_RUNS", str(run.folder.path.parent))
        app = open_app("gradient_flow", run=run.id, view="over-training")
        told = " ".join(caption.value for caption in app.caption)
        assert not app.exception and said in told and "every iteration" not in told


def test_a_network_is_brought_and_opens(
    imported: Run, open_app: Open, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bring(*given: Any, **how: Any) -> Run:
        free.append(turns().free)
        return import_files(*given, **how)

    monkeypatch.setattr(actions.importing, "import_files", bring)
    free: list[int] = []
    save_folder(imported.subject(70), tmp_path)
    weights = (tmp_path / "model.safetensors").read_bytes()
    app = open_app()
    files, text = app.file_uploader
    files.upload("../../net-step=70.safetensors", weights)
    text.upload("speech.txt", TEXT.encode()).run()
    _press(app)
    assert not app.exception and not app.error
    assert free == [turns().free]  # however long it takes, all others may draw meanwhile
    made = only_run(runs)
    assert made.description.text_name == "speech.txt"
    assert made.trace(TEXT[:99]).mean_loss == imported.trace(TEXT[:99], 70).mean_loss
    files_named = ("_.._net-step=70.safetensors",)
    assert made.description.imported == Imported("safetensors", files_named, numbered=True)
    assert app.query_params["run"] == made.id


def test_what_cannot_be_brought_is_said_without_a_path(open_app: Open, runs: Path) -> None:
    app = open_app()
    files, text = app.file_uploader
    files.upload("poet.pt", b"no network")
    text.upload("speech.txt", TEXT.encode()).run()
    _press(app)
    (said,) = app.error
    assert "poet\\.pt is damaged\\, older than" in said.value and "/tmp" not in said.value
    assert "torch.load('poet.pt', weights_only=False)" in app.code[-1].value
    assert list(find_folders(runs)) == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left"),
        (MemoryError(), "out of"),
    ],
)
def test_where_the_disk_or_memory_is_full_that_is_said(
    open_app: Open, runs: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr("dashboard.train.bringing._kept", fail)
    app = open_app()
    app.file_uploader[0].upload("poet.pt", b"no network").run()
    _press(app)
    (told,) = app.error
    assert said in told.value and not app.exception


def _press(app: AppTest) -> None:
    (button,) = [button for button in app.button if button.label == "Make a run of it"]
    button.click().run()
