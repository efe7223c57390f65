"""Training on a disk of one's own, published to a folder of runs that others share.

SQLite must not write on a disk that several machines share: what it keeps beside a file is made for
one machine. So a run is fetched, trained on this machine's own disk, and published in whole files.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.history import History, read_status
from rnnviz.runs.lease import Lease, asked_last, dismiss, lay_down
from rnnviz.runs.left_overs import being_made, finish_left_overs
from rnnviz.runs.locks import is_held
from rnnviz.runs.naming import while_made
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.recognition import is_run
from rnnviz.runs.run import Run
from rnnviz.runs.states import LIVING, Request
from rnnviz.runs.store import delete, find_folders
from rnnviz.runs.whereabouts import signs_of_life
from rnnviz.storage import Stamp, is_file
from rnnviz.workers.publishing import Publisher
from rnnviz.workers.taking import Notice, hold_run, take_run_over
from rnnviz.workers.worker import Outcome, Report, work

if TYPE_CHECKING:
    from rnnviz.training.ranks import Ranks

_QUIET_SECONDS = 3600.0  # after which a copy without a worker is of one that was killed


def work_apart(
    run: Run,
    scratch: Path | None = None,
    *,
    report: Report = lambda progress: None,
    notice: Notice = lambda sentence: None,
    should_stop: Callable[[], bool] = lambda: False,
    ranks: Ranks | None = None,
    takes_over: bool = False,
) -> Outcome:
    """Train a run as `work` does, but on another disk; the run's folder gets whole files.

    It gets them at every snapshot, at least every 30 s, and when the state changes; snapshots that
    come quicker than about a second apart come together.

    Args:
        run: where others look.
        scratch: a folder on this machine's own disk, in which this user gets a folder of their own;
            None takes that of temporary files.
        report: told every iteration and snapshot.
        notice: told what a person should know, in sentences.
        should_stop: asked at every iteration; True ends the run as "stopped".
        ranks: see `work`.
        takes_over: whether one who publishes the run is replaced, alive or not; it then stops.

    Raises:
        RunError: another process trains this run or has taken it over, or a folder refuses.
    """
    home = Path(scratch or tempfile.gettempdir()) / f"rnnviz-{os.getuid()}"
    with _lease(run.folder, notice, takes_over=takes_over) as lease, _fetched(run, home) as mine:
        publisher = Publisher(mine.folder, lease)

        def stops() -> bool:
            publisher.check()
            return should_stop()

        with publisher.at_work():
            return work(mine, report=report, notice=notice, should_stop=stops, ranks=ranks)


class _Fetched(Run):
    """A copy of a run, which speaks of the run itself."""

    shown: RunFolder

    @property
    def resume_command(self) -> str:
        """What goes on with the run that was copied."""
        return Run(self.shown).resume_command


@contextmanager
def _lease(folder: RunFolder, notice: Notice, *, takes_over: bool) -> Iterator[Lease]:
    """The right to publish the run, with the lock that is seen on this machine."""
    asked: Request = asked_last(folder) if takes_over else "run"
    if replaces := takes_over and bool(folder.publishers()):
        dismiss(folder)
    lock = hold_run(folder, ends=replaces)
    try:
        take_run_over(folder, notice, listens=not replaces)
        lease = Lease.take(folder, asked)
        try:
            with signs_of_life(folder.lock):
                lay_down(folder.history)
                yield lease
        finally:
            lease.give_back()
    finally:
        lock.release()


@contextmanager
def _fetched(run: Run, scratch: Path) -> Iterator[Run]:
    """A copy of the run on this machine's own disk, for as long as it is trained."""
    _clear(scratch, run.id)
    mine = RunFolder(scratch / run.id)
    hidden = RunFolder(scratch / while_made(run.id))
    with being_made(hidden):
        _copy(run.folder, hidden)
        with speaking_of(mine.path):
            hidden.path.rename(mine.path)
    try:
        copy = _Fetched(mine)
        copy.shown = run.folder
        yield copy
    finally:
        with suppress(RunError):
            delete(mine)


def _copy(shown: RunFolder, mine: RunFolder) -> None:
    alone = (shown.json, shown.text, shown.truth, shown.beginning)
    points = (shown.resume, shown.resume_next, shown.resume_before)
    for path in (*alone, *points, *shown.snapshots_there().values()):
        with speaking_of(path):
            if is_file(path):
                copyfile(path, mine.path / path.relative_to(shown.path))
    with History(shown.history, reading=True) as history:
        history.copy_to(mine.history)
    with History(mine.history) as history:
        history.ask("run")


def _clear(scratch: Path, run_id: str) -> None:
    """Make the folder, for this user alone; what killed workers left in it goes."""
    with speaking_of(scratch):
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        if scratch.stat().st_uid != os.getuid():
            raise RunError(f"{scratch} is another user's; choose another folder with --scratch.")
    finish_left_overs(scratch)
    if is_run(scratch / run_id):
        delete(RunFolder(scratch / run_id))
    for folder in find_folders(scratch):
        with suppress(RunError):
            if _is_left(folder):
                delete(folder)


def _is_left(folder: RunFolder) -> bool:
    found = Stamp.of(folder.lock) or Stamp.of(folder.path)
    quiet = found is not None and time.time() - found.written / 1e9 > _QUIET_SECONDS
    return quiet and not is_held(folder.lock) and read_status(folder.history).state in LIVING
