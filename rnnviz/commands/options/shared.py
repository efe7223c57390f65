"""The arguments that several commands have, and what numbers are typed as."""

from __future__ import annotations

import argparse
from pathlib import Path

from rnnviz.settings import Settings


def add_run(command: argparse.ArgumentParser) -> None:
    """Of commands that are about one run."""
    command.add_argument("run", metavar="RUN", help="id, its beginning, or a folder")


def add_json(command: argparse.ArgumentParser) -> None:
    """Of commands that programs read as well."""
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")


def add_yes(command: argparse.ArgumentParser) -> None:
    """Of commands that delete something."""
    command.add_argument("--yes", action="store_true", help="do not ask")


def add_file(command: argparse.ArgumentParser) -> None:
    """How the file of a text is read."""
    command.add_argument(
        "--encoding", metavar="NAME", help="of the text file; default: by its mark, or UTF-8"
    )
    command.add_argument(
        "--replace-bad-bytes",
        action="store_true",
        default=None,
        help="read what does not fit the encoding as U+FFFD",
    )


def add_snapshot(command: argparse.ArgumentParser) -> None:
    """At which iteration a network is looked at, and with which text."""
    command.add_argument("--iteration", type=int, help="a snapshot (default: the best)")
    command.add_argument(
        "--skip-unknown",
        action="store_true",
        help="leave out characters that the network never saw",
    )


def add_scratch(command: argparse.ArgumentParser) -> None:
    """Of the commands that train."""
    command.add_argument(
        "--scratch",
        type=Path,
        metavar="DIR",
        help="train on this disk, of the machine's own, and publish whole files to the folder of "
        "runs: for one on a network disk, which machines share",
    )


def add_number(
    parser: argparse.ArgumentParser,
    kind: type[float],
    settings: type[Settings],
    name: str,
    about: str,
) -> None:
    """A setting that is a number, with what it is where it is not given."""
    option, default = name.replace("_", "-"), settings().to_json()[name]
    parser.add_argument(f"--{option}", type=kind, help=f"{about}; default: {default:g}")


def positive(text: str) -> int:
    """A whole number from 1.

    Example:
        >>> positive("20")
        20
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)
