"""The process that trains a run: it records everything and heeds pause, resume and stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnviz.runs.documents import RunError, read_tensors, write_tensors
from rnnviz.runs.ending import patience
from rnnviz.runs.history import History, State, pack
from rnnviz.runs.locks import hold
from rnnviz.runs.run import Run
from rnnviz.text.ngram import describe_counted
from rnnviz.text.windows import FINAL_VALIDATION_CHARACTERS, describe_fit
from rnnviz.workers.baseline import BaselineCount
from rnnviz.workers.queue import Slot, wait_for_slot
from rnnviz.workers.threads import thread_choice

if TYPE_CHECKING:
    from rnnviz.training.progress import Iteration, Progress, Snapshot
    from rnnviz.training.trainer import Trainer

_LOOK_SECONDS = 0.1
_WRITE_SECONDS = 0.25
_RESUME_SECONDS = 5.0
MOST_SNAPSHOTS = 60

Report = Callable[["Progress"], None]
Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a worker ended.

    Attributes:
        state: finished, stopped or diverged.
        message: one sentence.
        iteration: the best snapshot's, or the last one's where nothing is held out.
        train_loss: mean loss in nats over the last 100 iterations, None before the first.
        validation_loss: of that snapshot in nats, on the whole held-out part or 200,000 of its
            characters spread evenly; None where nothing is held out, and where somebody
            started the run again before it was known.
    """

    state: State
    message: str
    iteration: int
    train_loss: float | None
    validation_loss: float | None


