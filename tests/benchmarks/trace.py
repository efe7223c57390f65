"""Recording every state over a text: speed and bytes beside a plain loop, and peak memory.

Speed, one text, batch 1:

ours  rnnviz.analysis.states.trace.trace: h, for the LSTM c, every gate and every loss.
loop  nn.RNNCell, nn.GRUCell, nn.LSTMCell or MinGRUCell with the same weights in a Python loop over
      one-hot characters under torch.no_grad; it keeps h, and for the LSTM c, and nothing else.

Both must agree over the first 200 characters.

Long texts, 200,000 characters in parallel streams, against `ours` over 20,000, which are read
character by character:

all     the same recorded of every character.
states  h, for the LSTM c, and every loss.

Their error is the largest difference of states where streams meet; `off`, that from the exact
trace over the first 20,000 characters.

Memory, an LSTM of 64 units (256 with --long), each measurement in a process of its own, above what
stood there before the text was read: `resident` counts mapped files too, which the system can take
back at any time; `private` does not. Linux only.

stored  states as int8, and as float16 where nothing bounds them, on the disk.
saved   every state in full on the disk, then copied into an .npz file.

    python -m tests.benchmarks.trace [--long] [--quick] [--json] [--threads N]
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.analysis.states.stored import stored_trace
from rnnviz.analysis.states.trace import trace
from rnnviz.cells import Cell
from rnnviz.export.arrays import save_trace
from rnnviz.recurrent.char_rnn import CharRNN
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
LONG = 10  # times as many characters as are read exactly
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
LONG_COLUMNS = {
    "cell": "",
    "hidden": "",
    "characters": ",",
    "rounds": "",
    "exact_characters/s": ",.0f",
    "all_characters/s": ",.0f",
    "states_characters/s": ",.0f",
    "all/exact": ".1f",
    "states/exact": ".1f",
    "streams": "",
    "warm_up": "",
    "error": ".1e",
    "off": ".1e",
}
MEMORY_COLUMNS = {
    "work": "",
    "hidden": "",
    "characters": ",",
    "seconds": ".1f",
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


def compare_long(cell: Cell, hidden: int, characters: int, seconds: float) -> Row:
    """Parallel streams: one line of the table."""
    network, names, text = network_of(cell, hidden), vocabulary(), random_text(LONG * characters)
    short, c = text[:characters], ["c"] if cell == "lstm" else []
    found, exact = trace(network, names, text), trace(network, names, short, exact=True)
    actions = {
        "exact": lambda: trace(network, names, short, exact=True),
        "all": lambda: trace(network, names, text),
        "states": lambda: trace(network, names, text, signals=c, alternatives=False),
    }
    reading, off = found.reading, float(np.abs(found.h[:, :characters] - exact.h).max())
    del found
    rounds = in_turn(actions, seconds)
    return {
        "cell": cell,
        "hidden": hidden,
        "characters": len(text),
        "rounds": len(rounds),
        "exact_characters/s": characters / rounds.median("exact"),
        **{f"{name}_characters/s": len(text) / rounds.median(name) for name in ("all", "states")},
        **{f"{name}/exact": LONG * rounds.ratio("exact", name) for name in ("all", "states")},
        "streams": reading.streams,
        "warm_up": reading.warm_up,
        "error": reading.error,
        "off": off,
    }


@torch.no_grad()
def loop(modules: nn.ModuleDict, ids: Tensor) -> list[Tensor]:
    """By path, h and for the LSTM c, all states (time, unit)."""
    return [torch.cat(states) for states in record(modules, ids)]


def measure_memory(work: str, hidden: int, characters: int, threads: int) -> Row:
    """Memory: one line of the table; to be run in a fresh process."""
    torch.set_num_threads(threads)
    network, names = network_of(MEMORY_CELL, hidden), vocabulary()
    text = random_text(characters)
    trace(network, names, text[:CHECKED])  # loads what is loaded once
    started = time.perf_counter()
    with TemporaryDirectory() as folder, Watch() as watch:
        _WORKS[work](network, text, Path(folder))
    return {
        "work": work,
        "cell": MEMORY_CELL,
        "hidden": hidden,
        "characters": characters,
        "seconds": time.perf_counter() - started,
        "resident_MB": watch.resident / MEGABYTE,
        "private_MB": watch.private / MEGABYTE,
    }


def _store(network: CharRNN, text: str, folder: Path) -> None:
    stored_trace(network, vocabulary(), text, signals=["c"], beside=folder / "states")


def _save(network: CharRNN, text: str, folder: Path) -> None:
    path = folder / "trace.npz"
    save_trace(stored_trace(network, vocabulary(), text, precision="full", beside=path), path)


_WORKS = {"stored": _store, "saved": _save}


def memory_rows(options: argparse.Namespace) -> list[Row]:
    """Every measurement in a process that has done nothing else."""
    if not Path("/proc/self/clear_refs").exists():
        return []
    jobs = [("stored", 64, 25_000), ("saved", 64, 25_000)]
    if not options.quick:
        jobs += [("stored", 64, 200_000), ("saved", 64, 200_000)]
    if options.long:
        jobs += [("stored", 256, 200_000), ("stored", 256, 1_000_000)]
    rows = []
    for job in jobs:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            found = process.submit(measure_memory, *job, options.threads)
            rows.append(found.result())
    return rows


def main() -> None:
    """Compare speed at every size, then measure memory."""
    arguments = parser(__doc__)
    arguments.add_argument("--long", action="store_true", help="store 1,000,000 characters too")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    characters, seconds = (3_000, 0.3) if options.quick else (20_000, 5.0)
    sizes = [(cell, hidden) for cell in CELLS for hidden in (128, 256)]
    speed = [compare(*size, characters, seconds) for size in sizes]
    long = [compare_long(*size, characters, seconds) for size in sizes]
    report(
        options,
        speed=Table(speed, SPEED_COLUMNS),
        long=Table(long, LONG_COLUMNS),
        memory=Table(memory_rows(options), MEMORY_COLUMNS),
    )


if __name__ == "__main__":
    main()
