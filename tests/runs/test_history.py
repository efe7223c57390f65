"""The history is transactional, never blocks its writer, and says so when it is damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import numpy as np
import pytest

from rnnviz.runs import database, tables
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History, read_status
from rnnviz.runs.packing import pack, unpack
from rnnviz.storage import Stamp


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


@pytest.fixture
def history(path: Path) -> Iterator[History]:
    with History(path, create=True) as opened:
        yield opened


def row(iteration: int, loss: float = 0.5) -> tuple[float, ...]:
    return iteration, loss, 2.0, 1.0, 1e-3, 7 * iteration, 0.1 * iteration


def iterations(history: History) -> list[int]:
    return [i for (i,) in history.select("SELECT iteration FROM iterations ORDER BY 1")]


def test_a_new_history_has_been_created_and_asked_to_run(history: History) -> None:
    status = history.status
    assert (status.state, status.iteration, status.fraction) == ("created", 0, 0)
    assert history.request == "run"


def test_creating_again_keeps_everything(history: History, path: Path) -> None:
    history.add("iterations", [row(1)])
    history.set_status("paused", 1, 0.5)
    with History(path, create=True) as again:
        assert (iterations(again), again.status.state) == ([1], "paused")


def test_a_transaction_is_seen_whole_or_not_at_all(history: History, path: Path) -> None:
    with History(path) as reader:
        with history.transaction():
            history.add("iterations", [row(1), row(2)])
            assert iterations(reader) == []
        assert iterations(reader) == [1, 2]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failing_transaction_leaves_no_trace(
    history: History, error: type[BaseException]
) -> None:
    history.add("iterations", [row(1)])
    with pytest.raises(error), history.transaction():
        history.add("iterations", [row(1, loss=9.0), row(2)])
        raise error
    assert history.select("SELECT iteration, loss FROM iterations") == [(1, 0.5)]
    with history.transaction():
        history.add("iterations", [row(3)])
    assert iterations(history) == [1, 3]


def test_a_full_disk_is_called_so_and_rolls_back(history: History) -> None:
    history.add("iterations", [row(1)])
    pages = history.select("PRAGMA page_count")[0][0]
    history.select(f"PRAGMA max_page_count = {pages}")
    sentence = pytest.raises(RunError, match=r"the disk is full or refuses .*; make room")
    with sentence, history.transaction():
        history.add("iterations", map(row, range(2, 5000)))
    assert iterations(history) == [1]


def test_rows_of_the_same_iteration_are_replaced(history: History) -> None:
    history.add("iterations", [row(3, loss=1.0)])
    history.add("iterations", [row(3, loss=2.0)])
    history.add("iterations", [])
    assert history.select("SELECT loss FROM iterations") == [(2.0,)]


def test_what_came_after_an_iteration_is_forgotten_in_every_table(history: History) -> None:
    norms = {"h": np.ones((2, 3)), "c": np.ones((2, 3))}
    for iteration in range(5):
        history.add("iterations", [row(iteration)])
        history.add("snapshots", [(iteration, None, "a", "b")])
        history.measure(iteration, "window", norms)
        history.measure(iteration, "by_lag", norms)
    history.note("notice", "stays")
    history.forget_after(2)
    for table in ("iterations", "snapshots", "measurements"):
        query = f"SELECT DISTINCT iteration FROM {table} ORDER BY 1"
        assert history.select(query) == [(0,), (1,), (2,)]
    assert history.select("SELECT message FROM events") == [("stays",)]
    history.forget_after(-1)
    assert iterations(history) == []


def test_since_changes_only_with_the_state(history: History) -> None:
    history.set_status("running", 1, 0.1)
    begun = history.status.since
    history.set_status("running", 2, 0.2, "a message")
    now = history.status
    assert (now.since, now.iteration, now.fraction, now.message) == (begun, 2, 0.2, "a message")
    history.set_status("paused", 2, 0.2)
    assert history.status.since > begun


def test_a_request_reaches_the_other_connection(history: History, path: Path) -> None:
    with History(path) as asking:
        for request in ("pause", "run", "stop"):
            asking.ask(request)
            assert history.request == request


def test_a_reader_in_the_middle_of_a_query_blocks_no_writer(history: History, path: Path) -> None:
    history.add("iterations", map(row, range(1, 4)))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT COUNT(*) FROM iterations").fetchone() == (3,)
    history.select("PRAGMA busy_timeout = 0")
    with history.transaction():
        history.add("iterations", [row(4)])
    assert reader.execute("SELECT COUNT(*) FROM iterations").fetchone() == (3,)
    reader.execute("COMMIT")
    assert reader.execute("SELECT COUNT(*) FROM iterations").fetchone() == (4,)
    reader.close()


def test_a_writer_in_the_middle_of_a_transaction_blocks_no_reader(
    history: History, path: Path
) -> None:
    history.add("iterations", [row(1)])
    with history.transaction(), History(path) as reader:
        history.add("iterations", [row(2)])
        reader.select("PRAGMA busy_timeout = 0")
        assert iterations(reader) == [1]


def test_two_writers_take_turns_or_say_so(history: History, path: Path) -> None:
    with History(path) as other, history.transaction():
        other.select("PRAGMA busy_timeout = 0")
        with pytest.raises(RunError, match="another process keeps it locked; try again"):
            other.ask("stop")


@pytest.mark.parametrize("data", [b"garbage " * 999, b"SQLite format 3\0" + b"\xff" * 5000])
def test_garbage_is_called_damaged(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    sentence = pytest.raises(RunError, match=r"history.sqlite is damaged \(.*\)\. Restore it")
    with sentence, History(path) as history:
        assert history.status


def test_an_emptied_file_is_called_damaged(path: Path) -> None:
    path.touch()
    with History(path) as history, pytest.raises(RunError, match=r"damaged \(no such table"):
        assert history.status


def test_a_missing_file_is_not_made_by_reading(path: Path) -> None:
    with pytest.raises(RunError, match="does not exist"):
        History(path)
    assert not path.exists()


@pytest.mark.parametrize("shape", [(1, 1), (2, 7), (4, 1), (), (5,), (2, 3, 4), (0, 3)])
def test_unpacking_undoes_packing(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(3).random(shape, dtype=np.float32)
    part, *packed = pack("h", values)
    assert part == "h"
    found = unpack(*packed)  # type: ignore[arg-type]
    assert found.shape == shape
    np.testing.assert_array_equal(found, values)


def test_packing_takes_any_layout_and_keeps_four_bytes_a_number() -> None:
    values = np.arange(6.0).reshape(3, 2).T
    _, shape, numbers = pack("h", values)
    assert len(numbers) == 4 * 6
    np.testing.assert_array_equal(unpack(shape, numbers), values)


def test_measurements_stand_by_name_and_iteration(history: History) -> None:
    for iteration in (2, 11):
        history.measure(iteration, "by_lag", {"h": np.full((2, 3), iteration)})
        history.measure(iteration, "spectrum", {"h": np.arange(4.0), "c": np.ones((2, 1, 5))})
    history.measure(11, "by_lag", {"h": np.full((2, 3), 7)})
    found = tables.measurements(history, "by_lag")
    assert [(at, part, array[1, 2]) for at, part, array in found] == [(2, "h", 2), (11, "h", 7)]
    shapes = [
        (at, part, array.shape) for at, part, array in tables.measurements(history, "spectrum")
    ]
    expected = [(2, "c", (2, 1, 5)), (2, "h", (4,)), (11, "c", (2, 1, 5)), (11, "h", (4,))]
    assert shapes == expected
    assert len(tables.measurements(history, "spectrum", [11, 12])) == 2
    assert tables.measurements(history, "unknown") == []


def test_the_status_of_a_history_at_rest_is_read_and_leaves_nothing_beside_it(path: Path) -> None:
    with History(path, create=True) as history:
        history.set_status("stopped", 7, 0.5, "a message")
        expected = history.status
    before = path.stat()
    assert read_status(path) == expected
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_the_status_in_the_log_is_newer_than_that_in_the_file(path: Path, tmp_path: Path) -> None:
    """As a worker that is killed leaves it: its last word stands in the log alone."""
    killed = tmp_path / "killed" / path.name
    killed.parent.mkdir()
    with History(path, create=True) as history:
        history.select("PRAGMA wal_checkpoint(TRUNCATE)")
        history.set_status("running", 7, 0.5)
        assert read_status(path) == history.status
        for name in (path.name, f"{path.name}-wal"):
            copy(path.with_name(name), killed.with_name(name))
    assert (read_status(killed).state, read_status(killed).iteration) == ("running", 7)


def test_a_history_that_is_written_meanwhile_is_read_like_any_other(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.close()
    seen = iter(range(10))
    monkeypatch.setattr(database, "stamps", lambda path: (Stamp(next(seen), 1, 1), None))
    opened: list[Path] = []
    init = History.__init__

    def note(self: History, path: Path, **given: bool) -> None:
        opened.append(path)
        init(self, path, **given)

    monkeypatch.setattr(History, "__init__", note)
    assert read_status(path).state == "created"
    assert opened == [path]


@pytest.mark.parametrize("name", ["a b", "100%", "what?", "#1", "햄릿"])
def test_the_status_is_read_whatever_the_folder_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "history.sqlite"
    path.parent.mkdir()
    History(path, create=True).close()
    with History(path, reading=True) as history:
        assert read_status(path) == history.status
    assert database.rows_at_rest(path, "SELECT state FROM status") == [("created",)]


@pytest.mark.parametrize("data", [b"garbage " * 999, b""])
def test_the_status_of_a_damaged_history_is_a_sentence(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(RunError, match="damaged"):
        read_status(path)
    path.unlink()
    with pytest.raises(RunError, match="does not exist"):
        read_status(path)
