"""The command `list` where columns, an order or JSON were asked for."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

from rnnviz.commands.speaking import DONE, say, table
from rnnviz.commands.streams import give
from rnnviz.runs.compared.columns import COLUMNS, USUAL, Column, Row, columns_of, sorted_by
from rnnviz.runs.index import RunIndex
from rnnviz.runs.store import runs_folder

_ALL = "all"


def list_by(options: argparse.Namespace) -> int:
    """One line a run, or one object."""
    columns = columns_of(_names(options.columns, as_json=options.json))
    rows = [Row(listed) for listed in RunIndex(runs_folder(options.runs)).look()]
    if options.sort:
        rows = sorted_by(options.sort, rows, descending=options.descending)
    elif options.descending:
        raise ValueError("--descending was given without --sort NAME; give that too.")
    if options.json:
        give(json.dumps({"runs": [_values(columns, row) for row in rows]}) + "\n")
    elif rows:
        _write(columns, rows)
    else:
        say("There are no runs yet.")
    return DONE


def _names(given: str | None, *, as_json: bool) -> Sequence[str]:
    if given is None:
        return [*COLUMNS] if as_json else USUAL
    return [*COLUMNS] if given == _ALL else [name.strip() for name in given.split(",")]


def _values(columns: Mapping[str, Column], row: Row) -> dict[str, object]:
    return {name: column.value(row) for name, column in columns.items()}


def _write(columns: Mapping[str, Column], rows: list[Row]) -> None:
    heads = tuple(column.head for column in columns.values())
    table([heads, *(tuple(column.said(row) for column in columns.values()) for row in rows)])
