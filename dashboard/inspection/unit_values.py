"""One unit's values over a text as a table to take away."""

from __future__ import annotations

import csv
import io

import numpy as np

from rnnviz.records import Floats, Trace


def unit_values(trace: Trace, values: Floats, start: int) -> bytes:
    r"""A line of CSV for every character: where it stands, what it is, the value, the loss.

    Args:
        trace: the text and its losses in nats, each of predicting the next character; where there
            is none, the cell is empty.
        values: of one unit after reading each character (time).
        start: position of the trace's first character in the whole text.

    Example:
        >>> h, loss = np.array([[[0.5], [-1.0]]]), np.array([0.25, np.nan])
        >>> trace = Trace("a,", np.array([0, 1]), h, None, {}, loss, h, h)
        >>> unit_values(trace, h[0, :, 0], start=7).decode().splitlines()
        ['position,character,value,next_loss_nats', '7,a,0.5,0.25', '8,",",-1.0,']
    """
    table = io.StringIO(newline="")
    write = csv.writer(table).writerow
    write(("position", "character", "value", "next_loss_nats"))
    for place, (character, value, loss) in enumerate(
        zip(trace.text, values, trace.loss, strict=True), start
    ):
        write((place, character, value, "" if np.isnan(loss) else loss))
    return table.getvalue().encode("utf-8", "surrogatepass")
