"""What a run is doing now: what its worker wrote, and whether that worker still lives.

A worker that said it trains, or waits to, lives if its lock is held, or that of a worker which is
loading: the system lets both go when a process ends, however it ends, and no clock is asked. Where
neither is held, it depends on where the worker said it is:

* on this machine, or on this machine before it was started again, or nowhere (a run of an earlier
  version): it is dead, and the run interrupted;
* elsewhere: nothing is known. Locks of other machines are not seen on most network file systems.
  The run is said to be running elsewhere, by whom, on which machine, and when it last gave a sign;
  it is never taken for dead by that. Who goes on with it, or deletes it, listens first, and is
  refused if there is a sign of life meanwhile.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from rnnviz.runs.documents import RunError, read_tensors
from rnnviz.runs.history import read_status
from rnnviz.runs.locks import is_held
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.states import ENDED, IN_LINE, LIVING, Status, standing
from rnnviz.runs.store import resume_command
from rnnviz.runs.whereabouts import LISTEN_SECONDS, Whereabouts, is_fresh, last_heard

# Of the worker of a run: it lives or has said its last word; it ended without; it may do either.
Life = Literal["known", "lost", "unseen"]


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
        elsewhere: by whom and where it is trained, if that is another user or machine; else "".
        unseen: whether nothing can be known from here of whether it still is.
        reachable: whether what is asked of it reaches a worker that publishes from another disk.
        read_only: whether its files may not be written by who looks.
    """

    state: str
    iteration: int
    fraction: float
    message: str
    validation_loss: float | None = None
    finishing: bool = False
    elsewhere: str = ""
    unseen: bool = False
    reachable: bool = False
    read_only: bool = False

    @property
    def standing(self) -> str:
        """How it stands, in words.

        Example:
            >>> RunStatus("running", 3, 0.1, "", elsewhere="by ada on lab-2").standing
            'running elsewhere'
        """
        return standing(self.state, elsewhere=bool(self.elsewhere), read_only=self.read_only)

    @property
    def in_line(self) -> bool:
        """Whether its worker waits until others let a core go.

        Example:
            >>> RunStatus("queued", 0, 0.0, "waiting in line at position 2.").in_line
            True
        """
        return self.state == "queued" and self.message.startswith(IN_LINE)

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
    return told(folder, *last_word(folder, read_status(folder.history)))


def told(folder: RunFolder, written: Status, life: Life) -> RunStatus:
    """The same by what the worker said last, and whether it lives; see `last_word`."""
    return replace(_told(folder, written, life), read_only=folder.is_read_only)


def last_word(folder: RunFolder, written: Status) -> tuple[Status, Life]:
    """What the worker said last, and whether it lives, as far as can be known.

    Args:
        folder: of the run.
        written: what it had said a moment ago.

    Raises:
        RunError: the history is missing or damaged.
    """
    if written.state in LIVING and not _is_alive(folder, written):
        # Read again after the lock was seen free: the worker may have ended in between.
        written = read_status(folder.history)
        if written.state in LIVING:
            where = Whereabouts.told(folder.lock)
            return written, "lost" if where is None or where.is_in_sight else "unseen"
    return written, "known"


def elsewhere(folder: RunFolder, written: Status) -> str:
    """By whom and where a run is trained, if that is another user or machine; else ""."""
    if written.state not in LIVING:
        return ""
    where = Whereabouts.told(folder.lock)
    return where.words if where is not None and where.is_elsewhere else ""


def _told(folder: RunFolder, written: Status, life: Life) -> RunStatus:
    """The same, but for whether its files may be written."""
    if life == "lost":
        return _interrupted(folder, written)
    where = elsewhere(folder, written)
    if life == "unseen":
        message = _unseen(folder, where)
        more = written.iteration, written.fraction, message
        reachable = bool(folder.publishers())
        return RunStatus(written.state, *more, elsewhere=where, unseen=True, reachable=reachable)
    stopped = written.state == "stopped" and written.fraction < 1
    return RunStatus(
        written.state,
        written.iteration,
        written.fraction,
        f"stopped; {_goes_on(folder)}." if stopped else written.message,
        written.validation_loss,
        finishing=written.state in ENDED and is_held(folder.lock),
        elsewhere=where,
    )


def _is_alive(folder: RunFolder, written: Status) -> bool:
    """Whether a worker is there, or one that was started and is still loading."""
    return is_held(folder.lock) or (written.state == "queued" and is_held(folder.starting))


def _unseen(folder: RunFolder, where: str) -> str:
    if is_fresh(folder.lock):
        return f"trained {where}, last heard of {last_heard(folder.lock)}."
    goes_on = _goes_on(folder)
    if not folder.is_read_only:
        goes_on = f"if that machine is gone, {goes_on}, once it has heard nothing for "
        goes_on += f"{LISTEN_SECONDS:.0f} s"
    return (
        f"trained {where}, last heard of {last_heard(folder.lock)}; whether it still is cannot be "
        f"seen from here; {goes_on}."
    )


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
