"""The arguments of the commands that list runs, and change what is kept of them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

MANAGING = ("rename", "tag", "thin", "delete")


def add_managing(made: Mapping[str, argparse.ArgumentParser]) -> None:
    """Of the commands in `MANAGING`, by name, besides the run itself."""
    made["rename"].add_argument("name", metavar="NAME", help="1 to 100 characters")
    made["tag"].add_argument(
        "tags", metavar="TAG", nargs="*", help="to put on it, each 1 to 40 characters"
    )
    made["tag"].add_argument(
        "--remove", metavar="TAG", action="append", default=[], help="one to take off"
    )
    made["thin"].add_argument(
        "--keep",
        type=int,
        metavar="N",
        required=True,
        help="of how many snapshots the weights stay: the first, the best, the last, and others "
        "evenly between; what training goes on from stays in any case",
    )
    for name in ("thin", "delete"):
        made[name].add_argument("--yes", action="store_true", help="do not ask")


def add_list(command: argparse.ArgumentParser) -> None:
    """Of `list`."""
    command.add_argument(
        "--columns",
        metavar="NAMES",
        help="which, with commas between: run, name, text, cell, units, layers, parameters, rate, "
        "window, batch, dropout, seed, iterations, seconds, bits, nats, distance, half, "
        "hundredth, state, made, size, tags, group; or all",
    )
    command.add_argument("--sort", metavar="NAME", help="by a column, the lowest first")
    command.add_argument("--descending", action="store_true", help="the highest first")
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")


def add_scratch(command: argparse.ArgumentParser) -> None:
    """Of the commands that train."""
    command.add_argument(
        "--scratch",
        type=Path,
        metavar="DIR",
        help="train on this disk, of the machine's own, and publish whole files to the folder of "
        "runs: for one on a network disk, which machines share",
    )
