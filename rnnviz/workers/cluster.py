"""Runs that a Dask cluster trains: what travels is the path of a run, and a few numbers back."""

from __future__ import annotations

import logging
import os
import platform
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rnnviz.runs.documents import RunError
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.recognition import is_run
from rnnviz.runs.run import Run
from rnnviz.workers.apart import work_apart
from rnnviz.workers.threads import set_waiting

_ANSWER_SECONDS = 10.0
_LOOK_SECONDS = 0.05
_RETRIES = 2  # on whichever worker is free, of a run that could not be trained


class Cluster:
    """A connection to the scheduler of a Dask cluster, whose workers see the same folder of runs.

    Args:
        address: of the scheduler, as tcp://HOST:8786.
        scratch: a folder on each worker's own disk; None takes that of temporary files.

    Raises:
        ValueError: the package is not installed.
        ConnectionError: no scheduler answers there.
    """

    def __init__(self, address: str, scratch: Path | None = None) -> None:
        if find_spec("distributed") is None:
            raise ValueError(
                "--dask needs the package distributed; `pip install 'rnnviz[cluster]'` installs it."
            )
        from distributed import Client

        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said here
        self._address, self._scratch = address, scratch
        self._futures: dict[str, Any] = {}
        self._cancelled = False
        try:
            self._client = Client(address, timeout=_ANSWER_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ConnectionError(
                f"no Dask scheduler answers at {address}; start one with `dask scheduler`, and "
                "workers with `dask worker`, or give its address"
            ) from error

    @property
    def workers(self) -> int:
        """How many workers there are now."""
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def begin(self, runs: Sequence[Run]) -> None:
        """Hand all of them over; they are trained even if nobody waits for them any more."""
        from distributed import fire_and_forget

        scratch = None if self._scratch is None else str(self._scratch.absolute())
        for run in runs:
            self._futures[run.id] = self._client.submit(
                train_run,
                str(run.folder.path.absolute()),
                scratch,
                key=f"rnnviz-{run.id}",
                retries=_RETRIES,
                pure=False,
            )
        fire_and_forget(list(self._futures.values()))

    def goes_on(self) -> bool:
        """Whether some are not at their end.

        Raises:
            ConnectionError: the scheduler is gone.
        """
        states = [future.status for future in self._futures.values()]
        if not self._cancelled and {"cancelled", "lost"} & set(states):
            raise ConnectionError(f"the Dask scheduler at {self._address} is gone.")
        return "pending" in states

    def cancel(self) -> None:
        """Let none begin any more; those that train have to be asked to stop."""
        self._cancelled = True
        if self._client.status == "running":
            self._client.cancel(list(self._futures.values()), force=True)
            self._wait_until_heard()

    def _wait_until_heard(self) -> None:
        """A worker that has not heard of it yet would go on with the next in its line."""
        keys = [future.key for future in self._futures.values()]
        deadline = time.monotonic() + _ANSWER_SECONDS
        with suppress(OSError, TimeoutError):  # the scheduler goes just now
            while any(self._client.run(_has_in_line, keys, on_error="ignore").values()):
                if time.monotonic() > deadline:
                    return
                time.sleep(_LOOK_SECONDS)

    def end(self) -> list[str]:
        """Leave the cluster; why runs could not be trained, a sentence each."""
        failed = {
            run: future.exception()
            for run, future in self._futures.items()
            if future.status == "error"
        }
        self._client.close(timeout=_ANSWER_SECONDS)
        return [f"Run {run} could not be trained: {error}" for run, error in failed.items()]


def _has_in_line(keys: Sequence[str], dask_worker: Any) -> bool:
    """Whether a worker of the cluster will take one of these next."""
    return any(task.key in keys for task in dask_worker.state.ready)


def train_run(path: str, scratch: str | None) -> dict[str, Any]:
    """What a worker of the cluster does: train one run on its own disk, and publish it.

    Args:
        path: of the folder of the run.
        scratch: see `work_apart`.

    Raises:
        RunError: the worker cannot see the run, or another process trains it.
    """
    from distributed import Reschedule, Status, get_worker

    set_waiting(os.environ)  # before torch is loaded
    worker = get_worker()
    if not is_run(Path(path)):
        raise RunError(
            f"{platform.node()} sees no run at {path}; the folder of runs must be on a disk that "
            "all workers share, under one path."
        )
    run = Run(RunFolder(Path(path)))

    def is_closing() -> bool:
        return worker.status not in (Status.running, Status.paused)

    if run.status.state != "finished":  # else its worker died while it said so
        where = None if scratch is None else Path(scratch)
        outcome = work_apart(run, where, should_stop=is_closing, takes_over=True)
        if outcome.state == "stopped" and is_closing():
            raise Reschedule
    status = run.status
    told = {"state": status.state, "iteration": status.iteration}
    return {"run": path, "validation_loss": status.validation_loss, **told}
