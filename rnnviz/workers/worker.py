"""The process that trains a run: it takes its turn, and heeds pause, resume and stop."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnviz.notation import counted, percent
from rnnviz.runs.documents import RunError
from rnnviz.runs.extending import check_trained_here
from rnnviz.runs.history import History
from rnnviz.runs.left_overs import finish_left_overs
from rnnviz.runs.locks import STARTING, take_over
from rnnviz.runs.run import Run
from rnnviz.runs.snapshots import read_weights
from rnnviz.runs.states import ENDED, IN_LINE, State
from rnnviz.runs.whereabouts import signs_of_life
from rnnviz.text.windows import FINAL_VALIDATION_CHARACTERS
from rnnviz.training.fit import fit_words
from rnnviz.workers.baseline import BaselineCount
from rnnviz.workers.queue import Slot, wait_for_slot
from rnnviz.workers.ranks import hand_out
from rnnviz.workers.recorder import Recorder
from rnnviz.workers.taking import Notice, hold_run, take_run_over
from rnnviz.workers.threads import Threads

if TYPE_CHECKING:
    from rnnviz.training.progress import Progress
    from rnnviz.training.ranks import Ranks
    from rnnviz.training.trainer import Trainer

_LOOK_SECONDS = 0.1
MOST_SNAPSHOTS = 60

Report = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a worker ended.

    Attributes:
        state: finished, stopped or diverged.
        message: one sentence.
        iteration: the best snapshot's, or the last one's where nothing is held out; None where
            there is none.
        train_loss: mean loss in nats over the last tenth of the iterations, 100 at most; None
            before the first.
        validation_loss: of that snapshot in nats, on the whole held-out part or 200,000 of its
            characters spread evenly; None where nothing is held out, and where somebody
            started the run again before it was known.
    """

    state: State
    message: str
    iteration: int | None
    train_loss: float | None
    validation_loss: float | None


