"""A run of a network from elsewhere on every page: it works, and what it lacks is said."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from dashboard.navigation import PAGES
from rnnviz.runs.run import Run
from rnnviz.text.vocabulary import distinct_of
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
    if page == "train":
        assert "there is no training curve" in said
        assert [button.label for button in app.button if button.label == "Resume"] == []
