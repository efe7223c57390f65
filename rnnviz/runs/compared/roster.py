"""All runs as rows of a table, at the cost of what was written since the last look."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from rnnviz.runs.compared.columns import COLUMNS, Row
from rnnviz.runs.index import Listed
from rnnviz.runs.labels import label
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.states import LIVING
from rnnviz.storage import Stamp

_WORDS = ("run", "name", "text", "cell", "units", "state", "tags", "group")


class Roster:
    """The rows of many runs; what one has read of its files serves until these are written again.

    Example:
        >>> Roster().rows([])
        []
    """

    def __init__(self) -> None:
        self._known: dict[RunFolder, _Known] = {}

    def rows(self, listed: Iterable[Listed]) -> list[Row]:
        """A row for each run, in the same order.

        Args:
            listed: the runs, as an index has just found them.
        """
        before = self._known
        known = {run.folder: _read(run, before.get(run.folder)) for run in listed}
        self._known = known
        return [each.row for each in known.values()]


@dataclass(frozen=True, slots=True)
class _Known:
    """A row, and the stamp of its folder of weights, if any; whether it must be read again."""

    row: Row
    weights: Stamp | None = None
    settled: bool = False


def _read(run: Listed, before: _Known | None) -> _Known:
    """A row as it was, where its files are too; what a worker writes to has no rest.

    At all but its folder of weights the index has looked just now.
    """
    if run.error is not None or run.state in LIVING or run.stamps is None:
        return _Known(Row(run))
    found = Stamp.of(run.folder.snapshots)
    if (
        before is not None
        and before.settled
        and (before.weights, before.row.listed) == (found, run)
    ):
        return before
    return _Known(Row(run), found, found is None or found.is_settled(time.time_ns()))


def matching(rows: Iterable[Row], words: str) -> list[Row]:
    """The rows in which each of these words occurs, in small letters or large.

    Looked at is what tells runs apart in words: id, name, text, cell, units, state, tags, group,
    and what the run is called in lists to choose from.
    """
    wanted = words.casefold().split()
    return [row for row in rows if _has(row, wanted)]


def _has(row: Row, wanted: list[str]) -> bool:
    if not wanted:
        return True
    said = [*(COLUMNS[name].said(row) for name in _WORDS), label(row.listed, whole=True)]
    return all(word in " ".join(said).casefold() for word in wanted)
