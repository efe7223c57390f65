"""The SQLite file of a run: iterations, snapshots, measurements, events, status, control."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rnnviz.arrays import np
from rnnviz.records import Floats
from rnnviz.runs.database import rows_at_rest
from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.example import check_changeable
from rnnviz.runs.packing import measured, unpack
from rnnviz.runs.rows import Numbers, Rows, checked
from rnnviz.runs.states import ENDED, Request, State, Status, status_of_row
from rnnviz.storage import write_out
from rnnviz.text.ngram import Baseline
from rnnviz.training.course import averaged

_SAID = ("running", "paused", *ENDED)

# `held_out_loss` is the validation loss, under the name that the column has in all runs there are.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS iterations (
    iteration INTEGER PRIMARY KEY, loss REAL, total_gradient_norm REAL, clip_factor REAL,
    learning_rate REAL, characters INTEGER, seconds REAL, digest INTEGER);
CREATE TABLE IF NOT EXISTS snapshots (
    iteration INTEGER PRIMARY KEY, validation_loss REAL, prompt TEXT, sample TEXT, digest INTEGER);
CREATE TABLE IF NOT EXISTS measurements (
    name TEXT, iteration INTEGER, part TEXT, shape TEXT, numbers BLOB, digest INTEGER,
    PRIMARY KEY (name, iteration, part));
CREATE TABLE IF NOT EXISTS resume_points (iteration INTEGER, sha256 TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS events (time REAL, kind TEXT, message TEXT);
CREATE TABLE IF NOT EXISTS status (
    only INTEGER PRIMARY KEY CHECK (only = 1), state TEXT, since REAL, iteration INTEGER,
    fraction REAL, message TEXT, held_out_loss REAL, digest INTEGER);
CREATE TABLE IF NOT EXISTS control (
    only INTEGER PRIMARY KEY CHECK (only = 1), request TEXT);
CREATE TABLE IF NOT EXISTS baseline (
    only INTEGER PRIMARY KEY CHECK (only = 1), ngram_order INTEGER, loss REAL, characters INTEGER,
    digest INTEGER);
CREATE TABLE IF NOT EXISTS totals (name TEXT PRIMARY KEY, count INTEGER, digest INTEGER);
INSERT OR IGNORE INTO status (only, state, since, iteration, fraction, message)
    VALUES (1, 'created', 0, 0, 0, '');
INSERT OR IGNORE INTO control VALUES (1, 'run');
"""

# Where runs from before there was one table for all measurements keep theirs, by their names now;
# rows of iteration, path, layers, numbers.
BEFORE = MappingProxyType({"window": "gradient_norms", "by_lag": "by_lag"})

_READ_STATUS = "SELECT * FROM status"
_ONE_FILE = "PRAGMA journal_mode = DELETE"
_BY_ITERATION = ("iterations", "snapshots", "measurements", *BEFORE.values())


