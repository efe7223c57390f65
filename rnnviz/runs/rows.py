"""Rows of a history, each under a digest, and all of a kind under a total: none is lost unseen."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rnnviz.arrays import np
from rnnviz.records import Array
from rnnviz.runs.database import Database
from rnnviz.runs.digests import as_stored, digest_of, digests_of, together
from rnnviz.runs.documents import RunError, damaged_history

# How many columns the rows have that get a digest as one more, and which of them are the key of
# rows that are counted. Rows of measurements are counted by their names.
WIDTHS = MappingProxyType(
    {"iterations": 7, "snapshots": 4, "measurements": 5, "status": 7, "baseline": 4}
)
_KEYS = MappingProxyType(
    {
        "iterations": ("iteration",),
        "snapshots": ("iteration",),
        "measurements": ("name", "iteration", "part"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Rows of a table of numbers, as they were written, in order.

    Attributes:
        values: the numbers (row, column); NaN where there is none.
        count: how many of the rows have digests.
        digest: that of all these together.
    """

    values: Array
    count: int = 0
    digest: int = 0

    def and_then(self, later: Numbers) -> Numbers:
        """These rows and later ones."""
        if not len(later.values):
            return self
        values = np.concatenate([self.values, later.values])
        digest = together([self.digest, later.digest])
        return Numbers(values, self.count + later.count, digest)


