"""The arguments of `train`, and those that it shares with `sweep`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from rnnviz.cells import CELLS, Nonlinearity
from rnnviz.commands.options.beginning import add_beginning
from rnnviz.commands.options.shared import add_file, add_json, add_number, add_scratch
from rnnviz.config import PRESETS, USUAL, ModelConfig, TrainingConfig
from rnnviz.text.alphabet import Hangul


def add_training(train: argparse.ArgumentParser) -> None:
    """All of them."""
    add_text(train)
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
    add_json(train)


def add_text(train: argparse.ArgumentParser) -> None:
    """The text that is learned."""
    train.add_argument(
        "text", nargs="?", type=Path, metavar="TEXT", help="a text file, or corpus:NAME"
    )
    add_file(train)
    train.add_argument(
        "--nfc", action="store_true", default=None, help="compose letters with their marks"
    )
    train.add_argument(
        "--hangul", choices=get_args(Hangul), help="jamo: learn Korean letter by letter"
    )


def _add_network(train: argparse.ArgumentParser) -> None:
    train.add_argument("--cell", choices=tuple(CELLS), help="default: lstm")
    train.add_argument("--nonlinearity", choices=get_args(Nonlinearity), help="of the cell rnn")
    add_number(train, int, ModelConfig, "hidden_size", "units of a layer")
    add_number(train, int, ModelConfig, "num_layers", "layers")
    train.add_argument(
        "--dropout",
        type=float,
        help="share of units dropped; default: what suits the text's length, 0.7 below 60,000 "
        "characters (under 10,000 less in proportion), 0.6 below 120,000, 0.5 below 200,000, else "
        "the preset's",
    )
    add_beginning(train)


def _add_learning(train: argparse.ArgumentParser) -> None:
    add_number(train, int, TrainingConfig, "sequence_length", "timesteps of a BPTT window")
    add_number(train, int, TrainingConfig, "batch_size", "parallel streams")
    train.add_argument("--learning-rate", type=float, help="peak; default: the usual of the cell")
    add_number(train, float, TrainingConfig, "clip_norm", "total gradient norm, 0 never clips")
    train.add_argument(
        "--weight-decay", type=float, help=f"of the weight matrices; {_weight_decay_help()}"
    )
    train.add_argument(
        "--averaging",
        type=float,
        help="snapshots keep the weights averaged over about this share of the iterations made, 0 "
        "to 1; default: 0, which keeps them as they are, with a preset long 0.2",
    )
    add_number(train, int, TrainingConfig, "seed", "of initial weights and dropout")
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


def _preset_help() -> str:
    described = (
        f"{name}: {model.hidden_size} units, {training.seconds:g} s"
        for name, (model, training) in PRESETS.items()
    )
    return "a network and a time; " + ", ".join(described)


def _weight_decay_help() -> str:
    """What it is where it is not given."""
    by_preset = ", ".join(f"{name} {how.weight_decay:g}" for name, (_, how) in PRESETS.items())
    none = "none where a small text is read for iterations instead of a time"
    return f"default: {USUAL[1].weight_decay:g}, with a preset {by_preset}; {none}"
