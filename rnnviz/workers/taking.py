"""Taking a run over: who trained it before is heard of no more, and can publish nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rnnviz.runs.documents import RunError
from rnnviz.runs.history import read_status
from rnnviz.runs.lease import dismiss
from rnnviz.runs.locks import hold
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.states import LIVING
from rnnviz.runs.store import listen_for_worker
from rnnviz.runs.whereabouts import LISTEN_SECONDS, Whereabouts

if TYPE_CHECKING:
    from filelock import FileLock

# How long a new worker waits for the lock of one that trains, and of one that has said its last
# word: it judges what it made before it lets the run go.
TRAINING_SECONDS = 10.0
ENDING_SECONDS = 30.0

Notice = Callable[[str], None]


def hold_run(folder: RunFolder, *, ends: bool = False) -> FileLock:
    """The lock of a run, waited for while the worker before ends.

    Args:
        folder: of the run.
        ends: whether that worker has to end, whatever it says.

    Raises:
        RunError: another process keeps it.
    """
    trains = not ends and read_status(folder.history).state in ("running", "paused")
    lock = hold(folder.lock, TRAINING_SECONDS if trains else ENDING_SECONDS)
    if lock is None:
        raise RunError(f"run {folder.id} is already being trained by another process.")
    return lock


def take_run_over(folder: RunFolder, notice: Notice, *, listens: bool = True) -> None:
    """Say where the run is trained from now on, once it is certain that it is not elsewhere.

    Args:
        folder: of the run, whose lock is held.
        notice: told what a person should know, in sentences.
        listens: whether a worker that is not seen from here is listened for.

    Raises:
        RunError: it is trained elsewhere.
    """
    living = listens and read_status(folder.history).state in LIVING
    if living and (where := listen_for_worker(folder)):
        notice(f"Nothing was heard of the worker {where} for {LISTEN_SECONDS:.0f} s; going on.")
    dismiss(folder)
    Whereabouts.here().tell(folder.lock)
