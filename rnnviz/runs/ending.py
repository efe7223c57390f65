"""Workers that have said their last word: they judge what they made, and then let the run go."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rnnviz.runs.documents import RunError
from rnnviz.runs.history import ENDED, History

# How long a new worker waits for the lock of one that trains, and of one that is about to end.
TRAINING_SECONDS = 10.0
ENDING_SECONDS = 30.0
# Who deletes a run whose worker is about to end looks on meanwhile.
DELETE_SECONDS = 5.0


def patience(history: Path) -> float:
    """The seconds a new worker waits for the last one to let go of the run.

    Args:
        history: the file of the run.

    Raises:
        RunError: it is missing or damaged.
    """
    with History(history) as opened:
        trains = opened.status.state in ("running", "paused")
    return TRAINING_SECONDS if trains else ENDING_SECONDS


def has_ended(history: Path) -> bool:
    """Whether the last worker said its last word; False where the history is damaged.

    Args:
        history: the file of the run.
    """
    with suppress(RunError), History(history) as opened:
        return opened.status.state in ENDED
    return False
