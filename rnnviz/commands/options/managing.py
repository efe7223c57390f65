"""The arguments of the commands that list runs, and change what is kept of them."""

from __future__ import annotations

import argparse

from rnnviz.commands.options.shared import add_json, add_yes


def add_rename(command: argparse.ArgumentParser) -> None:
    """Of `rename`, besides the run itself."""
    command.add_argument("name", metavar="NAME", help="1 to 100 characters")


def add_tag(command: argparse.ArgumentParser) -> None:
    """Of `tag`, likewise."""
    command.add_argument(
        "tags", metavar="TAG", nargs="*", help="to put on it, each 1 to 40 characters"
    )
    command.add_argument(
        "--remove", metavar="TAG", action="append", default=[], help="one to take off"
    )


def add_thin(command: argparse.ArgumentParser) -> None:
    """Of `thin`, likewise."""
    command.add_argument(
        "--keep",
        type=int,
        metavar="N",
        required=True,
        help="of how many snapshots the weights stay: the first, the best, the last, and others "
        "evenly between; what training goes on from stays in any case",
    )
    add_yes(command)


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
    add_json(command)
