"""What a worker says of its run, and what it can be asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from rnnviz.runs.documents import RunError, damaged_history

State = Literal[
    "created",
    "queued",
    "running",
    "paused",
    "stopped",
    "finished",
    "diverged",
    "failed",
    "imported",
]
Request = Literal["run", "pause", "stop"]

# What a worker says while it trains or waits to, and what it says last.
LIVING: tuple[State, ...] = ("queued", "running", "paused")
ENDED: tuple[State, ...] = ("stopped", "finished", "diverged", "failed")
# How the message of a queued run begins whose worker is loaded, but has no core.
IN_LINE = "waiting in line"


def standing(state: str, *, elsewhere: bool, read_only: bool) -> str:
    """How a run stands, in words.

    Args:
        state: of the run.
        elsewhere: whether another user or machine trains it.
        read_only: whether its files may not be written by who looks.

    Example:
        >>> standing("running", elsewhere=True, read_only=True)
        'running elsewhere, read only'
        >>> standing("diverged", elsewhere=False, read_only=False)  # as sentences have it
        'exploded'
    """
    said = "exploded" if state == "diverged" else state
    return said + " elsewhere" * elsewhere + ", read only" * read_only


@dataclass(frozen=True, slots=True)
class Status:
    """What a worker last said of its run.

    Attributes:
        state: as the worker wrote it; see `Run.status` for what it means after a crash.
        since: when the state began, in seconds since 1970.
        iteration: updates made.
        fraction: share of the budget spent.
        message: one sentence, where there is something to say.
        validation_loss: of the best snapshot in nats, once training has ended: on the whole
            held-out part, or 200,000 of its characters spread evenly. None again once training
            goes on.
    """

    state: str
    since: float
    iteration: int
    fraction: float
    message: str
    validation_loss: float | None


def status_of_row(path: Path, row: Sequence[Any]) -> Status:
    """A row of the table, if it is what a worker writes."""
    match row:
        case (
            str(state),
            float() | int() as since,
            int(iteration),
            float() | int() as fraction,
            str(message),
            None | float() | int() as loss,
        ) if state in get_args(State) and math.isfinite(since) and iteration >= 0:
            return Status(state, since, iteration, fraction, message, loss)
    raise RunError(damaged_history(path, "its status is none that a worker writes"))
