"""The example welcomes who has no run, is marked wherever it is named, and goes with one click."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.runs.example import hide, show
from rnnviz.runs.index import RunIndex
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open, words

HIDE, SHOW = "Hide the example", "Show the example"


@pytest.fixture
def welcome(open_app: Open, runs: Path) -> Open:
    """The dashboard as it is opened first."""
    show(runs)
    return open_app


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def files(folder: Path) -> dict[Path, tuple[int, int]]:
    return {
        path: (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_new_visitor_without_a_run_sees_a_unit_that_counts(welcome: Open, runs: Path) -> None:
    before = files(EXAMPLE.path)
    app = welcome()
    assert not app.exception
    assert app.title[0].value == "Hidden units"
    said = words(app)
    assert "comes with rnnviz as an example. It is none of yours." in said
    assert "Nobody told it to count, but **unit 15 does**" in said
    assert "finds patterns in noise too. That unit 15 counts is known all the same" in said
    assert "Look along a line of unit 15" in said  # whichever is shown
    assert "best unit before training is 0.20" in said
    assert "has numbers that differ a little" in said
    ways_on = ["Learn how a recurrent network works", "Find which unit follows what"]
    assert [link.value for link in app.page_link] == ways_on
    assert app.query_params["run"] == ["example"] or app.query_params["run"] == "example"
    assert RunIndex(runs).look() == []
    press(app, "Train on a text of your own")
    assert app.title[0].value == "Train"
    assert "Start training" in labels(app)
    assert files(EXAMPLE.path) == before


def test_a_link_that_chose_another_signal_shows_that_it_did(welcome: Open) -> None:
    assert not welcome("hidden_units", run="example").expander[0].proto.expanded
    linked = welcome("hidden_units", run="example", signal="r")
    assert linked.expander[0].proto.expanded
    linked.segmented_control(key="signal of a gru").set_value("h").run()
    assert linked.expander[0].proto.expanded  # what somebody works in does not shut


@pytest.mark.parametrize("page", ["train", "gradient_flow", "samples"])
def test_every_page_shows_it_and_none_changes_it(page: str, welcome: Open) -> None:
    before = files(EXAMPLE.path)
    app = welcome("hidden_units").switch_page(f"app_pages/{page}.py").run()
    assert not app.exception
    assert app.sidebar.selectbox[0].value == "example"
    assert "It is none of yours" in words(app)
    assert "Example: a unit that counts" in app.sidebar.selectbox[0].options
    assert "Example: Quoted speech" not in words(app).replace("**", "")
    assert not app.get("menu_button")
    assert files(EXAMPLE.path) == before


def test_who_has_a_run_begins_with_that(finished_run: Run, welcome: Open) -> None:
    app = welcome()
    assert app.title[0].value == "Train"
    assert app.sidebar.selectbox[0].value == finished_run.id
    assert "Example: a unit that counts" in app.sidebar.selectbox[0].options
    assert HIDE not in labels(app)


def test_one_click_hides_it_for_whoever_comes_and_one_calls_it_back(welcome: Open) -> None:
    app = press(welcome(), HIDE)
    assert not app.exception
    assert "There is no run to look into yet." in words(app)
    assert app.sidebar.selectbox[0].options == ["A new run"]
    other = welcome()
    assert other.title[0].value == "Train"
    assert other.sidebar.selectbox[0].options == ["A new run"]
    assert press(other, SHOW).sidebar.selectbox[0].value == "example"
    assert welcome().title[0].value == "Hidden units"


def test_where_runs_are_only_shown_it_is_hidden_for_the_visit(
    welcome: Open, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNNVIZ_READONLY", "1")
    app = press(welcome(), HIDE)
    assert app.sidebar.selectbox[0].options == ["A new run"]
    assert list(runs.iterdir()) == []
    assert welcome().title[0].value == "Hidden units"


def test_no_page_calls_it_the_persons_own(welcome: Open) -> None:
    for page in ("learn_cell", "learn_types", "learn_vanishing"):
        app = welcome(page)
        assert app.sidebar.selectbox[0].value == "example"
        options = [group.options for group in app.button_group]
        assert not any("your network" in str(found).lower() for found in options)
    press(app, "Train a network of your own")
    assert app.title[0].value == "Train"
    assert "Start training" in labels(app)


def test_a_link_opens_it_even_where_it_is_hidden(open_app: Open, runs: Path) -> None:
    hide(runs)
    app = open_app(run="example")
    assert app.sidebar.selectbox[0].value == "example"
    assert app.title[0].value == "Train"


def test_the_unit_that_counts_is_the_first_to_be_held(welcome: Open) -> None:
    app = welcome("find_units", run=EXAMPLE.id, view="hold-units", length="200")
    assert not app.exception
    assert "unit 15 " in words(app) and "unit 0 " not in words(app)
