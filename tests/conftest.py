"""What tests share: one thread, a folder of runs, a text, waiting without fixed sleeps."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import disk_usage
from subprocess import PIPE, Popen
from typing import Any

import pytest
import torch
from hypothesis import settings

from rnnviz.config import SamplingConfig
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from rnnviz.runs.whereabouts import Whereabouts
from rnnviz.training import probes
from rnnviz.workers.threads import cores, leave_cores

# The same examples at every run: a test that fails has to fail again.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

ROOT = Path(__file__).parents[1]
QUESTION = "To be, or not to be: that is the question.\n"
LONG = ("tests/browser/", "tests/workers/")
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30

Start = Callable[..., "Popen[str]"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: tests wait for browsers, servers, and workers."""
    return cores() + 1


def pytest_configure() -> None:
    """Ctrl-C is a KeyboardInterrupt, and what tests write stands in memory, where there is room.

    A shell that starts the suite beside other work has Ctrl-C ignored, here and in every process
    that tests start: those that press it would wait for ever.

    A run is written so that it survives a power cut, and each time waits some milliseconds for the
    disk: half of the time of tests that train. Memory is as good a folder, and does not wait.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if os.access(MEMORY, os.W_OK) and disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest begin first: none is left alone at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """No search for garbage looks through what is loaded for tests, then or later: it stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Poll until the condition holds; fail once the deadline has passed."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain"
        time.sleep(0.01)


def only_run(runs: Path) -> Run:
    """The one run there is."""
    (folder,) = find_folders(runs)
    return Run(folder)


def worker_of(run: Run) -> int:
    """The id of the process that trains a run."""
    where = Whereabouts.told(run.folder.lock)
    assert where is not None
    return where.process


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Tests are small: a second thread only waits, most of all beside other work."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def one_thread_of_numpy() -> None:
    """As above."""
    leave_cores()


@pytest.fixture(scope="module")
def short_samples() -> Iterator[None]:
    """Snapshots write 20 characters, not 200: that took most of the time of tests that train."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probes, "SNAPSHOT_SAMPLING", SamplingConfig(length=20))
        yield


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of runs, the default one of this process and its children."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("RNNVIZ_RUNS", str(folder))
    return folder


@pytest.fixture
def start_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts python with the arguments given; what still lives at the end of the test is killed.

    `redirected` is what a shell does to its streams, such as `2>&-`.
    """
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with ExitStack() as stack:

        def start(*arguments: str | Path, redirected: str = "", stderr: int = PIPE) -> Popen[str]:
            command = [sys.executable, *map(str, arguments)]
            shell = ["sh", "-c", f'exec "$@" {redirected}', "sh"] if redirected else []
            process = stack.enter_context(
                Popen([*shell, *command], stdout=PIPE, stderr=stderr, text=True)
            )
            stack.callback(process.kill)
            return process

        yield start
