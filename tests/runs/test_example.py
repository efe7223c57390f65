"""The example is looked at like any run, and nothing is ever written into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rnnviz import Run
from rnnviz.runs import store
from rnnviz.runs.description import rename
from rnnviz.runs.documents import RunError
from rnnviz.runs.example import check_changeable, hide, is_offered, show
from rnnviz.runs.history import History
from rnnviz.runs.locks import hold
from rnnviz.runs.naming import RUN_ID
from rnnviz.runs.paths import EXAMPLE, RunFolder
from rnnviz.runs.recognition import is_run
from tests.conftest import QUESTION


def test_no_run_can_have_its_name() -> None:
    assert RUN_ID.fullmatch(EXAMPLE.id) is None
    assert not is_run(EXAMPLE.path)


@pytest.mark.parametrize(
    "change",
    [
        lambda: store.delete(EXAMPLE),
        lambda: History(EXAMPLE.history),
        lambda: hold(EXAMPLE.lock),
        lambda: hold(EXAMPLE.json_lock),
        lambda: rename(EXAMPLE, "mine"),
        lambda: check_changeable(EXAMPLE.path),
    ],
)
def test_who_would_change_it_is_refused(change: Callable[[], object]) -> None:
    with pytest.raises(RunError, match="comes with rnnviz as an example and is only looked at"):
        change()


def test_it_is_found_by_its_name_where_no_run_begins_with_it(runs: Path) -> None:
    assert store.folder_of(runs, "example") == EXAMPLE
    own = Run.create(QUESTION, name="example.txt", runs=runs)
    assert store.folder_of(runs, "example") == own.folder
    assert [folder.id for folder in store.find_folders(runs)] == [own.id]


def test_a_folder_of_that_name_elsewhere_is_none(runs: Path) -> None:
    assert RunFolder(runs / "example") != EXAMPLE


def test_it_is_hidden_beside_the_runs_of_one_folder(runs: Path, tmp_path: Path) -> None:
    there = EXAMPLE.json.is_file()
    hide(runs)
    assert not is_offered(runs)
    assert list(store.find_folders(runs)) == []
    assert is_offered(tmp_path / "others") == there
    show(runs)
    assert is_offered(runs) == there


def test_who_hides_it_makes_nothing_where_a_link_leads(runs: Path, tmp_path: Path) -> None:
    runs.mkdir()
    (runs / ".example-hidden").symlink_to(tmp_path / "elsewhere")
    assert not is_offered(runs)
    hide(runs)
    assert not (tmp_path / "elsewhere").exists()
    show(runs)
    assert is_offered(runs) and not list(runs.iterdir())


def test_a_folder_in_place_of_its_mark_is_named(runs: Path) -> None:
    (runs / ".example-hidden").mkdir(parents=True)
    hide(runs)
    assert not is_offered(runs)
    with pytest.raises(RunError, match=r"example-hidden: a folder stands there.*take it away"):
        show(runs)


def test_where_no_folder_can_be_made_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(RunError, match="runs: no folder can be made there"):
        hide(tmp_path / "runs")
