"""Small runs for a browser to look at, and an end of what trains beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.documents import RunError
from rnnviz.runs.locks import is_held
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from rnnviz.workers import supervisor
from rnnviz.workers.worker import work
from tests.conftest import wait_until

SPEECH = 'He said "to be" or not; she said "no more".\nThen they slept.\n' * 300


@contextmanager
def runs_folder(runs: Path) -> Iterator[Path]:
    """A folder of runs; no worker outlives it."""
    try:
        yield runs
    finally:
        end_workers(runs)


def end_workers(runs: Path) -> None:
    """Stop what trains there, and wait until it is gone."""
    for run in map(Run, find_folders(runs)):
        lock = run.folder.lock
        if is_held(lock):
            with suppress(RunError):  # it is about to end by itself
                supervisor.stop(run)
            wait_until(lambda lock=lock: not is_held(lock))


def trained(text: str, name: str, runs: Path, iterations: int = 20) -> Run:
    """A small run, trained in this process."""
    training = TrainingConfig(iterations=iterations, sequence_length=20, batch_size=4)
    run = Run.create(
        text, name=name, model=ModelConfig(hidden_size=24), training=training, runs=runs
    )
    work(run)
    return run


def endless(runs: Path) -> Run:
    """A run that trains for longer than anybody looks."""
    model, training = ModelConfig(hidden_size=32), TrainingConfig(seconds=36_000)
    run = Run.create(SPEECH, name="speech.txt", model=model, training=training, runs=runs)
    supervisor.start(run)
    wait_until(lambda: run.status.state == "running")
    return run