class History(Rows):
    """A connection to a run's history.

    Raises:
        RunError: the file is missing or damaged, or the disk refuses.
    """

    def __init__(self, path: Path, *, create: bool = False, reading: bool = False) -> None:
        if not reading:
            check_changeable(path.parent)
        super().__init__(path, create=create, reading=reading)
        if create:
            self.make_tables()

    def make_tables(self) -> None:
        """Make the tables that are not there: all of a new run, a later one of an old run.

        An old run's rows get digests from then on; those it has stay without.
        """
        with self._speaking():
            self._connection.executescript(_SCHEMA)
        self.add_digests()
        self._write_status(self.status)

    def measure(self, iteration: int, name: str, arrays: Mapping[str, Floats]) -> None:
        """Keep what was measured at an iteration under a name: arrays of any shape by name."""
        self.add("measurements", measured(iteration, name, arrays))

    def measured_at(self, iteration: int, name: str) -> dict[str, Floats]:
        """What was measured at an iteration under a name; nothing in runs from before there was."""
        if not self.has("measurements"):
            return {}
        where = "WHERE name = ? AND iteration = ?"
        rows = self.rows("measurements", where, [name, iteration])
        return {part: unpack(*packed) for _, _, part, *packed in rows}

    def forget_after(self, iteration: int) -> None:
        """Delete what was recorded after an iteration: training goes on from there."""
        tables = [table for table in (*_BY_ITERATION, "resume_points") if self.has(table)]
        with self.transaction():
            for table in tables:
                self.remove(table, "iteration > ?", [iteration])

    def seal(self, snapshots: Iterable[int]) -> None:
        """Keep these snapshots alone, and all of it in one file: nobody will write here again."""
        kept = json.dumps(sorted(snapshots))
        others = "iteration NOT IN (SELECT value FROM json_each(?))"
        with self.transaction():
            self.remove("snapshots", others, [kept])
            self.remove(
                "measurements", f"name NOT IN ('window', 'parameters') AND {others}", [kept]
            )
            self._execute("DELETE FROM resume_points")
        for statement in (_ONE_FILE, "VACUUM"):
            self._execute(statement)

    def copy_to(self, path: Path, until: int | None = None) -> None:
        """Write all of it, as it stands at one moment, to one new file without a log.

        Args:
            path: the file, which must not be there.
            until: the last iteration that is to be in it; None takes all.
        """
        self._execute("VACUUM INTO ?", [str(path)])
        if until is not None:
            with History(path) as copy:
                copy.forget_after(until)
                copy.lay_down()

    def lay_down(self) -> None:
        """Keep all of it in one file, without a log, until somebody writes again.

        Raises:
            RunError: somebody reads it just now.
        """
        self._execute(_ONE_FILE)

    @property
    def is_laid_down(self) -> bool:
        """Whether it is one file, without a log."""
        return self.select("PRAGMA journal_mode") == [("delete",)]

    @property
    def status(self) -> Status:
        """What the worker last said."""
        return _status(self._path, self.rows("status"))

    def set_status(self, state: State, iteration: int, fraction: float, message: str = "") -> None:
        """Say what the run is doing; `since` changes only with the state."""
        with self.at_once():
            now = self.status
            since = now.since if now.state == state else time.time()
            self._write_status(
                Status(state, since, iteration, fraction, message, now.validation_loss)
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
        self.empty_log()

    def put_back(self, status: Status) -> None:
        """Let the status be what it was, in every part."""
        self._write_status(status)

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
        with self.at_once():
            self._write_status(replace(self.status, validation_loss=loss))

    @property
    def baseline(self) -> Baseline | None:
        """The n-gram model to beat; None before it is known, and where nothing is held out."""
        if not self.has("baseline"):
            return None
        rows = self.rows("baseline")
        if not rows:
            return None
        _, order, loss, characters = rows[0]
        return Baseline(order, loss, characters, self.measured_at(0, "counting").get("nats"))

    def set_baseline(self, found: Baseline) -> None:
        """Keep the n-gram model to beat."""
        self.add("baseline", [(1, found.order, found.loss, found.characters)])
        if found.by_stretch is not None:
            self.measure(0, "counting", {"nats": found.by_stretch})

    @property
    def request(self) -> str:
        """What somebody asked the worker to do."""
        return str(self.select("SELECT request FROM control")[0][0])

    def ask(self, request: Request) -> None:
        """Ask the worker to run, pause or stop."""
        self._execute("UPDATE control SET request = ?", (request,))

    @property
    def notices(self) -> list[str]:
        """What the worker had to say about the text, oldest first, each sentence once."""
        rows = self.select("SELECT message FROM events WHERE kind = 'notice' ORDER BY rowid")
        return list(dict.fromkeys(message for (message,) in rows))

    @property
    def computing(self) -> str:
        """How the worker said it computes, at last; "" where none has said so."""
        rows = self.select("SELECT message FROM events WHERE kind = 'computing' ORDER BY rowid")
        return str(rows[-1][0]) if rows else ""

    @property
    def spent(self) -> tuple[int, float] | None:
        """Characters read and seconds of training so far; None before the first iteration."""
        rows = self.rows("iterations", "ORDER BY iteration DESC LIMIT 1")
        return (int(rows[0][-2]), float(rows[0][-1])) if rows else None

    def training_loss(self, iteration: int) -> float | None:
        """The mean in nats over the last iterations up to this one; None before the first."""
        first = iteration - averaged(iteration) + 1
        return training_loss(self.numbers_between("iterations", first, iteration), iteration)

    def note(self, kind: str, message: str) -> None:
        """Add an event."""
        self.add("events", [(time.time(), kind, message)])

    def _write_status(self, status: Status) -> None:
        self.add("status", [(1, *astuple(status))])


def training_loss(made: Numbers, iteration: int) -> float | None:
    """The mean loss in nats over the last iterations up to one; None before the first.

    Args:
        made: what is recorded of the iterations.
        iteration: the last that counts.
    """
    ends = iteration - averaged(iteration) + 1, iteration + 1
    begin, end = np.searchsorted(made.values[:, 0], ends)
    losses = made.values[begin:end, 1]
    losses = losses[~np.isnan(losses)]
    return float(losses.mean()) if len(losses) else None


def read_status(path: Path) -> Status:
    """What the worker last said, read in a tenth of the time where the history is at rest.

    Raises:
        RunError: the file is missing or damaged.
    """
    rows = rows_at_rest(path, _READ_STATUS)
    with suppress(RunError):  # opening it like anyone else tells what is wrong
        if rows is not None:
            return _status(path, checked(path, "status", rows))
    with History(path, reading=True) as history:
        return history.status


def _status(path: Path, rows: Sequence[tuple[Any, ...]]) -> Status:
    return status_of_row(path, rows[0][1:] if rows else ())
