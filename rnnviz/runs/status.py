"""What a run is doing now: what its worker wrote, and whether that worker still lives."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

from rnnviz.runs.documents import RunError, read_tensors
from rnnviz.runs.history import read_status
from rnnviz.runs.locks import is_held
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.states import ENDED, LIVING, Status
from rnnviz.runs.store import resume_command

_LOADING_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What a run is doing now.

    Attributes:
        state: created (nobody has ever started it, and perhaps nobody will), queued, running,
            paused, stopped, finished, diverged, failed, or interrupted: its worker ended without
            saying so.
        iteration: updates made.
        fraction: share of the budget spent.
        message: one sentence, where there is something to say.
        validation_loss: of the best snapshot in nats, once training has ended; None where nothing
            is held out, and again once training goes on.
        finishing: the state is stopped, finished, diverged or failed, but for some seconds the
            worker is still there: it finds the baseline and the validation loss.
    """

    state: str
    iteration: int
    fraction: float
    message: str
    validation_loss: float | None = None
    finishing: bool = False

    @property
    def alive(self) -> bool:
        """Whether more is to come without anybody's doing: a worker is there, or is loading.

        Example:
            >>> RunStatus("running", 3, 0.1, "").alive, RunStatus("created", 0, 0.0, "").alive
            (True, False)
            >>> RunStatus("stopped", 3, 0.1, "", finishing=True).alive
            True
        """
        return self.finishing or self.state in LIVING


def status_of(folder: RunFolder) -> RunStatus:
    """The status of the run in a folder.

    Raises:
        RunError: the history is missing or damaged.
    """
    written, lost = last_word(folder, read_status(folder.history))
    if lost:
        return _interrupted(folder, written)
    stopped = written.state == "stopped" and written.fraction < 1
    return RunStatus(
        written.state,
        written.iteration,
        written.fraction,
        f"stopped; {_goes_on(folder)}." if stopped else written.message,
        written.validation_loss,
        finishing=written.state in ENDED and is_held(folder.lock),
    )


def last_word(folder: RunFolder, written: Status) -> tuple[Status, bool]:
    """What the worker said last, and whether it was lost since: it trains or waits no longer.

    Args:
        folder: of the run.
        written: what it had said a moment ago.

    Raises:
        RunError: the history is missing or damaged.
    """
    if written.state in LIVING and not _is_alive(folder, written):
        # Read again after the lock was seen free: the worker may have ended in between.
        written = read_status(folder.history)
        return written, written.state in LIVING
    return written, False


def _is_alive(folder: RunFolder, written: Status) -> bool:
    """Whether a worker is there, or was started just now and is still loading."""
    loading = written.state == "queued" and time.time() - written.since < _LOADING_SECONDS
    return loading or is_held(folder.lock)


def _interrupted(folder: RunFolder, now: Status) -> RunStatus:
    goes_on = _goes_on(folder, f" from {_kept(folder)}")
    message = f"interrupted at iteration {now.iteration:,}; {goes_on}."
    return RunStatus("interrupted", now.iteration, now.fraction, message)


def _goes_on(folder: RunFolder, whence: str = "") -> str:
    """How to go on, as it stands where the folder lies now."""
    if folder.is_read_only:
        return "it is read only here, so nothing goes on with it"
    return f"`{resume_command(folder)}` goes on{whence}"


def _kept(folder: RunFolder) -> str:
    """The words for where training would go on."""
    with suppress(RunError):
        kept = read_tensors(folder.resume).values.get("iteration")
        if isinstance(kept, int):
            return f"iteration {kept:,}"
    return "its last resume point" if folder.resume.exists() else "the beginning"
