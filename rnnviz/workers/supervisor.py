"""Starting workers in processes of their own, and asking them to pause, go on or stop."""

from __future__ import annotations

from subprocess import DEVNULL

from rnnviz.runs import lease
from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.extending import check_trained_here
from rnnviz.runs.history import History
from rnnviz.runs.locks import STARTING, handed_on
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.resume_point import read_resume_point
from rnnviz.runs.run import Run
from rnnviz.runs.states import LIVING, Request
from rnnviz.runs.whereabouts import Whereabouts
from rnnviz.storage import appended, share
from rnnviz.workers.ready import Ready
from rnnviz.workers.spawning import spawn

_TRAINED = "run {} is already being trained by another process."


def start(run: Run, ready: Ready | None = None) -> None:
    """Train a run in a process of its own, which outlives this one.

    A new run starts; a stopped or interrupted one goes on from its last resume point. Where all
    cores are taken, the worker waits in line. One that has ended, but has not let the run go yet,
    hurries, and the new one waits for it.

    Args:
        run: the run.
        ready: a worker that is kept ready, if there is one: it begins sooner.

    Raises:
        RunError: the run is already training, or cannot go on; it stays as it was then.
    """
    check_trained_here(run.folder, run.description)
    status = run.status
    if status.unseen:
        raise RunError(status.message)
    if status.state in LIVING:
        raise RunError(_TRAINED.format(run.id))
    with handed_on(run.folder.starting) as handle, History(run.folder.history) as history:
        if handle is None:
            raise RunError(_TRAINED.format(run.id))
        before = history.status
        read_resume_point(run.folder, history)  # or nothing is said, and nothing started
        Whereabouts.here().tell(run.folder.lock)
        history.ask("run")
        history.set_status(
            "queued", before.iteration, before.fraction, "waiting for its worker to load."
        )
        try:
            _start_worker(run.folder, handle, ready)
        except BaseException:
            history.put_back(before)
            raise


def _start_worker(folder: RunFolder, handle: int, ready: Ready | None) -> None:
    """A process that is handed the lock by which others see that it is loading."""
    with speaking_of(folder.log), appended(folder.log) as log:
        share(folder.log)
        if ready is None or not ready.train(folder.path, handle, log.fileno()):
            spawn(
                *("train", "--resume", str(folder.path)),
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                env={STARTING: str(handle)},
                pass_fds=[handle],
            )


def pause(run: Run) -> None:
    """Ask the worker to pause; it keeps its memory, and gives its core to others."""
    _ask(run, "pause")


def resume(run: Run) -> None:
    """Let a paused worker go on; start a worker where there is none, or one that only ends."""
    if run.status.state in LIVING:
        _ask(run, "run")
    else:
        start(run)


def stop(run: Run) -> None:
    """Ask the worker to stop after this iteration; the run can go on later."""
    _ask(run, "stop")


def _ask(run: Run, request: Request) -> None:
    state = run.status.state
    if state not in LIVING:
        raise RunError(f"run {run.id} is not being trained now ({state}).")
    if not lease.ask(run.folder, request):
        with History(run.folder.history) as history:
            history.ask(request)
