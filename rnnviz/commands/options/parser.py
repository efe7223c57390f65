"""Which commands there are, and which arguments each has."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from rnnviz.commands.options.exchange import add_export, add_gallery, add_import, add_report
from rnnviz.commands.options.managing import add_list, add_rename, add_tag, add_thin
from rnnviz.commands.options.match import add_match
from rnnviz.commands.options.reading import (
    add_arrays,
    add_exact,
    add_gradients,
    add_sampling,
    add_units,
)
from rnnviz.commands.options.shared import add_file, add_json, add_run, add_snapshot, add_yes
from rnnviz.commands.options.sweep import add_sweep
from rnnviz.commands.options.training import add_text, add_training
from rnnviz.commands.streams import give

_WRONG_ARGUMENTS = 2
_LARGEST_PORT = 65_535


class _Parser(argparse.ArgumentParser):
    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        # What begins so is a value, such as -1,5 or -1=0, and no option: there are none of digits.
        self._negative_number_matcher = re.compile(r"-[\d.]")

    def print_help(self, file: object = None) -> None:
        """Write it to stdout; what cannot be written is an error, as of every command."""
        give(self.format_help())

    def error(self, message: str) -> NoReturn:
        self.exit(
            _WRONG_ARGUMENTS, f"rnnviz: {message}; `{self.prog} --help` shows what is allowed.\n"
        )

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        """`--prompt=--` gives "--", as in Python 3.13; before, argparse leaves [] of it."""
        if action.option_strings and arg_strings == ["--"]:
            value = self._get_value(action, "--")
            self._check_value(action, value)
            return value
        return super()._get_values(action, arg_strings)


def _add_other(command: argparse.ArgumentParser) -> None:
    command.add_argument("other", metavar="RUN", help="another, on the same text")


def _add_port(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=_port, help="default: 8501, or the next free")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _LARGEST_PORT:
        allowed = f"a whole number from 1 to {_LARGEST_PORT:,}"
        raise argparse.ArgumentTypeError(f"{text!r} is not {allowed}")
    return int(text)


Adder = Callable[[argparse.ArgumentParser], None]

# What each command is for, and what gives it its arguments.
_COMMANDS: dict[str, tuple[str, tuple[Adder, ...]]] = {
    "train": ("Train a network on a text.", (add_training,)),
    "sweep": (
        "Train several networks on a text that differ in what is given, and in nothing else.",
        (add_text, add_sweep),
    ),
    "corpora": ("List the texts there are to learn from.", ()),
    "list": ("List all runs.", (add_list,)),
    "show": ("Show one run: settings, state, samples by iteration.", (add_run,)),
    "sample": ("Let a trained network write.", (add_run, add_sampling, add_snapshot)),
    "trace": (
        "Write every hidden state over a text to a .npz file; until it is whole, the disk holds "
        "twice its size.",
        (add_run, add_snapshot, add_arrays, add_exact),
    ),
    "gradients": (
        "Write how far gradients travel back to a .npz file.",
        (add_run, add_snapshot, add_arrays, add_gradients),
    ),
    "units": (
        "Find the unit that follows quotes, lines, brackets, ..., beside its controls.",
        (add_run, add_snapshot, add_units),
    ),
    "match": (
        "Find the units that are high or low throughout a selection, and where else.",
        (add_run, add_match),
    ),
    "compare": (
        "Say whether the difference between two runs is larger than chance.",
        (add_run, _add_other, add_json),
    ),
    "import": (
        "Make a run of a network that was trained elsewhere.",
        (add_import, add_file),
    ),
    "report": (
        "Write what is known of runs as one HTML file that anyone can open.",
        (add_report, add_file),
    ),
    "gallery": ("Write a page that leads to all reports in a folder.", (add_gallery,)),
    "export": (
        "Write a run's network, or all it recorded, to files that other programs read.",
        (add_run, add_export),
    ),
    "rename": ("Give a run another name; its id stays.", (add_run, add_rename)),
    "tag": ("Put tags on a run, take others off, and say which it has.", (add_run, add_tag)),
    "thin": (
        "Delete the weights of most snapshots of a run, to have the disk for others.",
        (add_run, add_thin),
    ),
    "delete": ("Delete a run.", (add_run, add_yes)),
    "dashboard": ("Open the dashboard in the browser.", (_add_port,)),
}


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; `command` holds the chosen one's name."""
    found = _Parser(
        prog="python -m rnnviz", description="Train a recurrent network on a text, and look inside."
    )
    commands = found.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, (about, adders) in _COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument("--runs", type=Path, help="folder of all runs (default: ./runs)")
        for add in adders:
            add(command)
    return found
