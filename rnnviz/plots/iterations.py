"""Iterations along an axis: a place for iteration 0 among logarithms, and never too many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.plots.log_axis import whole_ticks

MAX_POINTS = 2000
_SHOWN = 1000

# Where iteration 0 stands on a logarithmic axis; its tick says so.
ZERO_PLACE = 0.5
_ZERO_TICK = "0<br>(start)"
# Pixels under an axis with that tick, and one row of legend.
BOTTOM = 97


def places(iterations: Sequence[int] | NDArray[Any], log: bool) -> NDArray[np.float64]:
    """Where iterations stand: at their number, but iteration 0 at one half on a log axis.

    Example:
        >>> places([0, 1, 20], log=True).tolist(), places([0, 20], log=False).tolist()
        ([0.5, 1.0, 20.0], [0.0, 20.0])
    """
    found = np.asarray(iterations, dtype=np.float64)
    return np.where(found == 0, ZERO_PLACE, found) if log else found


def axis(first: int, last: int, log: bool) -> dict[str, Any]:
    """The settings of an axis of iterations.

    On a logarithmic axis the ticks are written out, that of iteration 0 among them.

    Example:
        >>> axis(0, 150, log=True)["tickvals"], axis(0, 150, log=True)["ticktext"]
        ([0.5, 1, 10, 100], ['0<br>(start)', '1', '10', '100'])
    """
    if not log:
        return {"title": {"text": "iteration"}, "tickformat": ",d", "rangemode": "tozero"}
    ticks: list[float] = [*whole_ticks(first, last, leading=[1])]
    if len(ticks) < 2:
        ticks = [*whole_ticks(first, last)]
    zero = [ZERO_PLACE] if first == 0 else []
    begin, end = (float(np.log10(places([end], log=True)[0])) for end in (first, max(last, 1)))
    pad = 0.03 * max(end - begin, 0.3)
    return {
        "title": {"text": "iteration"},
        "type": "log",
        "tickangle": 0,
        "range": [begin - pad, end + pad],
        "tickvals": zero + ticks,
        "ticktext": [_ZERO_TICK] * len(zero) + [f"{tick:,}" for tick in ticks],
    }


def chosen_rows(values: ArrayLike, log: bool, shown: int = _SHOWN) -> NDArray[np.intp]:
    """Which rows of a long history are shown: all up to 2,000, else about 1,000 of them.

    Of every stretch, the lowest and the highest: nothing is averaged, and no peak is lost. The
    stretches are as long as each other, or as long in the logarithm; the first row and the last
    are shown too.

    Args:
        values: what is shown of each row.
        log: the axis.
        shown: how many rows at most.

    Example:
        >>> values = np.zeros(9000)
        >>> values[[700, 5000]] = 1, -1
        >>> chosen_rows([3, 1, 2], log=False).tolist(), chosen_rows(values, False, 6).tolist()
        ([0, 1, 2], [0, 700, 4500, 5000, 8999])
    """
    known = np.asarray(values, np.float64)
    rows = len(known)
    if rows <= MAX_POINTS:
        return np.arange(rows)
    stretches = max(1, (shown - 2) // 2)
    ends = np.geomspace(1, rows, stretches + 1) - 1 if log else np.linspace(0, rows, stretches + 1)
    begins = np.unique(np.round(ends[:-1]).astype(np.intp))
    parts = np.split(known, begins[1:])
    lowest = [int(np.where(np.isnan(part), np.inf, part).argmin()) for part in parts]
    highest = [int(np.where(np.isnan(part), -np.inf, part).argmax()) for part in parts]
    return np.unique([0, *(begins + lowest), *(begins + highest), rows - 1]).astype(np.intp)


def chosen_iterations(
    iterations: Sequence[int] | NDArray[Any], most: int, always: Collection[int] = ()
) -> list[int]:
    """At most this many of the iterations, first and last among them, evenly between.

    Args:
        iterations: those there are.
        most: how many are chosen at most.
        always: those that must be among them, fewer than `most`; the others are chosen evenly.

    Raises:
        ValueError: one of `always` is not there.

    Example:
        >>> chosen_iterations([0, 1, 2, 3, 4, 5, 6], 3)
        [0, 3, 6]
        >>> chosen_iterations([0, 1, 2, 3, 4, 5, 6], 3, always=[1])
        [0, 1, 6]
    """
    known = np.unique(np.asarray(iterations, dtype=np.int64))
    for iteration in always:
        if iteration not in known:
            raise ValueError(
                f"{iteration} is not among the iterations of the table: {known.tolist()}."
            )
    if len(known) > most:
        kept = np.unique(np.asarray(list(always), dtype=np.int64))
        others = np.setdiff1d(known, kept)
        evenly = np.linspace(0, len(others) - 1, most - len(kept))
        known = np.union1d(kept, others[np.round(evenly).astype(np.intp)])
    return [int(iteration) for iteration in known]


def of_all(shown: int, rows: int) -> str:
    """What a legend adds where not every iteration is shown.

    Example:
        >>> of_all(1000, 54321), of_all(30, 30)
        (' (1,000 of 54,321 iterations)', '')
    """
    return "" if shown == rows else f" ({shown:,} of {rows:,} iterations)"


def stretches_words(shown: int, rows: int) -> str:
    """What a subtitle adds where not every iteration is shown; "" where each is.

    Example:
        >>> stretches_words(1000, 54321)
        '1,000 of 54,321 iterations are shown, of every stretch the lowest and the highest.'
    """
    if shown == rows:
        return ""
    return (
        f"{shown:,} of {rows:,} iterations are shown, of every stretch the lowest and the highest."
    )
