"""One training iteration by two processes that share the batch, beside that of one process.

one_1  one process with one thread.
one_2  one process, two threads, each with its half of the batch.
ranks  two processes with one thread each, gradients summed by Gloo on this machine.

Each runs three times in a row in its turn, and the first is not counted; the second process waits
while the others are timed. Before that, `one_2` and `ranks` must have the same loss.

    python -m tests.benchmarks.ranks [--quick] [--json] [--cell lstm] [--size 256/16/64]
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress

import torch

from rnnviz.cells import Cell
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.training.arrangement import ALONE, Arrangement
from rnnviz.training.progress import Iteration
from rnnviz.training.ranks import DismissedError, Ranks
from rnnviz.training.trainer import Trainer
from tests.benchmarks.measure import (
    CELLS,
    Row,
    Table,
    in_turn,
    parser,
    random_ids,
    report,
    vocabulary,
)
from tests.benchmarks.training import CHARACTERS, Sizes, arranged, size_of

SIZES = tuple(Sizes(units, batch, 64) for units in (128, 256, 512) for batch in (16, 32, 64))
COLUMNS = {
    **dict.fromkeys(("cell", *Sizes._fields, "rounds"), ""),
    **dict.fromkeys(("one_1", "one_2", "ranks", "one_1/ranks", "one_2/ranks"), ".2f"),
}


def compare(cell: Cell, sizes: Sizes, seconds: float) -> Row:
    """One line of the table; milliseconds."""
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": _free_port()}
    size = "/".join(map(str, sizes))
    second = [sys.executable, "-m", "tests.benchmarks.ranks", "--cell", cell, "--size", size]
    torch.set_num_threads(1)
    with subprocess.Popen([*second, "--second"]), Ranks(0, 2, 2) as ranks:
        shared = _trainer(cell, sizes, ranks)
        ranks.tell(b"begin")
        one, halves = _trainer(cell, sizes), _trainer(cell, sizes)
        actions = {
            "one_1": arranged(one, ALONE),
            "one_2": arranged(halves, Arrangement(1, 2)),
            "ranks": shared.iterate,
        }
        _check(halves, shared)
        rounds = in_turn(actions, seconds, in_a_row=3)
    return {
        "cell": cell,
        **sizes._asdict(),
        "rounds": len(rounds),
        **{name: 1000 * rounds.median(name) for name in actions},
        **{f"{name}/ranks": rounds.ratio(name, "ranks") for name in ("one_1", "one_2")},
    }


def follow(cell: Cell, sizes: Sizes) -> None:
    """Be the second process."""
    torch.set_num_threads(1)
    with Ranks(1, 2, 2) as ranks, suppress(DismissedError):
        shared = _trainer(cell, sizes, ranks)
        ranks.hear()
        while True:
            shared.iterate()


def _trainer(cell: Cell, sizes: Sizes, ranks: Ranks | None = None) -> Trainer:
    config = TrainingConfig(sequence_length=sizes.window, batch_size=sizes.batch, seconds=1_000_000)
    model = ModelConfig(cell=cell, hidden_size=sizes.hidden)
    return Trainer(vocabulary(), random_ids(CHARACTERS), model, config, ranks)


def _check(halves: Trainer, shared: Trainer) -> None:
    made = [trainer.iterate() for trainer in (halves, shared)]
    losses = [each.loss for each in made if isinstance(each, Iteration)]
    torch.testing.assert_close(*losses)


def _free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def main() -> None:
    """Compare at every size."""
    arguments = parser(__doc__)
    arguments.add_argument("--cell", choices=CELLS, nargs="+", default=["lstm"])
    arguments.add_argument(
        "--size", type=size_of, nargs="+", default=SIZES, help="units/batch/window, as 256/16/64"
    )
    arguments.add_argument("--seconds", type=float, default=4.0, help="for each line")
    arguments.add_argument("--second", action="store_true", help="be the other process of a line")
    options = arguments.parse_args()
    if options.second:
        follow(options.cell[0], options.size[0])
        return
    sizes, seconds = (SIZES[:2], 0.3) if options.quick else (options.size, options.seconds)
    rows = [compare(cell, size, seconds) for size in sizes for cell in options.cell]
    report(options, rows=Table(rows, COLUMNS))


if __name__ == "__main__":
    main()
