"""What the dashboard costs its server: one visitor's redraws, and many visitors at once.

Visitors are plain websocket clients, so that no browser takes the cores. They look at a run of an
LSTM, change page now and then, and between that click without pause, each when its last redraw is
there, while two other runs train (`--training`).

* one visitor (`--visitors 1`), by page: CPU time of the server for a first visit, for the same
  page again, and for a click (the middle and the worst of them), and what is sent for it;
* all visitors: redraws, and how long each took from the click until its last message.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from dashboard.navigation import PAGES
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.runs.locks import is_held
from rnnviz.runs.run import Run
from rnnviz.workers import supervisor
from rnnviz.workers.worker import work
from tests.benchmarks.dashboard import server
from tests.benchmarks.measure import Row, Table, parser, report
from tests.benchmarks.visitor import Visitor, visitor
from tests.conftest import wait_until

NAMES = [page.name for page in PAGES]
CLICKS_A_PAGE = 8
ALONE = {"page": "", **{f"{what}_ms": ".0f" for what in ("first", "again", "click", "worst")}}
ALONE |= {"first_kB": ".0f", "again_kB": ".0f", "errors": ""}
TOGETHER = {"visitors": "", "redraws": "", "polls": "", "errors": ""}
TOGETHER |= {f"{what}_s": ".2f" for what in ("median", "p95", "worst")}
TOGETHER |= {"server_ms_each": ".0f", "seconds": ".0f"}


def cpu_seconds(process: int) -> float:
    """What a process has computed so far, all its threads together."""
    return time.clock_gettime((~process << 3) | 2)


async def alone(url: str, query: str, process: int, clicks: int) -> list[Row]:
    """One visitor on every page; the process is the server's."""
    async with visitor(url, query) as first:  # torch is loaded, and nothing else waits for it
        await first.open(NAMES[1])
    rows = []
    for seed, page in enumerate(NAMES):
        async with visitor(url, query, seed) as one:
            spent: dict[str, list[float]] = {"first": [], "again": [], "click": []}
            sent: dict[str, list[int]] = {"first": [], "again": [], "click": []}
            doings = [("first", one.open(page))]
            doings += [("again", one.again()) for _ in range(clicks)]
            doings += [("click", one.click()) for _ in range(clicks)]
            for what, doing in doings:
                before, bytes_before = cpu_seconds(process), one.received
                await doing
                spent[what].append(1000 * (cpu_seconds(process) - before))
                sent[what].append(one.received - bytes_before)
            row: Row = {f"{what}_ms": median(found) for what, found in spent.items()}
            row |= {f"{what}_kB": median(found) / 1000 for what, found in sent.items()}
            rows.append({"page": page, **row, "worst_ms": max(spent["click"])})
            rows[-1]["errors"] = len(one.errors)
    return rows


async def clicking(one: Visitor, seed: int, end: float) -> tuple[list[float], int]:
    """Clicks without pause until an end: seconds of each redraw, and how many polls there were."""
    took, polls, number = [], 0, 0
    while time.monotonic() < end:
        if number % CLICKS_A_PAGE == 0:
            took.append(await one.open(NAMES[(seed + number // CLICKS_A_PAGE) % len(NAMES)]))
        else:
            polls += await one.poll() is not None
            took.append(await one.click())
        number += 1
    return took, polls


async def together(url: str, query: str, process: int, count: int, seconds: float) -> Row:
    """Many visitors for so long."""
    end, before = time.monotonic() + seconds, cpu_seconds(process)
    errors: list[str] = []

    async def visit(seed: int) -> tuple[list[float], int]:
        async with visitor(url, query, seed) as one:
            found = await clicking(one, seed, end)
            errors.extend(one.errors)
            return found

    found = await asyncio.gather(*map(visit, range(count)))
    took = [seconds for each, _ in found for seconds in each]
    polls = sum(polls for _, polls in found)
    row: Row = {"visitors": count, "redraws": len(took), "polls": polls, "errors": len(errors)}
    row |= {"median_s": median(took), "p95_s": quantiles(took, n=20)[-1], "worst_s": max(took)}
    spent = 1000 * (cpu_seconds(process) - before) / (len(took) + polls)
    return row | {"server_ms_each": spent, "seconds": seconds, "what": errors}


@contextmanager
def training(runs: Path, count: int) -> Iterator[None]:
    """So many runs that train meanwhile."""
    text = find_corpus("play").read().text
    going = [
        Run.create(text, training=TrainingConfig(seconds=900), runs=runs) for _ in range(count)
    ]
    for run in going:
        supervisor.start(run)
    wait_until(lambda: all(len(run.snapshots) > 2 for run in going), 60)
    try:
        yield
    finally:
        for run in going:
            supervisor.stop(run)
        wait_until(lambda: not any(is_held(run.folder.lock) for run in going), 60)


def looked_at(runs: Path) -> Run:
    """A run that has trained for a while, to look into."""
    text = find_corpus("play").read().text
    model, iterations = ModelConfig(hidden_size=128), TrainingConfig(iterations=200)
    run = Run.create(text, model=model, training=iterations, runs=runs)
    work(run)
    return run


def measure(runs: Path, options: argparse.Namespace) -> tuple[list[Row], list[Row]]:
    """One visitor on every page, or several at once."""
    run = looked_at(runs) if options.run is None else Run.open(options.run)
    query = f"run={run.id}"
    clicks, seconds = (2, 3.0) if options.quick else (5, options.seconds)
    runs = run.folder.path.parent
    with server(runs) as (url, process):
        if options.visitors < 2:
            return asyncio.run(alone(url, query, process, clicks)), []
        with training(runs, options.training):
            return [], [asyncio.run(together(url, query, process, options.visitors, seconds))]


def main() -> None:
    """Run the benchmark."""
    options = parser(__doc__)
    options.add_argument("--visitors", type=int, default=20, help="at once (default: 20)")
    options.add_argument("--seconds", type=float, default=60, help="they click (default: 60)")
    options.add_argument("--training", type=int, default=2, help="runs meanwhile (default: 2)")
    options.add_argument("--run", type=Path, help="to look into (default: one trained for this)")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        single, many = measure(Path(folder), given)
    if single:
        report(given, alone=Table(single, ALONE))
    else:
        report(given, together=Table(many, TOGETHER))


if __name__ == "__main__":
    main()
