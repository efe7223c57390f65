"""What a worker writes of its training: iterations, snapshots, and points to go on from.

The history reaches at least as far as the resume point that claims it, whenever the process dies.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rnnviz.runs.description import read_description, write_description
from rnnviz.runs.documents import RunError, read_tensors, speaking_of, write_tensors
from rnnviz.runs.history import History
from rnnviz.runs.paths import RunFolder
from rnnviz.storage import is_left_over

if TYPE_CHECKING:
    from rnnviz.training.progress import Iteration, Progress, Snapshot
    from rnnviz.training.trainer import Trainer

_WRITE_SECONDS = 0.25
_RESUME_SECONDS = 5.0


class Recorder:
    """Writes what one trainer does into the folder of its run.

    Nothing is written until `go_back` has brought the trainer where the run stands.
    """

    def __init__(self, folder: RunFolder, history: History, trainer: Trainer) -> None:
        self._folder, self._history, self._trainer = folder, history, trainer
        self._unwritten: list[Iteration] = []
        self._written = self._kept = 0.0

    def go_back(self) -> None:
        """Restore the last resume point, and forget what was recorded after it.

        A run from before is of this version's format from then on: an older one could not read
        what is added, and shall say so.

        Raises:
            RunError: the resume point is damaged, or not of this run.
        """
        reached = self._restore() if self._folder.resume.exists() else -1
        if not self._history.has("measurements"):
            write_description(self._folder, read_description(self._folder))
        self._history.make_tables()
        self._history.forget_after(reached)
        self._delete_after(reached)

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
        if not self._folder.json.exists():
            raise RunError(f"run {self._folder.id} was deleted while it was training.")
        rows, self._unwritten = self._unwritten, []
        with self._history.transaction():
            self._history.add("iterations", map(_iteration_row, rows))
            for made in rows:
                self._history.measure(made.iteration, "window", made.gradient_norms)
            if rows:
                self._history.set_status("running", rows[-1].iteration, rows[-1].fraction)
        self._written = time.monotonic()

    def keep(self) -> None:
        """A resume point: the history reaches at least as far before it is written."""
        self.write()
        write_tensors(self._folder.resume, *self._trainer.state())
        self._kept = time.monotonic()

    def _restore(self) -> int:
        """The iteration of the last resume point, to which the trainer returns."""
        resume = self._folder.resume
        try:
            self._trainer.restore(*read_tensors(resume))
        except (KeyError, ValueError, RuntimeError) as error:
            raise RunError(f"{resume} does not fit this run ({error}); train it again.") from error
        return self._trainer.iteration

    def _delete_after(self, iteration: int) -> None:
        """Delete later snapshots, and what a worker that was killed left half written."""
        with speaking_of(self._folder.path):
            for path in self._folder.snapshots.glob("*.safetensors"):
                if int(path.stem) > iteration:
                    path.unlink()
            for folder in (self._folder.path, self._folder.snapshots):
                for path in filter(is_left_over, folder.glob(".*.part")):
                    path.unlink(missing_ok=True)

    def _write_snapshot(self, snapshot: Snapshot) -> None:
        write_tensors(self._folder.snapshot(snapshot.iteration), snapshot.weights)
        written = snapshot.sample
        row = snapshot.iteration, snapshot.validation_loss, written.prompt, written.text
        self.write()
        with self._history.transaction():
            self._history.add("snapshots", [row])
            for name, arrays in snapshot.measurements.items():
                self._history.measure(snapshot.iteration, name, arrays)
        self.keep()


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
