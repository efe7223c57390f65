"""The arguments of the command line, and what they are called in the configuration."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn, get_args

from rnnviz.analysis.states.division import EXACT_UP_TO
from rnnviz.cells import CELLS, Nonlinearity
from rnnviz.commands.beginning_options import add_beginning
from rnnviz.commands.exchange_options import add_export, add_gallery, add_import, add_report
from rnnviz.commands.gradient_options import add_gradients
from rnnviz.commands.match_options import add_match
from rnnviz.commands.run_options import MANAGING, add_list, add_managing, add_scratch
from rnnviz.commands.streams import give
from rnnviz.commands.sweep_options import add_sweep
from rnnviz.config import PRESETS, USUAL, ModelConfig, SamplingConfig, TrainingConfig
from rnnviz.settings import Settings
from rnnviz.text.alphabet import Hangul

MODEL_OPTIONS = tuple(field.name for field in fields(ModelConfig))
TEXT_OPTIONS = ("hangul",)
FILE_OPTIONS = ("encoding", "replace_bad_bytes", "nfc")
TRAINING_OPTIONS = tuple(field.name for field in fields(TrainingConfig))
SAMPLING_OPTIONS = tuple(field.name for field in fields(SamplingConfig))

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


_HELPS = {
    "train": "Train a network on a text.",
    "sweep": "Train several networks on a text that differ in what is given, and in nothing else.",
    "corpora": "List the texts there are to learn from.",
    "list": "List all runs.",
    "show": "Show one run: settings, state, samples by iteration.",
    "sample": "Let a trained network write.",
    "trace": "Write every hidden state over a text to a .npz file; until it is whole, the disk "
    "holds twice its size.",
    "gradients": "Write how far gradients travel back to a .npz file.",
    "units": "Find the unit that follows quotes, lines, brackets, ..., beside its controls.",
    "match": "Find the units that are high or low throughout a selection, and where else.",
    "compare": "Say whether the difference between two runs is larger than chance.",
    "import": "Make a run of a network that was trained elsewhere.",
    "report": "Write what is known of runs as one HTML file that anyone can open.",
    "gallery": "Write a page that leads to all reports in a folder.",
    "export": "Write a run's network, or all it recorded, to files that other programs read.",
    "rename": "Give a run another name; its id stays.",
    "tag": "Put tags on a run, take others off, and say which it has.",
    "thin": "Delete the weights of most snapshots of a run, to have the disk for others.",
    "delete": "Delete a run.",
    "dashboard": "Open the dashboard in the browser.",
}
_READING = ("show", "sample", "trace", "gradients", "units", "match", "compare", "export")
_OF_A_RUN = (*_READING, *MANAGING)


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; `command` holds the chosen one's name."""
    found = _Parser(
        prog="python -m rnnviz", description="Train a recurrent network on a text, and look inside."
    )
    commands = found.add_subparsers(required=True, metavar="COMMAND", dest="command")
    made = {name: commands.add_parser(name, help=h, description=h) for name, h in _HELPS.items()}
    for command in made.values():
        command.add_argument("--runs", type=Path, help="folder of all runs (default: ./runs)")
    add_list(made["list"])
    _add_training(made["train"])
    _add_text(made["sweep"])
    add_sweep(made["sweep"])
    for name in _OF_A_RUN:
        made[name].add_argument("run", metavar="RUN", help="id, its beginning, or a folder")
    _add_sampling(made["sample"])
    for name in ("sample", "trace", "gradients", "units"):
        _add_snapshot(made[name])
    for name in ("trace", "gradients"):
        _add_arrays(made[name])
    _add_exact(made["trace"])
    add_gradients(made["gradients"], _positive)
    _add_units(made["units"])
    add_match(made["match"], _positive)
    made["dashboard"].add_argument("--port", type=_port, help="default: 8501, or the next free")
    made["compare"].add_argument("other", metavar="RUN", help="another, on the same text")
    made["compare"].add_argument("--json", action="store_true", help="one JSON object on stdout")
    add_managing(made)
    add_import(made["import"])
    _add_file(made["import"])
    add_export(made["export"])
    add_report(made["report"])
    _add_file(made["report"])
    add_gallery(made["gallery"])
    return found


def _add_training(train: argparse.ArgumentParser) -> None:
    _add_text(train)
    train.add_argument(
        "--resume", metavar="RUN", help="go on with a run, to a larger budget if given"
    )
    train.add_argument(
        "--from",
        dest="begin",
        metavar="RUN[@ITERATION]",
        help="begin with the weights of another run, its best snapshot or that one, and learn TEXT",
    )
    train.add_argument("--preset", choices=list(PRESETS), help=_preset_help())
    _add_network(train)
    _add_learning(train)
    _add_budget(train)
    add_scratch(train)
    train.add_argument("--group", metavar="NAME", help="what runs made together are called")
    train.add_argument("--json", action="store_true", help="one JSON object on stdout")


def _add_text(train: argparse.ArgumentParser) -> None:
    train.add_argument(
        "text", nargs="?", type=Path, metavar="TEXT", help="a text file, or corpus:NAME"
    )
    _add_file(train)
    train.add_argument(
        "--nfc", action="store_true", default=None, help="compose letters with their marks"
    )
    train.add_argument(
        "--hangul", choices=get_args(Hangul), help="jamo: learn Korean letter by letter"
    )


