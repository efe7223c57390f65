"""A number of the history that changes on the disk, or is missing, is said and never shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rnnviz import Run, work
from rnnviz.runs import tables
from rnnviz.runs.digests import as_stored, digest_of
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History, read_status
from tests.copies import copy_of
from tests.workers.recorded import make

ROWS = [(1, 0.5), (1, float("nan"), -0.0, float("inf")), (7, "a\0b", None), ("x", 2, "h", b"\0\1")]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = make(tmp_path_factory.mktemp("trained"), iterations=30)
    work(run)
    with History(run.folder.history) as history:
        history.set_validation_loss(1.25)
    return run


@pytest.fixture
def run(trained: Run, tmp_path: Path) -> Run:
    return copy_of(trained, tmp_path)


def execute(run: Run, statement: str) -> int:
    """Change something behind the program's back; how many rows."""
    with closing(sqlite3.connect(run.folder.history)) as connection:
        count = connection.execute(statement).rowcount
        connection.commit()
        return count


def everything(run: Run) -> list[object]:
    """All numbers and words that are read from the history."""
    frames = run.history, run.snapshots, run.gradient_norms(), run.gradient_norms_by_lag()
    return [*(frame.to_json(double_precision=15) for frame in frames), run.status, run.baseline]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_that_comes_back_from_sqlite_has_the_digest_it_went_with(
    row: tuple[object, ...],
) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        marks = ", ".join("?" * len(row))
        columns = ", ".join(f"c{number}" for number in range(len(row)))
        connection.execute(f"CREATE TABLE t ({columns})")
        connection.execute(f"INSERT INTO t VALUES ({marks})", as_stored(row))
        (found,) = connection.execute("SELECT * FROM t").fetchall()
    assert digest_of(found) == digest_of(as_stored(row))


def test_every_value_and_place_counts() -> None:
    rows = [(1, 2.0), (2, 1.0), (1, 2.5), (1, None), (1, "2.0"), (1, b"2.0"), (1, 2.0, 0.0), (1,)]
    assert len({digest_of(row) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    "change",
    [
        *(
            f"UPDATE iterations SET {column} = {column} + 1e-9 WHERE iteration = 9"
            for column in ("loss", "total_gradient_norm", "clip_factor", "learning_rate", "seconds")
        ),
        "UPDATE iterations SET loss = NULL WHERE iteration = 30",
        "UPDATE iterations SET iteration = 99 WHERE iteration = 30",
        "UPDATE iterations SET digest = digest + 1 WHERE iteration = 2",
        "DELETE FROM iterations WHERE iteration = 9",
        "DELETE FROM iterations WHERE iteration = 30",
        "UPDATE iterations SET digest = NULL WHERE iteration = 9",
        "UPDATE snapshots SET sample = upper(sample) WHERE iteration = 10",
        "UPDATE snapshots SET validation_loss = 1 WHERE iteration = 10",
        "DELETE FROM snapshots WHERE iteration = 30",
        "UPDATE measurements SET numbers = zeroblob(length(numbers)) WHERE iteration = 5",
        "UPDATE measurements SET iteration = 999 WHERE iteration = 5",
        "DELETE FROM measurements WHERE name = 'by_passage' AND iteration = 30",
        "UPDATE status SET held_out_loss = 1.0",
        "UPDATE status SET iteration = 29",
        "UPDATE totals SET count = count + 1 WHERE name = 'iterations'",
    ],
)
def test_what_changed_or_is_missing_is_said(trained: Run, run: Run, change: str) -> None:
    assert everything(run) == everything(trained)
    assert execute(run, change) > 0
    with pytest.raises(RunError, match=r"history.sqlite is damaged \(r[^)]*\)\. Restore it"):
        everything(run)


def test_reading_a_part_looks_at_that_part(run: Run) -> None:
    execute(run, "UPDATE iterations SET loss = 0 WHERE iteration = 9")
    assert 0 < run.training_loss(30) < 9
    with pytest.raises(RunError, match="row 9 of its table iterations is not what was written"):
        run.training_loss(9)
    execute(run, "UPDATE measurements SET numbers = x'00000000' WHERE iteration = 9")
    assert len(run.gradient_norms([8])) == len(run.gradient_norms([10])) > 0
    with pytest.raises(RunError, match="row window of its table measurements"):
        run.gradient_norms([9])


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History(tmp_path / "history.sqlite", create=True) as opened:
        yield opened


def add(history: History, iteration: int, value: float) -> None:
    history.add("iterations", [(iteration, value, 2.0, 1.0, 1e-3, 7, 0.1)])
    history.add("snapshots", [(iteration, value, "a", "b")])
    history.measure(iteration, "by_lag", {"h": np.full((2, 3), value), "c": np.ones((2, 3))})


def whole(history: History) -> tuple[int, int, int]:
    """How many rows there are, if none is missing."""
    found = tables.iterations(history), tables.snapshots(history)
    return (*map(len, found), len(tables.measurements(history, "by_lag")))  # type: ignore[return-value]


@pytest.mark.parametrize(
    "act",
    [
        lambda history: history.forget_after(2),
        lambda history: history.forget_after(-1),
        lambda history: add(history, 2, 9.0),
        lambda history: [add(history, 5, 1.0), history.forget_after(4), add(history, 5, 2.0)],
        lambda history: history.make_tables(),
    ],
)
def test_totals_follow_what_is_replaced_and_forgotten(
    history: History, act: Callable[[History], object]
) -> None:
    for iteration in range(5):
        add(history, iteration, 0.5)
    assert whole(history) == (5, 5, 10)
    act(history)
    assert whole(history)[0] in (0, 3, 5, 6)


def test_a_failing_transaction_leaves_the_totals(history: History) -> None:
    for iteration in (0, 0, 1):
        add(history, iteration, 0.5)
    with pytest.raises(ArithmeticError), history.transaction():
        add(history, 2, 0.5)
        raise ArithmeticError
    assert whole(history) == (2, 2, 4)


def test_what_is_written_meanwhile_is_not_missed(history: History, tmp_path: Path) -> None:
    """Rows and their total are read as of one moment."""
    add(history, 1, 0.5)
    with History(tmp_path / "history.sqlite", reading=True) as reader:
        select = reader.select

        def then_write(query: str, values: object = ()) -> object:
            found = select(query, values)  # type: ignore[arg-type]
            if query.startswith("SELECT * FROM iterations"):
                add(history, 2, 0.5)
            return found

        reader.select = then_write  # type: ignore[method-assign,assignment]
        assert len(tables.iterations(reader)) == 1
    assert whole(history) == (2, 2, 4)


def test_rows_of_an_earlier_version_are_read_as_they_are_and_new_ones_join(run: Run) -> None:
    for table in ("iterations", "snapshots", "measurements", "status", "baseline"):
        execute(run, f"ALTER TABLE {table} DROP COLUMN digest")
    execute(run, "DROP TABLE totals")
    execute(run, "UPDATE iterations SET loss = 0.125 WHERE iteration = 9")
    assert run.history["loss_nats"][8] == 0.125
    assert read_status(run.folder.history).validation_loss == 1.25
    with History(run.folder.history) as history:
        history.make_tables()
        add(history, 31, 0.5)
        history.forget_after(28)
        add(history, 29, 0.5)
    assert len(run.history) == 29
    execute(run, "UPDATE iterations SET loss = 0.25 WHERE iteration = 28")
    assert run.history["loss_nats"][27] == 0.25
    execute(run, "UPDATE iterations SET loss = 0.25 WHERE iteration = 29")
    with pytest.raises(RunError, match="row 29 "):
        run.history  # noqa: B018
