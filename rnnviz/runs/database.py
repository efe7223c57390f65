"""A run's SQLite file, opened so that nothing in it runs, and nothing waits for it for ever."""

from __future__ import annotations

import math
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from shutil import copyfile
from typing import Any, Self

from rnnviz.runs.documents import (
    RunError,
    check_ordinary,
    damaged_history,
    history_sentence,
    speaking_of,
    stamps,
)
from rnnviz.storage import appended, share

_ODD = """
SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index')
    OR sql LIKE 'CREATE VIRTUAL%' OR (type = 'index' AND sql IS NOT NULL)
"""

# Who looks at all runs waits this long for one, and who reads one for what it asks.
_GLANCE_SECONDS, _READ_SECONDS = 0.4, 60.0
_READER_WAITS, _WRITER_WAITS = 0.4, 10.0  # for another process that keeps the file locked
_OPERATIONS = 20_000  # of SQLite's machine, between two looks at the clock
_COPIES = 5  # that are tried of a file that is being written


class Database:
    """A connection; readers never block the writer (WAL).

    Args:
        path: the file.
        create: whether it may be missing.
        reading: whether it is only read, which needs no right to write.

    Raises:
        RunError: the file is missing or damaged, or the disk refuses.
    """

    def __init__(self, path: Path, *, create: bool = False, reading: bool = False) -> None:
        self._path, self._deadline, self._open = path, math.inf, ExitStack()
        if not create:
            with speaking_of(path):
                path.lstat()
        check_ordinary(path)
        if create:  # with its rights, which SQLite gives to what it makes beside it
            with speaking_of(path):
                appended(path).close()
            share(path)
        with self._open:
            with self._speaking():
                self._connection = self._connect(reading)
                self._open.callback(self._connection.close)
                self._prepare(create, reading)
            self._open = self._open.pop_all()

    def _connect(self, reading: bool) -> sqlite3.Connection:
        path, how = self._path, "mode=rwc"
        if reading:
            path, how = self._how_to_read()
        wait = _READER_WAITS if reading else _WRITER_WAITS
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?{how}",
            uri=True,
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
        )

    def _how_to_read(self) -> tuple[Path, str]:
        """Where SQLite can make no index of the log beside it, what has one, or needs none.

        Without a log that holds anything, the file alone says all. A log is read with the index
        that its worker has; without that, in a copy elsewhere.
        """
        if os.access(self._path.parent, os.W_OK):
            return self._path, "mode=ro"
        if stamps(self._path)[1] is None:
            return self._path, "immutable=1"
        if os.access(self._path.with_name(f"{self._path.name}-shm"), os.R_OK):
            return self._path, "mode=ro"
        return self._open.enter_context(_copied(self._path)), "mode=rw"

    def _prepare(self, create: bool, reading: bool) -> None:
        self._connection.execute("PRAGMA trusted_schema = OFF")
        self._connection.set_progress_handler(self._is_late, _OPERATIONS)
        if not create:
            self._deadline = time.monotonic() + _GLANCE_SECONDS
            _check_schema(self._path, self._connection)
            self._deadline = math.inf
        if not reading:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        with self._speaking():
            self._open.close()

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

    def empty_log(self) -> None:
        """Move what the log holds into the file, and empty it unless somebody reads it just now.

        An empty log gets nothing but what is newer than the file, wherever a power cut ends it.
        """
        self._execute("PRAGMA busy_timeout = 0")
        self._execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._execute(f"PRAGMA busy_timeout = {1000 * _WRITER_WAITS:.0f}")

    def has(self, table: str) -> bool:
        """Whether there is such a table; an old run may lack one, and have others."""
        return bool(self.select("SELECT 1 FROM sqlite_master WHERE name = ?", [table]))

    def select(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query.

        Raises:
            RunError: it takes longer than any that a run gives reason to.
        """
        self._deadline = time.monotonic() + _READ_SECONDS
        try:
            return self._execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise RunError(history_sentence(self._path, str(error))) from error
        finally:
            self._deadline = math.inf

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """A transaction, of its own or a part of that which is open."""
        with ExitStack() as stack:
            if not self._connection.in_transaction:
                stack.enter_context(self.transaction())
            yield

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Everything read inside is as it was at one moment, whoever writes meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        self._execute("BEGIN")
        try:
            yield
        finally:
            self._execute("COMMIT")

    def _execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        with self._speaking():
            return self._connection.execute(statement, values)

    def _execute_many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._speaking():
            self._connection.executemany(statement, rows)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise RunError(history_sentence(self._path, str(error))) from error


def rows_at_rest(path: Path, query: str) -> list[tuple[Any, ...]] | None:
    """What the file alone says, without locks and without the log that every opening would make.

    None where the log holds pages that are newer, where the file was written meanwhile, and where
    anything is wrong: opening it like anyone else tells what.
    """
    before = stamps(path)
    if before[0] is None or before[1] is not None:
        return None
    deadline = time.monotonic() + _GLANCE_SECONDS
    try:
        check_ordinary(path)
        address = f"{path.absolute().as_uri()}?immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _OPERATIONS)
            _check_schema(path, connection)
            found = connection.execute(query).fetchall()
    except (sqlite3.Error, RunError):
        return None
    return found if stamps(path) == before else None


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """A copy of the file and its log as they stood at one moment, for as long as it is read."""
    home = Path(tempfile.gettempdir())
    with ExitStack() as stack:
        with speaking_of(home):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rnnviz-"))
        copy = Path(folder) / path.name
        for _ in range(_COPIES):
            before = stamps(path)
            with speaking_of(path):
                for end in ("", "-wal"):
                    copyfile(f"{path}{end}", f"{copy}{end}")
            if stamps(path) == before:
                break
        else:
            raise RunError(f"{path}: it is being written from elsewhere; try again in a moment.")
        yield copy


def _check_schema(path: Path, connection: sqlite3.Connection) -> None:
    """A run's history is made of plain tables: views and triggers would run what they say."""
    for kind, name in connection.execute(_ODD).fetchmany(1):
        raise RunError(damaged_history(path, f"it holds a {kind}, {name!r}, which no run has"))
