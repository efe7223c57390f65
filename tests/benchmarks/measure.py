"""Fair timing: what is compared takes turns in one process, so that noise falls on all alike.

Each round runs every action once: a, b, c, a, b, c, ... A ratio is the median of the rounds' own
ratios: what slows a whole round slows both of its sides.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import torch

from rnnviz import cells
from rnnviz.cells import Cell
from rnnviz.config import ModelConfig
from rnnviz.records import Ids
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.initialization import initialize
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.workers.threads import cores

CELLS: tuple[Cell, ...] = tuple(cells.CELLS)

_WARM_UP_ROUNDS = 2
_LEAST_ROUNDS = 5
_DISTINCT = 65

Action = Callable[[], object]
Row = dict[str, Any]


@dataclass(frozen=True)
class Rounds:
    """What each action took in seconds, round by round; None where it sat out.

    Example:
        >>> rounds = Rounds({"ours": [1.0, 2.0, 3.0], "theirs": [2.0, None, 9.0]})
        >>> rounds.median("ours"), rounds.ratio("theirs", "ours")
        (2.0, 2.5)
    """

    seconds: Mapping[str, Sequence[float | None]]

    def __len__(self) -> int:
        return len(next(iter(self.seconds.values())))

    def median(self, name: str) -> float:
        """Seconds an action took in the middle of all rounds it ran in."""
        return median(taken for taken in self.seconds[name] if taken is not None)

    def ratio(self, name: str, to: str) -> float:
        """How many times as long `name` took as `to`, in the middle of all rounds with both."""
        both = zip(self.seconds[name], self.seconds[to], strict=True)
        return median(a / b for a, b in both if a is not None and b is not None)


def in_turn(
    actions: Mapping[str, Action],
    seconds: float,
    every: Mapping[str, int] | None = None,
    in_a_row: int = 1,
) -> Rounds:
    """Run the actions in turn for about so long, and five rounds at least.

    Args:
        actions: what to time, by name; each runs twice before anything is timed.
        seconds: when no new round begins.
        every: actions that run only in each so-manieth round.
        in_a_row: how often an action runs in its turn. Of more than one, the first is not counted:
            it finds in the caches what the action before it left.
    """
    for _ in range(_WARM_UP_ROUNDS):
        for action in actions.values():
            action()
    taken: dict[str, list[float | None]] = {name: [] for name in actions}
    end = time.perf_counter() + seconds
    number = 0
    while number < _LEAST_ROUNDS or time.perf_counter() < end:
        for name, action in actions.items():
            sits_out = number % (every or {}).get(name, 1)
            taken[name].append(None if sits_out else _timed(action, in_a_row))
        number += 1
    return Rounds(taken)


def _timed(action: Action, in_a_row: int) -> float:
    taken = []
    for _ in range(in_a_row):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return median(taken[1:] or taken)


def vocabulary() -> Vocabulary:
    """65 characters, as many as Shakespeare's plays have."""
    return Vocabulary(tuple(map(chr, range(ord("!"), ord("!") + _DISTINCT))))


def random_ids(characters: int) -> Ids:
    """Ids drawn as unevenly as characters are in text: the r-th likeliest with weight 1 / r."""
    weights = 1 / np.arange(1, _DISTINCT + 1)
    drawn = np.random.default_rng(0).choice(_DISTINCT, characters, p=weights / weights.sum())
    return drawn.astype(vocabulary().dtype)


def random_text(characters: int) -> str:
    """The same as text."""
    return vocabulary().decode(random_ids(characters))


def network_of(cell: Cell, hidden_size: int) -> CharRNN:
    """A network over the 65 characters, initialised but not trained."""
    network = CharRNN(ModelConfig(cell=cell, hidden_size=hidden_size), _DISTINCT)
    initialize(network, torch.Generator().manual_seed(0))
    return network


def parser(description: str | None) -> argparse.ArgumentParser:
    """The options every benchmark has."""
    options = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--json", action="store_true", help="one JSON object on stdout")
    options.add_argument("--quick", action="store_true", help="a few seconds, only to see it run")
    options.add_argument(
        "--threads", type=int, default=cores(), help="threads torch uses (default: %(default)s)"
    )
    return options


class Table(NamedTuple):
    """Rows of values by name, and the names to show, each with the format of its values."""

    rows: Sequence[Row]
    columns: Mapping[str, str]

    def __str__(self) -> str:
        r"""Right-aligned under the names; a dash where a value is None.

        Example:
            >>> str(Table([{"cell": "rnn", "ours_ms": 1.234}], {"cell": "", "ours_ms": ".1f"}))
            'cell  ours ms\n rnn      1.2'
        """
        lines = [[name.replace("_", " ") for name in self.columns]]
        for row in self.rows:
            lines.append([_shown(row[name], how) for name, how in self.columns.items()])
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join("  ".join(map(str.rjust, line, widths)) for line in lines)


def _shown(value: object, how: str) -> str:
    return "-" if value is None else format(value, how)


def report(options: argparse.Namespace, **tables: Table) -> None:
    """Write the result on stdout: one JSON object of everything, or the tables."""
    machine = {
        "cores": cores(),
        "threads": options.threads,
        "torch": torch.__version__,
        "load": os.getloadavg()[0],
    }
    if options.json:
        rows = {name: table.rows for name, table in tables.items()}
        sys.stdout.write(json.dumps({"machine": machine} | rows) + "\n")
    else:
        about = ", ".join(f"{name} {value}" for name, value in machine.items())
        sys.stdout.write("\n\n".join([about, *map(str, tables.values())]) + "\n")
