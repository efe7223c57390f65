"""All tables of a run as files: comma-separated values, or Parquet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rnnviz.runs.recorded import Table
from rnnviz.storage import folder_to_fill, followed, lacking, speaking_of, whole_file, write_whole

if TYPE_CHECKING:
    import pandas as pd

_Write = Callable[[BinaryIO, Table, "Iterable[pd.DataFrame]"], None]


def save_csv(tables: Sequence[Table], folder: Path) -> list[Path]:
    """Write each table that has a row as a .csv file; what is not known stays empty.

    Numbers are written so that they are the same when they are read. What each column is, and in
    which unit, stands in columns.csv.

    Args:
        tables: of a run.
        folder: made where there is none.

    Raises:
        StorageError: a file cannot be written; what was there before stays as it was.
        RunError: the run is damaged.
    """
    import pandas as pd

    written = _save(tables, folder, "csv", _write_csv)
    there = {path.stem for path in written}
    rows = [
        (table.name, *told)
        for table in tables
        if table.name in there
        for told in table.columns.items()
    ]
    path = followed(folder) / "columns.csv"
    with speaking_of(path):
        write_whole(
            path,
            pd.DataFrame(rows, columns=["table", "column", "meaning"]).to_csv(index=False).encode(),
        )
    return [*written, path]


def save_parquet(tables: Sequence[Table], folder: Path, about: Mapping[str, str]) -> list[Path]:
    """Write each table that has a row as a .parquet file, whose columns say their units.

    Each column has the metadata `meaning`, and the file `rnnviz`: JSON of what it is about.

    Args:
        tables: of a run.
        folder: made where there is none.
        about: whose they are, by name.

    Raises:
        ValueError: pyarrow is missing.
        StorageError: a file cannot be written; what was there before stays as it was.
        RunError: the run is damaged.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise lacking("pyarrow", "Parquet files") from error

    def write(file: BinaryIO, table: Table, pieces: Iterable[pd.DataFrame]) -> None:
        found = (pyarrow.Table.from_pandas(piece, preserve_index=False) for piece in pieces)
        first = next(found)
        schema = pyarrow.schema(
            [each.with_metadata({"meaning": table.columns[each.name]}) for each in first.schema],
            {**(first.schema.metadata or {}), b"rnnviz": json.dumps(dict(about)).encode()},
        )
        with pyarrow.parquet.ParquetWriter(file, schema) as writer:
            for piece in chain([first], found):
                writer.write_table(piece.cast(schema))

    return _save(tables, folder, "parquet", write)


def _save(tables: Sequence[Table], folder: Path, ending: str, write: _Write) -> list[Path]:
    written = []
    with folder_to_fill(folder) as there:
        for table in tables:
            pieces = (piece for piece in table.pieces() if len(piece))
            if (first := next(pieces, None)) is None:
                continue
            path = there / f"{table.name}.{ending}"
            with speaking_of(path), whole_file(path) as file:
                write(file, table, chain([first], pieces))
            written.append(path)
    return written


def _write_csv(file: BinaryIO, _: Table, pieces: Iterable[pd.DataFrame]) -> None:
    for number, piece in enumerate(pieces):
        piece.to_csv(file, index=False, header=not number, lineterminator="\n")
