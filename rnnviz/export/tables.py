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
    names = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, names, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    with speaking_of(path):
        write_whole(followed(path), written.getvalue().encode("utf-8", "backslashreplace"))
