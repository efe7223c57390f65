"""Tables as files of comma-separated values, for any spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnviz.storage import followed, speaking_of, write_whole


def save_table(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write rows under the names of their values, UTF-8; what is None stays empty.

    Args:
        rows: values by name; a row need not have all.
        path: the .csv file.

    Raises:
        StorageError: it cannot be written; what was there before stays as it was.
    """
    with speaking_of(path):
        write_whole(followed(path), table_bytes(rows))


def table_bytes(rows: Sequence[Mapping[str, Any]]) -> bytes:
    r"""What such a file holds.

    Example:
        >>> table_bytes([{"run": "hamlet", "nats": 1.5}, {"run": "lear", "nats": None}])
        b'run,nats\nhamlet,1.5\nlear,\n'
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, names, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode("utf-8", "backslashreplace")
