"""The SQLite file of a run: iterations, snapshots, measurements, events, status, control."""

from __future__ import annotations

import json
import math
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from rnnviz.records import Floats
from rnnviz.runs.documents import (
    RunError,
    check_ordinary,
    damaged_history,
    history_sentence,
    speaking_of,
    stamps,
)
from rnnviz.runs.packing import pack
from rnnviz.runs.states import ENDED, Request, State, Status, status_of_row
from rnnviz.storage import is_file, write_out
from rnnviz.text.ngram import Baseline

_SAID = ("running", "paused", *ENDED)

# `held_out_loss` is the validation loss, under the name that the column has in all runs there are.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS iterations (
    iteration INTEGER PRIMARY KEY, loss REAL, total_gradient_norm REAL, clip_factor REAL,
    learning_rate REAL, characters INTEGER, seconds REAL);
CREATE TABLE IF NOT EXISTS snapshots (
    iteration INTEGER PRIMARY KEY, validation_loss REAL, prompt TEXT, sample TEXT);
CREATE TABLE IF NOT EXISTS measurements (
    name TEXT, iteration INTEGER, part TEXT, shape TEXT, numbers BLOB,
    PRIMARY KEY (name, iteration, part));
CREATE TABLE IF NOT EXISTS resume_points (iteration INTEGER, sha256 TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS events (time REAL, kind TEXT, message TEXT);
CREATE TABLE IF NOT EXISTS status (
    only INTEGER PRIMARY KEY CHECK (only = 1), state TEXT, since REAL, iteration INTEGER,
    fraction REAL, message TEXT, held_out_loss REAL);
CREATE TABLE IF NOT EXISTS control (
    only INTEGER PRIMARY KEY CHECK (only = 1), request TEXT);
CREATE TABLE IF NOT EXISTS baseline (
    only INTEGER PRIMARY KEY CHECK (only = 1), ngram_order INTEGER, loss REAL, characters INTEGER);
INSERT OR IGNORE INTO status VALUES (1, 'created', 0, 0, 0, '', NULL);
INSERT OR IGNORE INTO control VALUES (1, 'run');
"""

# Where runs from before there was one table for all measurements keep theirs, by their names now;
# rows of iteration, path, layers, numbers.
BEFORE = MappingProxyType({"window": "gradient_norms", "by_lag": "by_lag"})

_READ_STATUS = "SELECT state, since, iteration, fraction, message, held_out_loss FROM status"
_ODD = """
SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index')
    OR sql LIKE 'CREATE VIRTUAL%' OR (type = 'index' AND sql IS NOT NULL)
"""
_BY_ITERATION = ("iterations", "snapshots", "measurements", *BEFORE.values())

# Who looks at all runs waits this long for one, and who reads one for what it asks.
_GLANCE_SECONDS, _READ_SECONDS = 0.4, 60.0
_READER_WAITS, _WRITER_WAITS = 0.4, 10.0  # for another process that keeps the file locked
_OPERATIONS = 20_000  # of SQLite's machine, between two looks at the clock


class History:
    """A connection to a run's history; readers never block the writer (WAL).

    Raises:
        RunError: the file is missing or damaged, or the disk refuses.
    """

    def __init__(self, path: Path, *, create: bool = False, reading: bool = False) -> None:
        self._path, self._deadline = path, math.inf
        if not create:
            with speaking_of(path):
                path.lstat()
        check_ordinary(path)
        with self._speaking():
            self._connection = self._connect(reading)
            try:
                self._open(create, reading)
            except BaseException:
                self._connection.close()
                raise

    def _connect(self, reading: bool) -> sqlite3.Connection:
        how = "mode=rwc"
        if reading:
            how = "mode=ro" if os.access(self._path.parent, os.W_OK) else self._how_to_only_read()
        wait = _READER_WAITS if reading else _WRITER_WAITS
        return sqlite3.connect(
            f"{self._path.absolute().as_uri()}?{how}",
            uri=True,
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
        )

    def _how_to_only_read(self) -> str:
        """Where no log can be made beside it, and none is there, the file alone says all."""
        _, log = stamps(self._path)
        return "mode=ro" if log is not None else "immutable=1"

    def _open(self, create: bool, reading: bool) -> None:
        self._connection.execute("PRAGMA trusted_schema = OFF")
        self._connection.set_progress_handler(self._is_late, _OPERATIONS)
        if not create:
            self._deadline = time.monotonic() + _GLANCE_SECONDS
            _check_schema(self._path, self._connection)
            self._deadline = math.inf
        if not reading:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
        if create:
            self.make_tables()

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        with self._speaking():
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside become visible together, or not at all."""
        with self._speaking():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have ended it already
                    self._connection.execute("ROLLBACK")
                raise

    def make_tables(self) -> None:
        """Make the tables that are not there: all of a new run, a later one of an old run."""
        with self._speaking():
            self._connection.executescript(_SCHEMA)

    def has(self, table: str) -> bool:
        """Whether there is such a table; an old run may lack one, and have others."""
        return bool(self.select("SELECT 1 FROM sqlite_master WHERE name = ?", [table]))

    def add(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, replacing those of the same iteration."""
        rows = list(rows)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            with self._speaking():
                self._connection.executemany(
                    f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows
                )

    def measure(self, iteration: int, name: str, arrays: Mapping[str, Floats]) -> None:
        """Keep what was measured at an iteration under a name: arrays of any shape by name."""
        self.add("measurements", [(name, iteration, *pack(*item)) for item in arrays.items()])

    def forget_after(self, iteration: int) -> None:
        """Delete what was recorded after an iteration: training goes on from there."""
        tables = [table for table in (*_BY_ITERATION, "resume_points") if self.has(table)]
        with self.transaction():
            for table in tables:
                self._connection.execute(f"DELETE FROM {table} WHERE iteration > ?", (iteration,))

    def select(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query.

        Raises:
            RunError: it takes longer than any that a run gives reason to.
        """
        self._deadline = time.monotonic() + _READ_SECONDS
        try:
            with self._speaking():
                return self._connection.execute(query, values).fetchall()
        finally:
            self._deadline = math.inf

    @property
    def status(self) -> Status:
        """What the worker last said."""
        rows = self.select(_READ_STATUS)
        return status_of_row(self._path, rows[0] if rows else ())

    def set_status(self, state: State, iteration: int, fraction: float, message: str = "") -> None:
        """Say what the run is doing; `since` changes only with the state."""
        with self._speaking():
            self._connection.execute(
                "UPDATE status SET since = CASE WHEN state = ?1 THEN since ELSE ?2 END,"
                " state = ?1, iteration = ?3, fraction = ?4, message = ?5",
                (state, time.time(), iteration, fraction, message),
            )

    def claim(self, iteration: int, sha256: str) -> None:
        """Let the resume point with this digest be one of this history."""
        self.add("resume_points", [(iteration, sha256)])

    def claims(self, sha256: str) -> bool:
        """Whether it reaches as far as the resume point with this digest."""
        query = "SELECT 1 FROM resume_points WHERE sha256 = ?"
        return self.has("resume_points") and bool(self.select(query, [sha256]))

    def sync(self) -> None:
        """Have all that was written on the disk before anything that claims it.

        The log is written out by name: a transaction of its own would wait for readers.
        """
        log = self._path.with_name(f"{self._path.name}-wal")
        with speaking_of(log):
            write_out(log)
            write_out(self._path.parent)
        with self._speaking():
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def put_back(self, status: Status) -> None:
        """Let the status be what it was, in every part."""
        with self._speaking():
            self._connection.execute(
                "UPDATE status SET state = ?, since = ?, iteration = ?, fraction = ?, message = ?,"
                " held_out_loss = ?",
                astuple(status),
            )

    @property
    def status_before(self) -> Status:
        """What was said before the run was put in line; the status itself where it was not."""
        now = self.status
        if now.state != "queued":
            return now
        said = (
            "SELECT kind, time, message FROM events WHERE kind IN (SELECT value FROM json_each(?))"
        )
        rows = self.select(f"{said} ORDER BY rowid DESC LIMIT 1", [json.dumps(_SAID)])
        state, since, message = rows[0] if rows else ("created", 0.0, "")
        return replace(now, state=state, since=since, message=message)

    @property
    def recorded(self) -> int:
        """The last iteration of which anything is recorded; 0 where there is none."""
        tables = [table for table in _BY_ITERATION if self.has(table)]
        newest = " UNION ALL ".join(f"SELECT MAX(iteration) AS at FROM {name}" for name in tables)
        return int(self.select(f"SELECT COALESCE(MAX(at), 0) FROM ({newest})")[0][0])

    def set_validation_loss(self, loss: float | None) -> None:
        """Keep the loss that training ended with; None forgets that of an earlier end."""
        with self._speaking():
            self._connection.execute("UPDATE status SET held_out_loss = ?", (loss,))

    @property
    def baseline(self) -> Baseline | None:
        """The n-gram model to beat; None before it is known, and where nothing is held out."""
        if not self.has("baseline"):
            return None
        rows = self.select("SELECT ngram_order, loss, characters FROM baseline")
        return Baseline(*rows[0]) if rows else None

    def set_baseline(self, found: Baseline) -> None:
        """Keep the n-gram model to beat."""
        self.add("baseline", [(1, found.order, found.loss, found.characters)])

    @property
    def request(self) -> str:
        """What somebody asked the worker to do."""
        return str(self.select("SELECT request FROM control")[0][0])

    def ask(self, request: Request) -> None:
        """Ask the worker to run, pause or stop."""
        with self._speaking():
            self._connection.execute("UPDATE control SET request = ?", (request,))

    @property
    def notices(self) -> list[str]:
        """What the worker had to say about the text, oldest first, each sentence once."""
        rows = self.select("SELECT message FROM events WHERE kind = 'notice' ORDER BY time")
        return list(dict.fromkeys(message for (message,) in rows))

    def mean_loss(self, iterations: int) -> float | None:
        """The mean in nats over the last iterations, so many at most; None before the first."""
        newest = "SELECT loss FROM iterations ORDER BY iteration DESC LIMIT ?"
        ((mean,),) = self.select(f"SELECT AVG(loss) FROM ({newest})", [iterations])
        return None if mean is None else float(mean)

    def note(self, kind: str, message: str) -> None:
        """Add an event."""
        self.add("events", [(time.time(), kind, message)])

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise RunError(history_sentence(self._path, str(error))) from error


def read_status(path: Path) -> Status:
    """What the worker last said, read in a tenth of the time where the history is at rest.

    Raises:
        RunError: the file is missing or damaged.
    """
    status = _status_at_rest(path)
    if status is not None:
        return status
    with History(path, reading=True) as history:
        return history.status


def _status_at_rest(path: Path) -> Status | None:
    """What the file alone says, without locks and without the log that every opening would make.

    None where the log holds pages that are newer, where the file was written meanwhile, and where
    anything is wrong: opening it like anyone else tells what.
    """
    before = stamps(path)
    if before[0] is None or before[1] is not None or not is_file(path):
        return None
    deadline = time.monotonic() + _GLANCE_SECONDS
    try:
        address = f"{path.absolute().as_uri()}?immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _OPERATIONS)
            _check_schema(path, connection)
            found = status_of_row(path, connection.execute(_READ_STATUS).fetchone() or ())
    except (sqlite3.Error, RunError):
        return None
    return found if stamps(path) == before else None


def _check_schema(path: Path, connection: sqlite3.Connection) -> None:
    """A run's history is made of plain tables: views and triggers would run what they say."""
    for kind, name in connection.execute(_ODD).fetchmany(1):
        raise RunError(damaged_history(path, f"it holds a {kind}, {name!r}, which no run has"))
