"""The table of a unit: whatever the characters are, it is read back as it was."""

from __future__ import annotations

import csv
import io

import numpy as np

from dashboard.inspection.unit_values import unit_values
from rnnviz.records import Trace

TEXT = 'a,"\r\n\t \0=가😀\ud800;b'


def test_the_table_is_read_back_as_it_was() -> None:
    random = np.random.default_rng(5)
    h = random.normal(size=(2, len(TEXT), 3)).astype(np.float32)
    loss = np.append(random.exponential(size=len(TEXT) - 1), np.nan).astype(np.float32)
    none = np.zeros((len(TEXT), 1))
    trace = Trace(TEXT, np.arange(len(TEXT), dtype=np.uint8), h, None, {}, loss, none, none)
    made = unit_values(trace, h[1, :, 2], start=1200).decode("utf-8", "surrogatepass")
    rows = list(csv.DictReader(io.StringIO(made, newline="")))
    assert list(rows[0]) == ["position", "character", "value", "next_loss_nats"]
    assert [int(row["position"]) for row in rows] == list(range(1200, 1200 + len(TEXT)))
    assert "".join(row["character"] for row in rows) == TEXT
    assert [np.float32(row["value"]) for row in rows] == h[1, :, 2].tolist()
    assert [np.float32(row["next_loss_nats"]) for row in rows[:-1]] == loss[:-1].tolist()
    assert rows[-1]["next_loss_nats"] == ""
