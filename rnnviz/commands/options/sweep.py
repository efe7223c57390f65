"""The arguments of `sweep`: what varies, what each run may spend, and what all share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from rnnviz.cells import CELLS
from rnnviz.commands.options.shared import add_json, add_scratch
from rnnviz.config import PRESETS
from rnnviz.training.grid import MOST, WITHIN

# Settings that may have several values, as they are typed, and what each value is.
KINDS: dict[str, Callable[[str], Any]] = {
    "cell": str,
    "nonlinearity": str,
    "num_layers": int,
    "hidden_size": int,
    "dropout": float,
    "recurrent_gain": float,
    "sequence_length": int,
    "seed": int,
}
_ABOUT = {
    "cell": " or ".join(CELLS),
    "nonlinearity": "tanh, relu or sigmoid, of the cell rnn",
    "num_layers": "1 to 4",
    "hidden_size": "units of a layer",
    "dropout": "shares of units dropped",
    "recurrent_gain": "what the first recurrent weights are multiplied by",
    "sequence_length": "timesteps of a BPTT window",
    "seed": "of initial weights and dropout",
}
SHARED = ("batch_size", "learning_rate", "clip_norm", "weight_decay", "device")


def add_sweep(command: argparse.ArgumentParser) -> None:
    """Besides the text."""
    command.add_argument("--preset", choices=list(PRESETS), help="what is not given follows it")
    for name in KINDS:
        command.add_argument(
            _option(name), dest=f"varied_{name}", metavar="A,B,...", help=_ABOUT[name]
        )
    for name, kind in zip(SHARED, (int, float, float, float, str), strict=True):
        command.add_argument(_option(name), type=kind, metavar="X", help="the same for all")
    _add_budget(command)
    command.add_argument(
        "--match-parameters",
        action="store_true",
        help=f"choose units so that each has as many parameters, within {100 * WITHIN:g} %%, as "
        "the network with the first value of all else",
    )
    command.add_argument("--name", metavar="GROUP", help=f"of the 2 to {MOST} runs together")
    _add_place(command)
    command.add_argument(
        "--print",
        action="store_true",
        help="make the runs and write the command that trains each, one a line; train none",
    )
    add_json(command)


def _add_budget(command: argparse.ArgumentParser) -> None:
    """What each run may spend."""
    budget = command.add_mutually_exclusive_group(required=True)
    budget.add_argument("--iterations", type=float, metavar="N", help="each makes so many updates")
    budget.add_argument(
        "--characters", type=float, metavar="N", help="each learns from so many characters"
    )
    budget.add_argument("--seconds", type=float, metavar="S", help="each trains for so long")


def _add_place(command: argparse.ArgumentParser) -> None:
    """Who trains them, and on which disk."""
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="let the workers of the Dask cluster train them whose scheduler is at tcp://HOST:PORT",
    )
    where.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="train so many at a time on this machine (default: one a core)",
    )
    add_scratch(command)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
