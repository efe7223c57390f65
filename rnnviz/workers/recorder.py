"""What a worker writes of its training: iterations, snapshots, and points to go on from.

The history reaches at least as far as the resume point that claims it, whenever the process dies.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from rnnviz.runs.description import FORMAT, change, read_description
from rnnviz.runs.documents import RunError, speaking_of, write_tensors
from rnnviz.runs.history import History
from rnnviz.runs.locks import hold
from rnnviz.runs.packing import measured
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.resume_point import read_resume_point, settle, take_place, unfit
from rnnviz.runs.snapshots import record_snapshot, write_weights
from rnnviz.storage import is_folder, is_left_over

if TYPE_CHECKING:
    from rnnviz.training.progress import Iteration, Progress, Snapshot
    from rnnviz.training.trainer import Trainer

_WRITE_SECONDS = 0.25
_RESUME_SECONDS = 5.0


class Recorder:
    """Writes what one trainer does into the folder of its run.

    Attributes:
        notice: what a person should know of the point that training goes on from, if anything.

    Nothing is written until `go_back` has brought the trainer where the run stands.
    """

    def __init__(self, folder: RunFolder, history: History, trainer: Trainer) -> None:
        self._folder, self._history, self._trainer = folder, history, trainer
        self._unwritten: list[Iteration] = []
        self._written = self._kept = 0.0
        self.notice: str | None = None

    def go_back(self) -> bool:
        """Restore the last resume point, if there is one, and forget what was recorded after it.

        A run from before is of this version's format from then on: an older one could not read
        what is added, and shall say so.

        Raises:
            RunError: the resume point is damaged or missing, or not of this run; nothing has been
                changed then.
        """
        if not is_folder(self._folder.snapshots):
            raise RunError(f"{self._folder.snapshots} is no folder, or a link; put a folder there.")
        reached = self._restore()
        if read_description(self._folder).format < FORMAT:
            change(self._folder, format=FORMAT)
        self._history.make_tables()
        self._history.forget_after(reached)
        self._delete_after(reached)
        return reached >= 0

    def record(self, progress: Progress) -> None:
        """Write what happened: iterations after a while, several at once, snapshots now."""
        from rnnviz.training.progress import Iteration, Snapshot

        if isinstance(progress, Iteration):
            self._unwritten.append(progress)
            if time.monotonic() - self._written > _WRITE_SECONDS:
                self.write()
            if time.monotonic() - self._kept > _RESUME_SECONDS:
                self.keep()
        elif isinstance(progress, Snapshot):
            self._write_snapshot(progress)

    def write(self) -> None:
        """Everything since the last time, in one transaction."""
        with self._writing():
            pass

    def keep(self) -> None:
        """A resume point: the history reaches as far, on the disk, before it takes its place."""
        with self._next_point():
            pass

    def finish(self) -> None:
        """Nothing will go on: the resume point before the last is of no use."""
        with speaking_of(self._folder.path):
            self._folder.resume_before.unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, with the iterations since the last time."""
        if not self._folder.json.exists():
            raise RunError(f"run {self._folder.id} was deleted while it was training.")
        rows, self._unwritten = self._unwritten, []
        with self._history.transaction():
            self._history.add("iterations", map(_iteration_row, rows))
            self._history.add("measurements", chain.from_iterable(map(_norm_rows, rows)))
            if rows:
                self._history.set_status("running", rows[-1].iteration, rows[-1].fraction)
            yield
        self._written = time.monotonic()

    @contextmanager
    def _next_point(self) -> Iterator[None]:
        """One step: what is recorded inside, and the resume point after it, or neither.

        The point is written beside the last one. The transaction that claims it decides; from then
        on it is the one to go on from, whether or not it has its name yet.
        """
        arrays, values = self._trainer.state()
        digest = write_tensors(self._folder.resume_next, arrays, values)
        with self._writing():
            yield
            self._history.claim(self._trainer.iteration, digest)
        self._history.sync()
        take_place(self._folder)
        self._kept = time.monotonic()

    def _restore(self) -> int:
        """The iteration of the last resume point, to which the trainer returns; -1 for none."""
        point = read_resume_point(self._folder, self._history)
        if point is None:
            return -1
        try:
            self._trainer.restore(point.arrays, point.values)
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise unfit(self._folder, f"it does not fit this run: {error}") from error
        self.notice = point.notice
        settle(self._folder, point)
        return self._trainer.iteration

    def _delete_after(self, iteration: int) -> None:
        """Delete later snapshots, and what a worker that was killed left half written."""
        with speaking_of(self._folder.path):
            later = self._folder.snapshots_there().items()
            for path in [path for at, path in later if at > iteration]:
                path.unlink()
        if (lock := hold(self._folder.json_lock)) is not None:  # else somebody writes just now
            with speaking_of(self._folder.path):
                for path in filter(is_left_over, self._folder.half_written()):
                    path.unlink(missing_ok=True)
            lock.release()

    def _write_snapshot(self, snapshot: Snapshot) -> None:
        write_weights(self._folder, snapshot)
        with self._next_point():
            record_snapshot(self._history, snapshot)


def _iteration_row(made: Iteration) -> tuple[int | float, ...]:
    return (
        made.iteration,
        made.loss,
        made.total_gradient_norm,
        made.clip_factor,
        made.learning_rate,
        made.characters,
        made.seconds,
    )


def _norm_rows(made: Iteration) -> list[tuple[str, int, str, str, bytes]]:
    rows = measured(made.iteration, "window", made.gradient_norms)
    if made.parameter_norms is not None:
        rows += measured(made.iteration, "parameters", {"norms": made.parameter_norms})
    return rows
