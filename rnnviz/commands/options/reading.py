"""The arguments of the commands that ask a run's network something."""

from __future__ import annotations

import argparse
from pathlib import Path

from rnnviz.analysis.states.division import EXACT_UP_TO
from rnnviz.commands.options.shared import add_file, add_json, add_number, positive
from rnnviz.config import SamplingConfig


def add_sampling(sample: argparse.ArgumentParser) -> None:
    """Of `sample`, besides run and snapshot."""
    sample.add_argument("--prompt", help="what it reads first; default: that of `show`'s samples")
    add_number(sample, int, SamplingConfig, "length", "characters to write")
    add_number(sample, float, SamplingConfig, "temperature", "0 always takes the likeliest")
    sample.add_argument("--top-k", type=int, help="draw among the k likeliest; default: all")
    add_number(sample, int, SamplingConfig, "seed", "of the draws")
    sample.add_argument(
        "--rare",
        action="store_true",
        default=None,
        help="let it write the symbol that stands for rare characters",
    )
    sample.add_argument(
        "--hold",
        action="append",
        default=[],
        metavar="[SIGNAL:][LAYER:]UNIT=VALUE",
        help="hold a unit's h at a number, or at its mean over held-out text (UNIT=mean), while it "
        "reads and writes; LAYER:UNIT=VALUE where layers are several; SIGNAL:UNIT=VALUE or "
        "SIGNAL:LAYER:UNIT=VALUE holds c or a gate, as c:15=0, f:15=mean or forget_gate:15=mean; "
        "may be given again",
    )


def add_arrays(command: argparse.ArgumentParser) -> None:
    """Of the commands that write arrays over a text."""
    command.add_argument(
        "--text-file", type=Path, help="default: 1,000 characters, held out if any are"
    )
    add_file(command)
    command.add_argument("--out", type=Path, required=True, metavar="F.npz")


def add_exact(trace: argparse.ArgumentParser) -> None:
    """Of `trace`, besides those of `add_arrays`."""
    trace.add_argument(
        "--exact",
        action="store_true",
        help=f"read character by character; by default texts of more than {EXACT_UP_TO:,} are read "
        "in parallel streams, several times as fast, whose error is measured and said",
    )


def add_gradients(command: argparse.ArgumentParser) -> None:
    """Of `gradients`, besides those of `add_arrays`."""
    command.add_argument(
        "--window", type=positive, help="losses, default: the run's sequence_length"
    )
    command.add_argument(
        "--only",
        metavar="NAMES",
        help="which arrays, with commas between, such as by_lag,last_loss: nothing else is "
        "computed; default: all",
    )


def add_units(command: argparse.ArgumentParser) -> None:
    """Of `units`, besides run and snapshot."""
    command.add_argument(
        "--text-file",
        type=Path,
        help="default: the held-out part where it has 30,000 characters or more, else the text; "
        "100,000 characters at most",
    )
    add_file(command)
    command.add_argument(
        "--hypothesis",
        action="append",
        metavar="NAME",
        help="ask this one only; may be given again; default: all that occur in the text",
    )
    command.add_argument(
        "--regex", help="a hypothesis of your own: inside a match, and characters since one"
    )
    command.add_argument(
        "--labels",
        type=Path,
        metavar="F.csv",
        help="a hypothesis of your own: a position of the text, from 0, and its value a line",
    )
    add_json(command)
    command.add_argument("--out", type=Path, metavar="F.csv", help="the table as a file too")
