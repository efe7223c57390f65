"""One of two processes that train together: `python rank_process.py PORT COMMAND [PORT ...]`.

Each command is that of a new pair of them, which meet at the port. Before it may stand what befalls
the second process: "SIGTERM@8" or "SIGKILL@8" comes in its eighth iteration.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Callable
from typing import Any

from rnnviz.cli import main
from rnnviz.training import trainer as trainer_module
from rnnviz.training.trainer import Trainer

_iterate = Trainer.iterate


def seldom(iteration: int, *fractions: float) -> bool:
    """When snapshots are due here; so short a run would have one at nearly every iteration."""
    return iteration % 25 == 0


def befallen(name: str, iteration: int) -> Callable[[Trainer], Any]:
    """An iteration, in which a signal comes to this process when it is the one named."""

    def iterate(trainer: Trainer) -> Any:
        if trainer.iteration == iteration - 1:
            os.kill(os.getpid(), getattr(signal, name))
        return _iterate(trainer)

    return iterate


def train(port: str, command: str) -> None:
    """Run one command."""
    os.environ["MASTER_PORT"] = port
    Trainer.iterate = _iterate  # type: ignore[method-assign]
    first, *rest = shlex.split(command)
    if "@" not in first:
        main([first, *rest])
        return
    if os.environ["RANK"] == "1":
        name, _, at = first.partition("@")
        Trainer.iterate = befallen(name, int(at))  # type: ignore[method-assign]
    main(rest)


if __name__ == "__main__":
    trainer_module.snapshot_due = seldom
    given = sys.argv[1:]
    for pair in zip(given[::2], given[1::2], strict=True):
        train(*pair)
