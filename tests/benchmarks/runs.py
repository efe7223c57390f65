"""How long it takes to say which runs there are, and to read the text of none.

500 copies of a small run that has ended, in a folder of their own:

* the picker of the dashboard, at its first look, at later ones with nothing new, and while one run
  trains (its history is written between two looks);
* `python -m rnnviz list` in a process of its own, and the same over an empty folder: what Python
  and its packages take to load.

Files are in the memory of the system: nothing is measured before all was read once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from statistics import median

from dashboard.sidebar import run_labels
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.history import History
from rnnviz.runs.index import RunIndex
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.benchmarks.measure import Row, Table, parser, report
from tests.runs.edited import without_digest

RUNS, NAMES = 500, 300
COLUMNS = {"measured": "", "median_ms": ".1f", "worst_ms": ".1f"}
TEXT = "to be, or not to be: that is the question. " * 250


def make_runs(folder: Path, number: int) -> None:
    """A run that has been trained for three iterations, and copies of it."""
    how = TrainingConfig(iterations=3, sequence_length=5, batch_size=3)
    run = Run.create(TEXT, model=ModelConfig(hidden_size=5), training=how, runs=folder)
    work(run)
    about = without_digest(run.folder.json)
    for copy in range(1, number):
        path = folder / f"text-lstm-20260102-{copy:06d}-000{copy:04x}"
        copytree(run.folder.path, path)
        named = about | {"name": f"Run {copy % NAMES}"}
        (path / "run.json").write_text(json.dumps(named))


def timed(
    name: str,
    action: Callable[[], object],
    rounds: int,
    before: Callable[[], object] = lambda: None,
) -> Row:
    """Milliseconds of an action, something else being done before each."""
    taken = []
    for _ in range(rounds):
        before()
        started = time.perf_counter()
        action()
        taken.append(1000 * (time.perf_counter() - started))
    return {"measured": name, "median_ms": median(taken), "worst_ms": max(taken)}


def list_runs(folder: Path) -> None:
    """The command, in a process of its own."""
    command = [sys.executable, "-m", "rnnviz", "list", "--runs", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measure(folder: Path, rounds: int) -> list[Row]:
    """Everything, in turn."""
    index = RunIndex(folder)
    (newest, *_) = index.look()

    def train() -> None:
        with History(newest.folder.history) as history:
            history.set_status("stopped", 3, 1.0)

    def first() -> None:
        run_labels(RunIndex(folder).look())

    def again() -> None:
        run_labels(index.look())

    return [
        timed("picker, first look", first, rounds),
        timed("picker, nothing new", again, rounds),
        timed("picker, one run written", again, rounds, train),
        timed("list", lambda: list_runs(folder), rounds),
        timed("list of an empty folder", lambda: list_runs(folder / "nothing"), rounds),
    ]


def main() -> None:
    """Run the benchmark."""
    options = parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_runs(Path(folder), 20 if options.quick else RUNS)
        time.sleep(2.5)  # what has just been written is read again at every look
        rows = measure(Path(folder), 3 if options.quick else 15)
    report(options, runs=Table(rows, COLUMNS))


if __name__ == "__main__":
    main()
