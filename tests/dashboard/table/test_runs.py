"""The page Runs: every run is a row, whatever its state, and several are changed at once."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, rmtree

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import actions
from dashboard.table import dialogs, drawn, page, selection
from dashboard.table.drawn import key_of
from rnnviz.cli import main
from rnnviz.runs.compared.columns import COLUMNS, Row
from rnnviz.runs.index import RunIndex
from rnnviz.runs.left_overs import disk_used
from rnnviz.runs.locks import hold
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from tests.dashboard.conftest import Open, say, words
from tests.dashboard.hostile import HOSTILE
from tests.runs.test_store import make


@pytest.fixture
def three(finished_run: Run, runs: Path) -> dict[str, Run]:
    """Three runs that are told apart by their names, all of them whole."""
    found = {"first": finished_run}
    for number, name in enumerate(("second", "third")):
        copytree(finished_run.folder.path, runs / f"speech-lstm-20260102-{number:06d}-0000000")
        found[name] = Run.open(f"speech-lstm-20260102-{number:06d}", runs)
    for name, run in found.items():
        run.rename(name)
    return found


def shown(app: AppTest) -> pd.DataFrame:
    (table,) = app.dataframe
    found: pd.DataFrame = table.value
    return found


def select(app: AppTest, *runs: Run) -> AppTest:
    """As a person selects them in the table that is shown, by its newest first."""
    ids = [folder.id for folder in find_folders(runs[0].folder.path.parent)]
    rows = [ids.index(run.id) for run in runs]
    chosen = {"selection": {"rows": rows, "columns": [], "cells": []}}
    app.session_state[key_of(ids)] = chosen
    return app.run()


def keep_open(monkeypatch: pytest.MonkeyPatch, ask: Callable[[list[Row]], object]) -> None:
    """A dialog, which a browser keeps open while a person types into it."""

    def change(rows: list[Row]) -> None:
        if rows:
            ask(rows)

    monkeypatch.setattr(selection, "_change", change)


def press(app: AppTest, label: str) -> AppTest:
    (found,) = (button for button in app.button if button.label == label)
    assert not found.disabled
    return found.click().run()


def test_without_runs_there_is_a_way_to_the_first(open_app: Open) -> None:
    app = open_app("runs")
    assert "There are no runs yet." in words(app)
    press(app, "New run")
    assert app.title[0].value == "Train" and not app.exception


def test_every_run_is_a_row_however_it_stands(
    three: dict[str, Run], runs: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(runs, name="Damaged.txt").history.write_bytes(b"words" * 999)
    (runs / "notes.txt").write_text("none of the program's")
    (runs / "foreign-folder").mkdir()
    three["second"].rename(HOSTILE[:100])
    monkeypatch.setattr(page, "polled", lambda seconds: lambda draw: draw)
    say(three["first"], "queued")
    app = open_app("runs", columns=",".join(COLUMNS), filter="gru", sort="units", down="no")
    assert not app.exception and len(shown(app)) == 1
    app.text_input(key="runs filter").set_value("").run()
    found = shown(app)
    assert not app.exception and list(found) == list(COLUMNS)
    assert len(found) == 4 and found["units"].tolist() == [7, 12, 12, 12]
    assert {"damaged", "interrupted", "finished"} <= set(found["state"])
    assert "is damaged" in found["name"][0] and found["bits"].isna().tolist()[0]
    said = words(app)
    size = sum(disk_used([folder]) for folder in find_folders(runs))
    assert f"4 runs; {COLUMNS['size'].words(size)} of the disk in all." in said
    assert "3 runs that have a validation loss predicts best cannot be told" in said
    assert "2.733 nats), the same as" in said
    assert (app.query_params["sort"], app.query_params["down"]) == ("units", "no")


def test_numbers_have_a_true_minus_and_no_negative_zero() -> None:
    values = {
        "distance": pd.Series([-0.25, -0.0001, 0.5, None]),
        "half": pd.Series([3, None, 49, 1], dtype="Int64"),
        "rate": pd.Series([0.002, 0.1, 1e-5, None]),
        "size": pd.Series([1234.5, 0.1, 2.0, 3.0]),
        "name": pd.Series(["a", "b", "c", "d"], dtype=str),
    }
    assert drawn._written(values).to_string(delimiter="|").split() == [  # type: ignore[call-arg]
        "|distance|half|rate|size|name",
        "0|−0.250|3|0.002|1,234.50|a",
        "1|0.000||0.1|0.10|b",
        "2|+0.500|49|1e-05|2.00|c",
        "3||1||3.00|d",
    ]


def test_words_leave_those_runs_and_no_others_selected(
    three: dict[str, Run], open_app: Open
) -> None:
    app = select(open_app("runs"), *three.values())
    assert "3 selected" in words(app)
    app.text_input(key="runs filter").set_value("SECOND speech.txt").run()
    assert shown(app)["name"].tolist() == ["second"] and "1 selected" in words(app)
    app.text_input(key="runs filter").set_value("").run()
    assert "1 selected" in words(app)  # what was hidden is selected no more
    app.text_input(key="runs filter").set_value("nothing has this").run()
    assert not app.exception and not app.dataframe and "none selected" in words(app)
    said = words(app)
    assert "No run has all of these words: nothing has this." in said
    assert "3 runs, none of them shown; " in said and "has a validation loss" not in said
    app.text_input(key="runs filter").set_value("").run()
    assert len(shown(app)) == 3 and "none selected" in words(app)


def test_a_group_is_deleted_after_what_is_freed_was_said(
    three: dict[str, Run], runs: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = [three["first"], three["third"]]
    app = press(select(open_app("runs"), *gone), ":red[Delete]")
    size = COLUMNS["size"].words(disk_used([run.folder for run in gone]))
    assert f"**{size}** of the disk are freed" in words(app) and f"2 selected, {size}" in words(app)
    assert len(list(find_folders(runs))) == 3  # nothing yet
    keep_open(monkeypatch, dialogs.ask_delete)
    press(select(open_app("runs"), *gone), ":red[**Delete 2 runs for good**]")
    assert [Run(folder).description.name for folder in find_folders(runs)] == ["second"]


def test_what_trains_or_is_only_read_is_not_deleted(
    three: dict[str, Run], open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_open(monkeypatch, dialogs.ask_delete)
    monkeypatch.setattr(actions, "may_change", lambda folder: folder != three["third"].folder)
    lock = hold(three["first"].folder.lock)
    assert lock is not None
    say(three["first"], "running")
    app = select(open_app("runs"), *three.values())
    assert "In training, or waiting for it: first. Stop it first; it stays as it is." in words(app)
    assert "Only to be read from here: third. It stays as it is." in words(app)
    press(app, ":red[**Delete 1 run for good**]")
    lock.release()
    assert three["first"].folder.path.exists()
    assert not three["second"].folder.path.exists() and three["third"].folder.path.exists()


def test_several_are_compared(three: dict[str, Run], open_app: Open) -> None:
    chosen = [three["first"], three["second"]]
    app = select(open_app("runs"), chosen[0])
    assert [one.disabled for one in app.button if one.label in ("Open", "Compare")] == [False, True]
    app = press(select(app, *chosen), "Compare")
    assert app.title[0].value == "Compare" and not app.exception
    assert set(app.query_params["runs"].split(",")) == {run.id for run in chosen}


def test_tags_are_put_on_and_taken_off_many(
    three: dict[str, Run], open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    three["first"].tag("old")
    keep_open(monkeypatch, dialogs.ask_tags)
    app = select(open_app("runs"), *three.values())
    (typed,) = (box for box in app.text_input if box.label.startswith("Put on"))
    (taken,) = (box for box in app.multiselect if box.label == "Take off")
    typed.set_value("one, two")
    taken.set_value(["old"]).run()
    press(app, "Tag 3 runs")
    assert [Run(run.folder).description.tags for run in three.values()] == [("one", "two")] * 3


def test_thinning_says_what_it_frees_before(
    three: dict[str, Run], open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = three["first"]
    before, size = len(run.folder.snapshots_there()), run.folder.size()
    keep_open(monkeypatch, dialogs.ask_thin)
    app = select(open_app("runs"), run)
    app.number_input[0].set_value(2).run()
    assert "it must be 3 or more" in words(app)
    app.number_input[0].set_value(3.5).run()
    assert "3.5 is no whole number of snapshots" in words(app)
    app.number_input[0].set_value(3).run()
    assert f"The weights of **{before - 3} snapshots** of 1 run" in words(app)
    press(app, ":red[**Delete these weights for good**]")
    assert len(run.folder.snapshots_there()) == 3 and run.folder.size() < size


def test_a_run_that_went_before_the_press_is_said_to_be_gone(
    three: dict[str, Run], open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(rows: list[Row]) -> None:
        rmtree(three["first"].folder.path)
        dialogs.ask_thin(rows)

    keep_open(monkeypatch, ask)
    app = select(open_app("runs"), three["first"])
    assert not app.exception and "No longer there: first. Somebody deleted" in words(app)


def test_where_runs_are_only_shown_none_is_changed(
    three: dict[str, Run], open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNNVIZ_READONLY", "1")
    app = select(open_app("runs"), three["first"])
    labels = {button.label for button in app.button}
    assert "Open" in labels and not labels & {"Tag", "Thin", ":red[Delete]"}
    press(app, "Open")
    assert app.title[0].value == "Train" and "first" in words(app)


def test_on_a_disk_that_is_only_read_all_is_seen_and_one_sentence_says_so(
    three: dict[str, Run], open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the system answers there whoever asks, root too; see also tests/runs/test_read_only.py."""
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **how: mode != os.W_OK and may(path, mode))
    app = select(open_app("runs"), three["first"])
    assert not app.exception and not app.error and len(shown(app)) == 3
    said = words(app)
    assert said.count("These runs may only be read from here") == 1 and ", tag, thin" not in said
    assert set(shown(app)["state"]) == {"finished, read only"}
    assert not {button.label for button in app.button} & {"Tag", "Thin", ":red[Delete]"}
    press(app, "Open")
    assert app.title[0].value == "Train" and not app.exception and not app.error


def test_what_is_taken_along_is_what_the_command_lists(
    three: dict[str, Run], runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    three["first"].tag("a", "b")
    rows = [Row(listed) for listed in RunIndex(runs).look()]
    written = selection._csv(rows, ["name", "nats", "tags"]).decode().splitlines()
    told = list(csv.DictReader(written))
    assert [row["run"] for row in told] == [row.listed.folder.id for row in rows]
    assert {row["tags"] for row in told} == {"a, b", ""}
    assert float(told[0]["nats"]) == rows[0].listed.validation_loss
    assert main(["list", "--columns", "run", "--runs", str(runs)]) == 0
    assert capsys.readouterr().out.split() == ["run", *(row["run"] for row in told)]
