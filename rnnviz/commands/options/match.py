"""The arguments of the command that looks for units throughout a selection."""

from __future__ import annotations

import argparse

from rnnviz.commands.options.shared import add_json, positive


def add_match(command: argparse.ArgumentParser) -> None:
    """Of `match`, besides the run itself."""
    command.add_argument(
        "selection", metavar="FIRST-LAST", help="positions of characters in the run's text, from 0"
    )
    command.add_argument("--iteration", type=int, help="a snapshot (default: the best)")
    command.add_argument("--signal", default="h", help="h, c or a gate (default: h)")
    command.add_argument("--layer", type=int, help="from 0 (default: the top one)")
    command.add_argument(
        "--outer",
        type=int,
        default=35,
        help="how many %% of a unit's range, at either end, are high and low (default: 35)",
    )
    for name, where in (("before", "before"), ("after", "behind")):
        command.add_argument(
            f"--{name}", type=int, default=0, help=f"quiet characters {where} it (default: 0)"
        )
    command.add_argument(
        "--set", metavar="UNITS", help="such as 4,17: which of them to look for elsewhere"
    )
    command.add_argument("--most", type=positive, default=20, help="places shown (default: 20)")
    add_json(command)
