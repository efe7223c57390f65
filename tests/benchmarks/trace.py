"""Recording every state over a text: speed and bytes beside a plain loop, and peak memory.

Speed, one text, batch 1:

ours  rnnviz.analysis.states.trace.trace: h, for the LSTM c, every gate and every loss.
loop  nn.RNNCell, nn.GRUCell or nn.LSTMCell with the same weights in a Python loop over one-hot
      characters under torch.no_grad; it keeps h, and for the LSTM c, and nothing else.

Both must agree over the first 200 characters.

Memory, an LSTM of 64 units, each measurement in a process of its own, above what stood there
before the text was read: `resident` counts mapped files too, which the system can take back at any
time; `private` does not. Linux only.

trace_blocks  all blocks taken and thrown away: what an endless text needs. 1,000,000 characters
              with --long.
save_trace    the same blocks written to an .npz file.

    python -m tests.benchmarks.trace [--long] [--quick] [--json] [--threads N]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.analysis.states.trace import trace, trace_blocks
from rnnviz.cells import Cell
from rnnviz.export.arrays import save_trace
from rnnviz.records import Trace
from tests.benchmarks.measure import (
    CELLS,
    Row,
    Table,
    in_turn,
    network_of,
    parser,
    random_text,
    report,
    vocabulary,
)
from tests.benchmarks.memory import Watch, size
from tests.benchmarks.peers import cell_of, record

CHECKED = 200
MEMORY_CELL: Cell = "lstm"
MEMORY_HIDDEN = 64
MEGABYTE = 1e6

SPEED_COLUMNS = {
    "cell": "",
    "hidden": "",
    "characters": ",",
    "rounds": "",
    "ours_characters/s": ",.0f",
    "loop_characters/s": ",.0f",
    "loop/ours": ".2f",
    "ours_bytes/character": ",.0f",
    "loop_bytes/character": ",.0f",
}
MEMORY_COLUMNS = {
    "work": "",
    "characters": ",",
    "seconds": ".1f",
    "recorded_MB": ".1f",
    "resident_MB": ".1f",
    "private_MB": ".1f",
}


def compare(cell: Cell, hidden: int, characters: int, seconds: float) -> Row:
    """Speed: one line of the table."""
    network, names, text = network_of(cell, hidden), vocabulary(), random_text(characters)
    modules = cell_of(network)
    ids = torch.from_numpy(names.encode(text).astype(np.int64))
    record_ours, record_loop = trace(network, names, text), loop(modules, ids)
    ours, theirs = record_ours.h[0, :CHECKED], record_loop[0][:CHECKED].numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-3)
    actions = {
        "ours": lambda: trace(network, names, text),
        "loop": lambda: loop(modules, ids),
    }
    rounds = in_turn(actions, seconds)
    return {
        "cell": cell,
        "hidden": hidden,
        "characters": characters,
        "rounds": len(rounds),
        **{f"{name}_characters/s": characters / rounds.median(name) for name in actions},
        "loop/ours": rounds.ratio("loop", "ours"),
        "ours_bytes/character": size(record_ours) / characters,
        "loop_bytes/character": sum(path.nbytes for path in record_loop) / characters,
    }


@torch.no_grad()
def loop(modules: nn.ModuleDict, ids: Tensor) -> list[Tensor]:
    """By path, h and for the LSTM c, all states (time, unit)."""
    return [torch.cat(states) for states in record(modules, ids)]


def measure_memory(work: str, characters: int, threads: int) -> Row:
    """Memory: one line of the table; to be run in a fresh process."""
    torch.set_num_threads(threads)
    network, names = network_of(MEMORY_CELL, MEMORY_HIDDEN), vocabulary()
    text = random_text(characters)
    trace(network, names, text[:CHECKED])  # loads what is loaded once
    watch, started = Watch(), time.perf_counter()
    _WORKS[work](watch.over(trace_blocks(network, names, text)), characters)
    return {
        "work": work,
        "cell": MEMORY_CELL,
        "hidden": MEMORY_HIDDEN,
        "characters": characters,
        "seconds": time.perf_counter() - started,
        "recorded_MB": watch.recorded / MEGABYTE,
        "resident_MB": watch.resident / MEGABYTE,
        "private_MB": watch.private / MEGABYTE,
    }


def _throw_away(blocks: Iterator[Trace], characters: int) -> None:
    for _ in blocks:
        pass


def _save(blocks: Iterator[Trace], characters: int) -> None:
    with TemporaryDirectory() as folder:
        save_trace(blocks, characters, Path(folder) / "trace.npz")


_WORKS = {"trace_blocks": _throw_away, "save_trace": _save}


def memory_rows(options: argparse.Namespace) -> list[Row]:
    """Every measurement in a process that has done nothing else."""
    if not Path("/proc/self/clear_refs").exists():
        return []
    jobs = [("trace_blocks", 20_000), ("save_trace", 20_000)]
    if not options.quick:
        jobs += [("trace_blocks", 200_000), ("save_trace", 200_000)]
    if options.long:
        jobs += [("trace_blocks", 1_000_000)]
    rows = []
    for work, characters in jobs:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            found = process.submit(measure_memory, work, characters, options.threads)
            rows.append(found.result())
    return rows


def main() -> None:
    """Compare speed at every size, then measure memory."""
    arguments = parser(__doc__)
    arguments.add_argument("--long", action="store_true", help="stream 1,000,000 characters too")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    characters, seconds = (1_000, 0.3) if options.quick else (20_000, 5.0)
    speed = [compare(cell, hidden, characters, seconds) for cell in CELLS for hidden in (128, 256)]
    memory = memory_rows(options)
    report(options, speed=Table(speed, SPEED_COLUMNS), memory=Table(memory, MEMORY_COLUMNS))


if __name__ == "__main__":
    main()
