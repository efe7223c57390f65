"""Taking a run over: who trained it before is heard of no more, and can publish nothing of it."""

from __future__ import annotations

from collections.abc import Callable

from rnnviz.runs.history import read_status
from rnnviz.runs.lease import dismiss
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.states import LIVING
from rnnviz.runs.store import listen_for_worker
from rnnviz.runs.whereabouts import LISTEN_SECONDS, Whereabouts

Notice = Callable[[str], None]


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
