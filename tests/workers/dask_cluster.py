"""A Dask cluster of real processes on this machine: a scheduler and two workers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen

from tests.conftest import ROOT, wait_until

_PLAIN = ("--no-dashboard",)
_ALONE = ("--no-nanny", "--nthreads", "1", "--memory-limit", "0")


@dataclass(frozen=True)
class DaskCluster:
    """Its processes, and where its scheduler answers."""

    address: str
    scheduler: Popen[bytes]
    workers: list[Popen[bytes]]


@contextmanager
def dask_cluster(home: Path) -> Iterator[DaskCluster]:
    """Two workers of one thread each, whose disks of their own are in a folder."""
    told = home / "scheduler.json"
    with ExitStack() as stack:

        def start(what: str, *arguments: str) -> Popen[bytes]:
            command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *_PLAIN, *arguments]
            log = stack.enter_context((home / f"{what}.log").open("ab"))
            process = Popen(command, cwd=ROOT, stdout=DEVNULL, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        where = ("--scheduler-file", str(told))
        scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0", *where)
        local = ("--local-directory", str(home / "dask"))
        workers = [start("worker", *_ALONE, *where, *local) for _ in range(2)]
        wait_until(lambda: told.exists() and bool(told.read_bytes()))
        yield DaskCluster(json.loads(told.read_text())["address"], scheduler, workers)