def work(
    run: Run,
    *,
    report: Report = lambda progress: None,
    notice: Notice = lambda sentence: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Train a run from where it stands to the end of its budget.

    Args:
        run: a new run, or one that was stopped or interrupted.
        report: told every iteration and snapshot.
        notice: told what a person should know, in sentences.
        should_stop: asked at every iteration; True ends the run as "stopped".

    Raises:
        RunError: another process trains this run, or its folder refuses.
    """
    lock = hold(run.folder.lock, patience(run.folder.history))
    if lock is None:
        raise RunError(f"run {run.id} is already being trained by another process.")
    try:
        with History(run.folder.history) as history:
            worker = _Worker(run, history, report, notice, should_stop)
            try:
                return worker.work()
            except Exception as error:
                worker.fail(error)
                raise
            finally:
                worker.restore_threads()
    finally:
        lock.release()


class _Worker:
    def __init__(
        self,
        run: Run,
        history: History,
        report: Report,
        notice: Notice,
        should_stop: Callable[[], bool],
    ) -> None:
        self._run, self._history = run, history
        self._report, self._notice, self._should_stop = report, notice, should_stop
        self._trainer: Trainer | None = None
        self._slot: Slot | None = None
        self._unwritten: list[Iteration] = []
        self._looked = self._written = self._kept = 0.0
        self._asked = "run"
        self._threads: Generator[int, float, None] | None = None
        self._seconds = 0.0
        self._before: int | None = None
        self._counting: BaselineCount | None = None

    def work(self) -> Outcome:
        if self._history.status.state != "queued":  # else somebody may have asked already
            self._history.ask("run")
        if not self._take_turn():
            return self._end("stopped", self._stopped())
        trainer, counting = self._start()
        for progress in trainer.run():
            diverged = self._record(progress)
            self._report(progress)
            self._choose_threads(progress)
            counting.go_on()
            if diverged is not None:
                return self._end("diverged", diverged)
            stops = self._wants_stop() or (self._asked == "pause" and not self._pause())
            if stops and trainer.fraction < 1:
                if len(self._run.snapshots) < MOST_SNAPSHOTS:
                    self._record(trainer.snapshot())
                return self._end("stopped", self._stopped())
        return self._end("finished", "")

    def fail(self, error: Exception) -> None:
        """Leave a word behind, if the disk still takes one."""
        with suppress(RunError):
            self._say("failed", str(error) or repr(error))
        self._let_go()

    def restore_threads(self) -> None:
        """Leave the process as it was found."""
        if self._before is not None:
            import torch

            torch.set_num_threads(self._before)

    def _take_turn(self) -> bool:
        self._say("queued", "")
        self._slot = wait_for_slot(self._run.folder, self._say_place, self._wants_stop)
        if self._slot is None:
            return False
        self._history.set_held_out_loss(None)  # that of an earlier end
        self._say("running", "")  # before torch is loaded, so that the next in line moves up
        return True

    def _say_place(self, place: int) -> None:
        self._say("queued", f"waiting in line at position {place}.")
        self._notice(f"All cores are training; this run waits in line at position {place}.")

    def _start(self) -> tuple[Trainer, BaselineCount]:
        import torch

        from rnnviz.training.trainer import Trainer

        assert self._slot is not None
        # A run with a number of iterations can be repeated: one thread gives the same bits
        # whatever else the machine does. A run with a time limit takes what is quickest.
        self._before = torch.get_num_threads()
        torch.set_num_threads(1)
        if self._run.training_config.iterations is None:
            self._threads = thread_choice(lambda: self._slot.threads if self._slot else 1)
            next(self._threads)
        run, folder = self._run, self._run.folder
        ids = run.alphabet.encode(run.text)
        trainer = Trainer(run.vocabulary, ids, run.model_config, run.training_config)
        reached = self._go_back(trainer)
        self._history.forget_after(reached)
        folder.forget_after(reached)
        self._trainer, self._seconds = trainer, trainer.seconds
        self._tell_fit(trainer)
        self._counting = BaselineCount(self._history, ids, len(run.vocabulary))
        return trainer, self._counting

    def _go_back(self, trainer: Trainer) -> int:
        """Restore the last resume point; its iteration, or -1 where there is none."""
        resume = self._run.folder.resume
        if not resume.exists():
            return -1
        try:
            trainer.restore(*read_tensors(resume))
        except (KeyError, RuntimeError) as error:
            raise RunError(f"{resume} does not fit this run ({error}); train it again.") from error
        return trainer.iteration

    def _tell_fit(self, trainer: Trainer) -> None:
        training = self._run.training_config
        asked = training.batch_size, training.sequence_length
        if (sentence := describe_fit(trainer.windows, *asked)) is not None:
            self._tell(sentence)
        if (sentence := describe_counted(len(trainer.split.training))) is not None:
            self._tell(sentence)
        if not len(trainer.split.held_out):
            self._tell(
                "The text has under 10,000 characters, so none are held out: there is no "
                "validation loss."
            )

    def _tell(self, sentence: str) -> None:
        self._history.note("notice", sentence)
        self._notice(sentence)

    def _record(self, progress: Progress) -> str | None:
        """Write what happened; the sentence if training diverged."""
        from rnnviz.training.progress import Diverged, Iteration, Snapshot

        if isinstance(progress, Iteration):
            self._unwritten.append(progress)
            if time.monotonic() - self._written > _WRITE_SECONDS:
                self._write()
            if time.monotonic() - self._kept > _RESUME_SECONDS:
                self._keep()
        elif isinstance(progress, Snapshot):
            self._write_snapshot(progress)
        elif isinstance(progress, Diverged):
            return str(progress)
        return None

    def _choose_threads(self, progress: Progress) -> None:
        import torch

        from rnnviz.training.progress import Iteration

        if self._threads is None or self._trainer is None:
            return
        if isinstance(progress, Iteration):
            count = self._threads.send(self._trainer.seconds - self._seconds)
            if count != torch.get_num_threads():
                torch.set_num_threads(count)
        self._seconds = self._trainer.seconds

    def _write(self) -> None:
        """Everything since the last time, in one transaction."""
        if not self._run.folder.json.exists():
            raise RunError(f"run {self._run.id} was deleted while it was training.")
        rows, self._unwritten = self._unwritten, []
        with self._history.transaction():
            self._history.add("iterations", map(_iteration_row, rows))
            norms = [row for made in rows for row in pack(made.gradient_norms, made.iteration)]
            self._history.add("gradient_norms", norms)
            if rows:
                self._history.set_status("running", rows[-1].iteration, rows[-1].fraction)
        self._written = time.monotonic()

    def _write_snapshot(self, snapshot: Snapshot) -> None:
        write_tensors(self._run.folder.snapshot(snapshot.iteration), snapshot.weights)
        written = snapshot.sample
        row = snapshot.iteration, snapshot.validation_loss, written.prompt, written.text
        self._write()
        with self._history.transaction():
            self._history.add("snapshots", [row])
            self._history.add("by_lag", pack(snapshot.by_lag, snapshot.iteration))
        self._keep()

    def _keep(self) -> None:
        """A resume point: the history reaches at least as far before it is written."""
        assert self._trainer is not None
        self._write()
        write_tensors(self._run.folder.resume, *self._trainer.state())
        self._kept = time.monotonic()

    def _wants_stop(self) -> bool:
        if self._should_stop():
            return True
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self._asked, self._looked = self._history.request, time.monotonic()
        return self._asked == "stop"

    def _pause(self) -> bool:
        """Wait, the slot given to others, until asked to run (True) or to stop."""
        assert self._trainer is not None and self._slot is not None
        self._keep()
        self._say("paused", "")
        self._slot.release()
        while self._asked == "pause":
            if self._wants_stop():
                return False
            time.sleep(_LOOK_SECONDS)
        return self._take_turn()

    def _stopped(self) -> str:
        return f"stopped; `{self._run.resume_command}` goes on."

    def _end(self, state: State, message: str) -> Outcome:
        if self._trainer is not None:
            self._write()
            if state != "diverged":
                self._keep()
        # Who asked to stop is answered at once; a finished run says so when all is known.
        if state != "finished":
            self._say(state, message)
        recent = self._history.select(
            "SELECT AVG(loss) FROM (SELECT loss FROM iterations ORDER BY iteration DESC LIMIT 100)"
        )
        best = self._run.best_iteration if len(self._run.snapshots) else 0
        loss = self._judge(best, state)
        if state == "finished":
            self._say(state, message)
        self._let_go()
        return Outcome(state, message, best, recent[0][0], loss)

    def _judge(self, iteration: int, state: State) -> float | None:
        """Count what is left, and find the held-out loss, unless the run goes on meanwhile.

        None if the run was stopped before its turn came: that must not take a core either.
        """
        if self._trainer is None or self._counting is None:
            return None
        self._counting.finish(lambda: self._goes_on(state))
        if self._goes_on(state):
            return None
        self._trainer.network.parameters.load(self._run.model(iteration).parameters)
        loss = self._trainer.validation_loss(FINAL_VALIDATION_CHARACTERS)
        self._history.set_held_out_loss(loss)
        return loss

    def _goes_on(self, state: State) -> bool:
        """Whether somebody started the run again after the last word: that worker waits."""
        return state != "finished" and self._history.status.state != state

    def _let_go(self) -> None:
        if self._slot is not None:
            self._slot.release()

    def _say(self, state: State, message: str) -> None:
        at = self._trainer or self._history.status
        self._history.set_status(state, at.iteration, at.fraction, message)
        self._history.note(state, message)


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