def _add_network(train: argparse.ArgumentParser) -> None:
    train.add_argument("--cell", choices=tuple(CELLS), help="default: lstm")
    train.add_argument("--nonlinearity", choices=get_args(Nonlinearity), help="of the cell rnn")
    _add_number(train, int, ModelConfig, "hidden_size", "units of a layer")
    _add_number(train, int, ModelConfig, "num_layers", "layers")
    train.add_argument(
        "--dropout",
        type=float,
        help="share of units dropped; default: what suits the text's length, 0.7 below 60,000 "
        "characters (under 10,000 less in proportion), 0.6 below 120,000, 0.5 below 200,000, else "
        "the preset's",
    )
    add_beginning(train)


def _add_learning(train: argparse.ArgumentParser) -> None:
    _add_number(train, int, TrainingConfig, "sequence_length", "timesteps of a BPTT window")
    _add_number(train, int, TrainingConfig, "batch_size", "parallel streams")
    train.add_argument("--learning-rate", type=float, help="peak; default: the usual of the cell")
    _add_number(train, float, TrainingConfig, "clip_norm", "total gradient norm, 0 never clips")
    train.add_argument(
        "--weight-decay", type=float, help=f"of the weight matrices; {_weight_decay_help()}"
    )
    train.add_argument(
        "--averaging",
        type=float,
        help="snapshots keep the weights averaged over about this share of the iterations made, 0 "
        "to 1; default: 0, which keeps them as they are, with a preset long 0.2",
    )
    _add_number(train, int, TrainingConfig, "seed", "of initial weights and dropout")
    train.add_argument("--device", choices=("auto", "cpu", "cuda"), help="default: auto")


def _add_budget(train: argparse.ArgumentParser) -> None:
    train.add_argument(
        "--patience",
        type=int,
        help="end before, after so many snapshots without a lower validation loss; 0 never does; "
        "default: 10, where a part of the text is held out",
    )
    budget = train.add_mutually_exclusive_group()
    budget.add_argument("--iterations", type=int, help="updates to make, with --resume in all")
    budget.add_argument(
        "--seconds",
        type=float,
        help="time to train, with --resume in all; default: 60, or fewer iterations where a small "
        "text would be learned by heart",
    )


def _add_snapshot(command: argparse.ArgumentParser) -> None:
    command.add_argument("--iteration", type=int, help="a snapshot (default: the best)")
    command.add_argument(
        "--skip-unknown",
        action="store_true",
        help="leave out characters that the network never saw",
    )


def _add_arrays(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--text-file", type=Path, help="default: 1,000 characters, held out if any are"
    )
    _add_file(command)
    command.add_argument("--out", type=Path, required=True, metavar="F.npz")


def _add_exact(trace: argparse.ArgumentParser) -> None:
    trace.add_argument(
        "--exact",
        action="store_true",
        help=f"read character by character; by default texts of more than {EXACT_UP_TO:,} are read "
        "in parallel streams, several times as fast, whose error is measured and said",
    )


def _add_units(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--text-file",
        type=Path,
        help="default: the held-out part where it has 30,000 characters or more, else the text; "
        "100,000 characters at most",
    )
    _add_file(command)
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
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.add_argument("--out", type=Path, metavar="F.csv", help="the table as a file too")


def _add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--encoding", metavar="NAME", help="of the text file; default: by its mark, or UTF-8"
    )
    command.add_argument(
        "--replace-bad-bytes",
        action="store_true",
        default=None,
        help="read what does not fit the encoding as U+FFFD",
    )


def _add_sampling(sample: argparse.ArgumentParser) -> None:
    sample.add_argument("--prompt", help="what it reads first; default: that of `show`'s samples")
    _add_number(sample, int, SamplingConfig, "length", "characters to write")
    _add_number(sample, float, SamplingConfig, "temperature", "0 always takes the likeliest")
    sample.add_argument("--top-k", type=int, help="draw among the k likeliest; default: all")
    _add_number(sample, int, SamplingConfig, "seed", "of the draws")
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


def _add_number(
    parser: argparse.ArgumentParser,
    kind: type[float],
    settings: type[Settings],
    name: str,
    about: str,
) -> None:
    option, default = name.replace("_", "-"), settings().to_json()[name]
    parser.add_argument(f"--{option}", type=kind, help=f"{about}; default: {default:g}")


def _preset_help() -> str:
    described = (
        f"{name}: {model.hidden_size} units, {training.seconds:g} s"
        for name, (model, training) in PRESETS.items()
    )
    return "a network and a time; " + ", ".join(described)


def given(options: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    """Those of the named options that were given."""
    values = {name: getattr(options, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _weight_decay_help() -> str:
    """What it is where it is not given."""
    by_preset = ", ".join(f"{name} {how.weight_decay:g}" for name, (_, how) in PRESETS.items())
    none = "none where a small text is read for iterations instead of a time"
    return f"default: {USUAL[1].weight_decay:g}, with a preset {by_preset}; {none}"


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _LARGEST_PORT:
        allowed = f"a whole number from 1 to {_LARGEST_PORT:,}"
        raise argparse.ArgumentTypeError(f"{text!r} is not {allowed}")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)
