"""A Dask cluster of real processes on this machine: a scheduler and two workers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import IO

from tests.conftest import ROOT, wait_until

_PLAIN = ("--no-dashboard",)
_ENDS_WITH_ITS_PARENT = """
import os, runpy, sys, threading
ends = lambda: (sys.stdin.read(), os._exit(1))
threading.Thread(target=ends, daemon=True).start()
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
_ALONE = ("--no-nanny", "--nthreads", "1", "--memory-limit", "0")


# On a machine that is busy with other work, minutes pass; whoever waits for ever is told at last.
wait_patiently = partial(wait_until, seconds=600.0)


@dataclass(frozen=True)
class DaskCluster:
    """Its processes, and where its scheduler answers."""

    address: str
    scheduler: Popen[bytes]
    workers: list[Popen[bytes]]


def ending_with_us(module: str, *arguments: str, errors: IO[bytes] | None = None) -> Popen[bytes]:
    """A Python module as a process, which ends when its stdin does: even where we are killed."""
    command = [sys.executable, "-c", _ENDS_WITH_ITS_PARENT, module, *arguments]
    return Popen(command, cwd=ROOT, stdin=PIPE, stdout=DEVNULL, stderr=errors)


@contextmanager
def dask_cluster(home: Path) -> Iterator[DaskCluster]:
    """Two workers of one thread each, whose disks of their own are in a folder."""
    told = home / "scheduler.json"
    with ExitStack() as stack:

        def start(what: str, *arguments: str) -> Popen[bytes]:
            log = stack.enter_context((home / f"{what}.log").open("ab"))
            module = f"distributed.cli.dask_{what}"
            process = stack.enter_context(ending_with_us(module, *_PLAIN, *arguments, errors=log))
            stack.callback(process.kill)
            return process

        where = ("--scheduler-file", str(told))
        scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0", *where)
        local = ("--local-directory", str(home / "dask"))
        workers = [start("worker", *_ALONE, *where, *local) for _ in range(2)]
        wait_patiently(lambda: told.exists() and bool(told.read_bytes()))
        yield DaskCluster(json.loads(told.read_text())["address"], scheduler, workers)
