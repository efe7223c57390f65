"""How long it takes to say which runs there are, and to read the text of none.

500 copies of a small run that has ended, in a folder of their own:

* the picker of the dashboard, at its first look, at later ones with nothing new, and while one run
  trains (its history is written between two looks);
* the table of all columns, at its first look and at later ones with nothing new;
* `python -m rnnviz list` in a process of its own, and the same over an empty folder: what Python
  and its packages take to load;
* the looks of a worker that waits in line: at the slots, five times a second, and at all runs for
  its place, every three seconds.

And of one run of 200,000 iterations: the first look at it, which reads and verifies all; a later
one with 100 iterations more; and its two charts by iteration. Processor time stands beside what
the clock says: others may be at work on the machine.

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
from rnnviz import plots
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.compared.columns import COLUMNS as RUN_COLUMNS
from rnnviz.runs.compared.roster import Roster
from rnnviz.runs.history import History
from rnnviz.runs.index import RunIndex
from rnnviz.runs.moment import Following
from rnnviz.runs.run import Run
from rnnviz.workers.queue import Slot, position
from rnnviz.workers.worker import work
from tests.benchmarks.measure import Row, Table, parser, report
from tests.runs.edited import without_digest

RUNS, NAMES = 500, 300
LONG, MORE = 200_000, 100
COLUMNS = {"measured": "", "median_ms": ".1f", "worst_ms": ".1f", "processor_ms": ".1f"}
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
    taken, spent = [], []
    for _ in range(rounds):
        before()
        started, processor = time.perf_counter(), time.process_time()
        action()
        taken.append(1000 * (time.perf_counter() - started))
        spent.append(1000 * (time.process_time() - processor))
    return {
        "measured": name,
        "median_ms": median(taken),
        "worst_ms": max(taken),
        "processor_ms": median(spent),
    }


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

    roster = Roster()

    def table(kept: Roster) -> None:
        for row in kept.rows(index.look()):
            [column.value(row) for column in RUN_COLUMNS.values()]

    def wait() -> None:
        Slot.any_free(folder)

    def place() -> None:
        position(newest.folder, index)

    return [
        timed("worker in line, slots", wait, rounds),
        timed("worker in line, place", place, rounds),
        timed("picker, first look", first, rounds),
        timed("picker, nothing new", again, rounds),
        timed("picker, one run written", again, rounds, train),
        timed("table, first look", lambda: table(Roster()), 3),
        timed("table, nothing new", lambda: table(roster), rounds, lambda: table(roster)),
        timed("list", lambda: list_runs(folder), rounds),
        timed("list of an empty folder", lambda: list_runs(folder / "nothing"), rounds),
    ]


def make_long(folder: Path, iterations: int) -> Run:
    """A run that trained for three iterations, and says that it trained for many."""
    how = TrainingConfig(iterations=3, sequence_length=5, batch_size=3)
    run = Run.create(TEXT, model=ModelConfig(hidden_size=5), training=how, runs=folder)
    work(run)
    record(run, range(4, iterations + 1))
    return run


def record(run: Run, iterations: range) -> None:
    """Let the run have made these iterations."""
    with History(run.folder.history) as history:
        made = [
            (at, 1.5 + 1 / at, 1 + at % 7 / 7, 1.0, 0.01, 15 * at, 0.01 * at) for at in iterations
        ]
        history.add("iterations", made)
        history.set_status("stopped", iterations[-1], 1.0)


def measure_long(folder: Path, iterations: int, rounds: int) -> list[Row]:
    """Opening a long run, following it, and drawing it."""
    run, following = make_long(folder, iterations), Following()
    now = following.look(run)
    ends = iter(range(iterations, iterations + MORE * (rounds + 1), MORE))

    def grow() -> None:
        end = next(ends)
        record(run, range(end + 1, end + MORE + 1))

    def charts() -> None:
        plots.loss(now.history, now.snapshots).to_json()
        plots.total_gradient_norm(now.history, 1.0).to_json()

    many = f"{iterations:,} iterations"
    return [
        timed(f"{many}, first look", lambda: Following().look(run).history, rounds),
        timed(f"{many}, {MORE} more", lambda: following.look(run).history, rounds, grow),
        timed(f"{many}, charts", charts, rounds),
    ]


def main() -> None:
    """Run the benchmark."""
    options = parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_runs(Path(folder), 20 if options.quick else RUNS)
        time.sleep(2.5)  # what has just been written is read again at every look
        rows = measure(Path(folder), 3 if options.quick else 15)
    with tempfile.TemporaryDirectory() as folder:
        rows += measure_long(Path(folder), 5_000 if options.quick else LONG, 5)
    report(options, runs=Table(rows, COLUMNS))


if __name__ == "__main__":
    main()
