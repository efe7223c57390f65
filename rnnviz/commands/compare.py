"""The command `compare`."""

from __future__ import annotations

import argparse
import json

from rnnviz.commands.speaking import DONE, say
from rnnviz.commands.streams import give
from rnnviz.runs.compared.comparison import compare as compared
from rnnviz.runs.run import Run


def compare(options: argparse.Namespace) -> int:
    """Whether the difference between two runs is larger than chance."""
    first, second = (Run.open(run, options.runs) for run in (options.run, options.other))
    if first.id == second.id:
        raise ValueError(f"both are run {first.id}; give two different runs.")
    found = compared(first, second)
    if not options.json:
        say(found.words)
        return DONE
    told = {
        "runs": found.runs,
        "validation_loss": found.losses,
        "difference_bits": found.difference,
        "interval_bits": found.interval,
        "by_block_bits": found.by_block.tolist(),
        "characters": found.characters,
    }
    give(json.dumps(told) + "\n")
    return DONE
