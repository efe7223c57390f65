"""The arguments of the command that writes how far gradients travel back."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_gradients(command: argparse.ArgumentParser, positive: Callable[[str], int]) -> None:
    """Of `gradients`, besides run, text and file; `positive` reads a whole number from 1."""
    command.add_argument(
        "--window", type=positive, help="losses, default: the run's sequence_length"
    )
    command.add_argument(
        "--only",
        metavar="NAMES",
        help="which arrays, with commas between, such as by_lag,last_loss: nothing else is "
        "computed; default: all",
    )