def work(
    run: Run,
    *,
    report: Report = lambda progress: None,
    notice: Notice = lambda sentence: None,
    should_stop: Callable[[], bool] = lambda: False,
    ranks: Ranks | None = None,
) -> Outcome:
    """Train a run from where it stands to the end of its budget.

    Args:
        run: a new run, or one that was stopped or interrupted.
        report: told every iteration and snapshot.
        notice: told what a person should know, in sentences.
        should_stop: asked at every iteration; True ends the run as "stopped".
        ranks: the processes that train it together with this one, which is the first of them.

    Raises:
        RunError: another process trains this run, its folder refuses, or its network was trained
            elsewhere.
        RankError: one of those that train it together is gone.
    """
    check_trained_here(run.folder, run.description)
    folder = run.folder
    finish_left_overs(folder.path.parent)
    lock = hold_run(folder)
    try:
        take_run_over(folder, notice)
        take_over(folder.starting, os.environ.pop(STARTING, None))
        with signs_of_life(folder.lock), History(folder.history) as history:
            worker = _Worker(run, history, report, notice, should_stop, ranks)
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
        ranks: Ranks | None,
    ) -> None:
        self._run, self._history, self._ranks = run, history, ranks
        self._before = history.status_before
        self._report, self._notice, self._should_stop = report, notice, should_stop
        self._slot: Slot | None = None
        self._threads: Threads | None = None
        self._trainer: Trainer | None = None
        self._recorder: Recorder | None = None
        self._counting: BaselineCount | None = None
        self._looked, self._asked = 0.0, "run"
        self._ways_said = False

    def work(self) -> Outcome:
        if self._history.status.state != "queued":  # else somebody may have asked already
            self._history.ask("run")
        if not self._take_turn():
            return self._leave_line()
        return self._train(*self._start())

    def fail(self, error: Exception) -> None:
        """Leave a word behind, if the disk still takes one.

        Where training could not go on, all that is said of it stays as it was.
        """
        reason = str(error) or repr(error)
        with suppress(RunError):
            if self._recorder is None and self._before.state != "created":
                self._history.put_back(self._before)
                self._history.note("refused", reason)
            else:
                self._say("failed", reason)
        self._let_go()

    def restore_threads(self) -> None:
        """Leave the process as it was found."""
        if self._threads is not None:
            self._threads.restore()

    def _take_turn(self) -> bool:
        self._say("queued", "")
        self._slot = wait_for_slot(self._run.folder, self._say_place, self._leaves)
        if self._slot is None:
            return self._asked == "pause" and self._pause()
        if self._ranks is not None:
            self._slot.take_more(self._ranks.local - 1)
        self._say("running", "")  # before torch is loaded, so that the next in line moves up
        return True

    def _leave_line(self) -> Outcome:
        """Stopped before its turn came: a run that had ended before stays as it was."""
        before = self._before
        if before.state not in ENDED:
            return self._end("stopped", self._stopped())
        self._history.put_back(before)
        self._history.note("refused", message := "stopped while it waited in line; as it was.")
        train_loss = self._history.training_loss(before.iteration)
        return Outcome(before.state, message, self._best(), train_loss, before.validation_loss)

    def _say_place(self, place: int) -> None:
        self._say("queued", f"{IN_LINE} at position {place}.")
        self._notice(f"All cores are training; this run waits in line at position {place}.")

    def _start(self) -> tuple[Trainer, Recorder, BaselineCount]:
        from rnnviz.training.trainer import Trainer

        run = self._run
        self._threads = Threads(self._most_threads)
        ids = run.alphabet.encode(run.text)
        trainer = Trainer(run.vocabulary, ids, run.model_config, run.training_config, self._ranks)
        recorder = Recorder(run.folder, self._history, trainer)
        if not recorder.go_back() and run.description.origin is not None:
            trainer.begin_with(read_weights(run.folder, run.folder.beginning, run.description))
        raised = run.description.amendments
        if raised and trainer.iteration <= raised[-1].iteration:
            trainer.patience.renew()
        self._threads.serve(trainer)
        self._trainer, self._recorder = trainer, recorder
        self._history.set_validation_loss(None)  # that of an earlier end
        if recorder.notice is not None:
            self._tell(recorder.notice)
        for sentence in fit_words(trainer.windows, trainer.split, run.training_config):
            self._tell(sentence)
        if self._ranks is not None:
            hand_out(self._ranks, run, trainer)
        self._counting = BaselineCount(self._history, ids, len(run.vocabulary))
        return trainer, recorder, self._counting

    def _train(self, trainer: Trainer, recorder: Recorder, counting: BaselineCount) -> Outcome:
        from rnnviz.training.progress import Diverged, Iteration

        assert self._threads is not None
        seconds = trainer.seconds
        for progress in trainer.run():
            recorder.record(progress)
            self._report(progress)
            if isinstance(progress, Iteration):
                self._threads.adapt(trainer.seconds - seconds)
                self._say_ways(trainer)
            seconds = trainer.seconds
            counting.go_on()
            if isinstance(progress, Diverged):
                return self._end("diverged", str(progress))
            stops = self._wants_stop() or (self._asked == "pause" and not self._pause())
            if stops and not trainer.over:
                if len(self._run.snapshots) < MOST_SNAPSHOTS:
                    recorder.record(trainer.snapshot())
                return self._end("stopped", self._stopped())
        return self._end("finished", self._why_early(trainer))

    def _say_ways(self, trainer: Trainer) -> None:
        if not self._ways_said:
            self._history.note("computing", trainer.computing)
            self._ways_said = True

    def _why_early(self, trainer: Trainer) -> str:
        """Why a run is finished before its budget is spent; "" where it is spent."""
        if trainer.fraction == 1:
            return ""
        return (
            f"no lower validation loss in {counted(trainer.config.patience or 0, 'snapshot')}, so "
            f"training ended after {percent(trainer.fraction, 0)} of its budget."
        )

    def _most_threads(self) -> int:
        return self._slot.threads if self._slot and self._ranks is None else 1

    def _tell(self, sentence: str) -> None:
        self._history.note("notice", sentence)
        self._notice(sentence)

    def _wants_stop(self) -> bool:
        if self._should_stop():
            return True
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self._asked, self._looked = self._history.request, time.monotonic()
        return self._asked == "stop"

    def _leaves(self) -> bool:
        """Whether it shall wait in line no longer: to stop, or to pause."""
        return self._wants_stop() or self._asked == "pause"

    def _pause(self) -> bool:
        """Wait, the slot given to others, until asked to run (True) or to stop."""
        if self._recorder is not None:
            self._recorder.keep()
        self._say("paused", "")
        self._let_go()
        while self._asked == "pause":
            if self._wants_stop():
                return False
            time.sleep(_LOOK_SECONDS)
        return self._take_turn()

    def _stopped(self) -> str:
        return f"stopped; `{self._run.resume_command}` goes on."

    def _end(self, state: State, message: str) -> Outcome:
        if self._recorder is not None:
            self._recorder.write()
            if state != "diverged":
                self._recorder.keep()
            if state == "finished":
                self._recorder.finish()
        # Who asked to stop is answered at once; a finished run says so when all is known.
        if state != "finished":
            self._say(state, message)
        train_loss = self._history.training_loss(self._history.status.iteration)
        best = self._best()
        loss = self._judge(best, state)
        if state == "finished":
            self._say(state, message)
        self._let_go()
        return Outcome(state, message, best, train_loss, loss)

    def _best(self) -> int | None:
        return self._run.best_iteration if len(self._run.snapshots) else None

    def _judge(self, iteration: int | None, state: State) -> float | None:
        """Count what is left, and find the validation loss, unless the run goes on meanwhile.

        None if the run was stopped before its turn came: that must not take a core either.
        """
        if self._trainer is None or self._counting is None or iteration is None:
            return None
        self._counting.finish(lambda: self._goes_on(state))
        if self._goes_on(state):
            return None
        self._trainer.average.network.parameters.load(self._run.model(iteration).parameters)
        found = self._trainer.validation_losses(FINAL_VALIDATION_CHARACTERS)
        if found is None:
            return None
        nats, characters = found
        self._history.measure(iteration, "held_out", {"nats": nats, "characters": characters})
        loss = float(nats @ characters / characters.sum())
        self._history.set_validation_loss(loss)
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
