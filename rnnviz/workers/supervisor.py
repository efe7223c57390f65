"""Starting workers in processes of their own, and asking them to pause, go on or stop."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.history import History
from rnnviz.runs.locks import STARTING, handed_on
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.resume_point import read_resume_point
from rnnviz.runs.run import Run
from rnnviz.runs.states import LIVING, Request
from rnnviz.runs.whereabouts import Whereabouts
from rnnviz.storage import appended, share
from rnnviz.workers.threads import set_waiting

_TRAINED = "run {} is already being trained by another process."


def start(run: Run) -> None:
    """Train a run in a process of its own, which outlives this one.

    A new run starts; a stopped or interrupted one goes on from its last resume point. Where all
    cores are taken, the worker waits in line. One that has ended, but has not let the run go yet,
    hurries, and the new one waits for it.

    Raises:
        RunError: the run is already training, or cannot go on; it stays as it was then.
    """
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
        history.set_status("queued", before.iteration, before.fraction, "starting.")
        try:
            _start_worker(run.folder, handle)
        except BaseException:
            history.put_back(before)
            raise


def _start_worker(folder: RunFolder, handle: int) -> None:
    """A process that inherits the lock by which others see that it is loading."""
    command = [sys.executable, "-m", "rnnviz", "train", "--resume", str(folder.path)]
    with speaking_of(folder.log), appended(folder.log) as log:
        share(folder.log)
        worker = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment() | {STARTING: str(handle)},
            start_new_session=True,
            pass_fds=[handle],
        )
    # Somebody has to wait for a child that ended, or it stays in the process table.
    Thread(target=worker.wait, daemon=True).start()


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


def _environment() -> dict[str, str]:
    """This process's own, and where rnnviz is: it need be neither installed nor near."""
    environment = dict(os.environ)
    set_waiting(environment)
    home = str(Path(__file__).parents[2])
    known = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = os.pathsep.join([home, known] if known else [home])
    return environment


def _ask(run: Run, request: Request) -> None:
    state = run.status.state
    if state not in LIVING:
        raise RunError(f"run {run.id} is not being trained now ({state}).")
    with History(run.folder.history) as history:
        history.ask(request)