class Rows(Database):
    """A connection through which rows are written with their digests, and read if they fit."""

    def __init__(self, path: Path, *, create: bool = False, reading: bool = False) -> None:
        super().__init__(path, create=create, reading=reading)
        self._digests: dict[str, bool] = {}  # whether a table has them

    def add(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, replacing those with the same key, each with its digest if it has one."""
        new = [as_stored(row) for row in rows]
        if not new:
            return
        if not self._has_digests(table):
            self._insert(table, new)
            return
        sealed = [(*row, digest_of(row)) for row in new]
        with self.at_once():
            if table in _KEYS:
                self._count(table, self._replaced(table, new), -1)
                self._count(table, sealed, +1)
            self._insert(table, sealed)

    def remove(self, table: str, where: str, values: Sequence[Any]) -> None:
        """Delete the rows for which something holds."""
        with self.at_once():
            if table in _KEYS and self._has_digests(table):
                gone = self.select(f"SELECT * FROM {table} WHERE {where}", values)
                self._count(table, gone, -1)
            self._execute(f"DELETE FROM {table} WHERE {where}", values)

    def rows(
        self, table: str, rest: str = "", values: Sequence[Any] = (), *, all_of: str | None = None
    ) -> list[tuple[Any, ...]]:
        """Rows as they were written, without their digests.

        Args:
            table: where they stand.
            rest: which of them, and in which order.
            values: of its marks.
            all_of: the name of the total that they make, if they are all there are.

        Raises:
            RunError: a row is not what was written, or one is missing.
        """
        query = f"SELECT * FROM {table} {rest}"
        if all_of is None:
            return checked(self._path, table, self.select(query, values))
        with self.at_one_moment():
            found, total = self.select(query, values), self.total(all_of)
        kept = checked(self._path, table, found)
        if total is not None and total != _total_of(found, WIDTHS[table]):
            raise self._missing(table)
        return kept

    def numbers(self, table: str, held: Numbers | None = None) -> Numbers:
        """All rows of a table of numbers by iteration; what is held already is not read again.

        Every row that is read must fit its digest, and all of them their total: where what is held
        does not belong to them, because training went back or the file is another, all are read.

        Args:
            table: where they stand.
            held: rows as this gave them before.

        Raises:
            RunError: a row is not what was written, or one is missing.
        """
        nothing = Numbers(np.empty((0, WIDTHS[table])))
        with self.at_one_moment():
            total = self.total(table)
            if held is not None and total is not None and held.count == len(held.values):
                found = held.and_then(self._numbers_after(table, held))
                if (found.count, found.digest) == total:
                    return found
            found = self._numbers_after(table, nothing)
        if total is not None and (found.count, found.digest) != total:
            raise self._missing(table)
        return found

    def numbers_between(self, table: str, first: int, last: int) -> Numbers:
        """Those of some iterations, the first and the last among them.

        Raises:
            RunError: a row is not what was written.
        """
        where = "WHERE iteration BETWEEN ? AND ? ORDER BY iteration"
        rows = self.select(f"SELECT * FROM {table} {where}", [first, last])
        return checked_numbers(self._path, table, rows)

    def total(self, name: str) -> tuple[int, int] | None:
        """Of the rows with digests: how many, and the digest of all; None without totals."""
        if not self._has_totals():
            return None
        found = self.select("SELECT count, digest FROM totals WHERE name = ?", [name])
        return found[0] if found else (0, 0)

    def add_digests(self) -> None:
        """Give rows that are added from now on digests, in a file from before there were any."""
        for table in WIDTHS:
            if not self._has_digests(table):
                self._execute(f"ALTER TABLE {table} ADD COLUMN digest INTEGER")
        self._digests.clear()

    def _has_digests(self, table: str) -> bool:
        if table not in WIDTHS:
            return False
        if table not in self._digests:
            columns = self.select("SELECT COUNT(*) FROM pragma_table_info(?)", [table])
            self._digests[table] = columns[0][0] > WIDTHS[table]
        return self._digests[table]

    def _has_totals(self) -> bool:
        if not self._digests.get("totals"):
            self._digests["totals"] = self.has("totals")
        return self._digests["totals"]

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(rows[0]))
        self._execute_many(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)

    def _replaced(self, table: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows there are under the keys of these; nearly always all are newer than any."""
        keys = _KEYS[table]
        at, found, newest = keys.index("iteration"), [], dict[Any, int]()
        for row in rows:
            if (of := row[:at]) not in newest:
                query = f"SELECT COALESCE(MAX(iteration), -1) FROM {table} {_where(keys[:at])}"
                newest[of] = self.select(query, of)[0][0]
            if row[at] <= newest[of]:
                found += self.select(f"SELECT * FROM {table} {_where(keys)}", row[: len(keys)])
        return found

    def _count(self, table: str, rows: Sequence[tuple[Any, ...]], by: int) -> None:
        """Let the totals have these rows, or have them no more."""
        names = [str(row[0]) if table == "measurements" else table for row in rows]
        for name in dict.fromkeys(names):
            of_it = [row for row, each in zip(rows, names, strict=True) if each == name]
            count, digest = _total_of(of_it, WIDTHS[table])
            before = self.total(name) or (0, 0)
            after = name, before[0] + by * count, together([before[1], digest])
            self._insert("totals", [after])

    def _numbers_after(self, table: str, held: Numbers) -> Numbers:
        last = held.values[-1, 0] if len(held.values) else -1
        where = "WHERE iteration > ? ORDER BY iteration"
        rows = self.select(f"SELECT * FROM {table} {where}", [int(last)])
        return checked_numbers(self._path, table, rows)

    def _missing(self, table: str) -> RunError:
        return RunError(damaged_history(self._path, f"rows are missing in its table {table}"))


def _where(keys: Sequence[str]) -> str:
    return "WHERE " + " AND ".join(f"{name} = ?" for name in keys) if keys else ""


def checked(path: Path, table: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows as they were written, without their digests; those of an earlier version have none.

    Raises:
        RunError: a row is not what was written.
    """
    width, kept = WIDTHS[table], []
    for row in rows:
        of, digest = row[:width], row[width:] or (None,)
        if len(row) > width + 1 or digest[0] not in (None, digest_of(of)):
            at = f"row {of[0]} of its table {table} is not what was written"
            raise RunError(damaged_history(path, at))
        kept.append(of)
    return kept


def checked_numbers(path: Path, table: str, rows: Sequence[tuple[Any, ...]]) -> Numbers:
    """Rows of numbers as they were written; a hundred thousand in a quarter of a second.

    Raises:
        RunError: a row is not what was written.
    """
    width = WIDTHS[table]
    try:
        values, digests = digests_of(rows, width)
        told = np.array([row[width] for row in rows], np.int64)
        if np.array_equal(told, digests) and all(len(row) == width + 1 for row in rows[:1]):
            return Numbers(values, len(rows), int(np.bitwise_xor.reduce(told)))
    except (struct.error, IndexError, TypeError, OverflowError):
        pass  # a number that is none, or a row without a digest: one by one
    kept = checked(path, table, rows)
    return Numbers(np.array(kept, np.float64).reshape(-1, width), *_total_of(rows, width))


def _total_of(rows: Sequence[tuple[Any, ...]], width: int) -> tuple[int, int]:
    """How many of the rows have digests, and the digest of all."""
    found = [row[width] for row in rows if len(row) > width and row[width] is not None]
    return len(found), together(found)
