"""Who follows a run reads nothing twice, and sees at every moment what a fresh reader sees."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest

from rnnviz import Run
from rnnviz.runs import rows
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.locks import hold
from rnnviz.runs.moment import Following
from rnnviz.text.ngram import Baseline
from tests.conftest import only_run
from tests.runs.test_old_run import KEPT
from tests.workers.recorded import make

READ = ("history", "snapshots", "baseline", "notices", "status")


@pytest.fixture
def run(runs: Path) -> Run:
    return make(runs)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many iterations were read each time."""
    counts: list[int] = []
    checked = rows.checked_numbers

    def count(path: Path, table: str, found: list[tuple[object, ...]]) -> rows.Numbers:
        counts.append(len(found))
        return checked(path, table, found)

    monkeypatch.setattr(rows, "checked_numbers", count)
    return counts


def record(run: Run, *iterations: int, loss: float = 1.0) -> None:
    with History(run.folder.history) as history:
        made = [(at, loss / at, 2.0, 1.0, 0.01, 15 * at, 0.1 * at) for at in iterations]
        history.add("iterations", made)
        history.add("snapshots", [(iterations[-1], loss, "\n", f"to be {loss}")])
        history.set_status("running", iterations[-1], 0.5)


def assert_as_read(following: Following, run: Run) -> None:
    now = following.look(run)
    for name in READ:
        mine, fresh = getattr(now, name), getattr(run, name)
        if isinstance(fresh, pd.DataFrame):
            pd.testing.assert_frame_equal(mine, fresh, check_exact=True)
        else:
            assert mine == fresh
    at = now.status.iteration
    assert now.training_loss(at) == pytest.approx(run.training_loss(at), nan_ok=True)


def test_only_what_is_new_is_read(run: Run, read: list[int]) -> None:
    following = Following()
    assert_as_read(following, run)
    assert math.isnan(following.look(run).training_loss(0))
    for first in (1, 101, 201):
        record(run, *range(first, first + 100))
        read.clear()
        following.look(run)
        assert read == [100]
        assert_as_read(following, run)
    with History(run.folder.history) as history:
        history.set_baseline(Baseline(3, 1.5, 99))
        history.note("notice", "so it is.")
        history.add("iterations", [(301, math.nan, 2.0, 1.0, 0.01, 7, 1.0)])
    assert_as_read(following, run)


def test_what_training_went_back_to_is_read_anew(run: Run) -> None:
    following = Following()
    record(run, *range(1, 21))
    following.look(run)
    with History(run.folder.history) as history:
        history.forget_after(10)
    assert_as_read(following, run)
    following.look(run)
    record(run, *range(11, 21), loss=3.0)  # as many as before, and others
    assert_as_read(following, run)


def test_a_moment_stays_as_it_was(run: Run) -> None:
    following = Following()
    record(run, 1, 2)
    before = following.look(run)
    record(run, 3, 4)
    assert following.look(run) is not before
    assert (len(before.history), len(before.snapshots), before.status.iteration) == (2, 1, 2)


def test_nothing_is_read_where_nothing_was_written(
    run: Run, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    following = Following()
    record(run, 1, 2)
    monkeypatch.setattr("rnnviz.storage.Stamp.is_settled", lambda stamp, now: True)
    lock = hold(run.folder.lock)
    assert lock is not None
    now = following.look(run)
    read.clear()
    assert following.look(run) is now and read == []
    lock.release()
    assert following.look(run).status.state == "interrupted" and read == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE iterations SET loss = 9 WHERE iteration = 4", "row 4 of its table iterations"),
        ("DELETE FROM iterations WHERE iteration = 4", "rows are missing in its table iterations"),
        ("DELETE FROM iterations WHERE iteration = 1", "rows are missing in its table iterations"),
        ("UPDATE snapshots SET sample = 'x' WHERE iteration = 4", "row 4 of its table snapshots"),
    ],
)
def test_what_changed_on_the_disk_is_said(run: Run, change: str, said: str) -> None:
    following = Following()
    record(run, 1, 2)
    following.look(run)
    record(run, 3, 4)
    with closing(sqlite3.connect(run.folder.history)) as connection, connection:
        connection.execute(change)
    if "= 1" in change:  # it was read while it was there; a fresh reader misses it
        following = Following()
    with pytest.raises(RunError, match=said):
        following.look(run)


def test_a_run_of_old_is_followed_too(runs: Path) -> None:
    copytree(KEPT, runs)
    run = only_run(runs)
    following = Following()
    for _ in range(2):
        assert_as_read(following, run)
