"""The arguments of the commands that take networks from elsewhere, and give runs away."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from rnnviz.cells import Nonlinearity


def add_import(command: argparse.ArgumentParser) -> None:
    """Of `import`, but for those that say how the file of a text is read."""
    command.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help=".safetensors, .pt or .pth with a state dict, .keras or .h5, or a folder with "
        "config.json; several are checkpoints of one network, with iterations in their names",
    )
    command.add_argument(
        "--vocabulary",
        metavar="V",
        help="the characters in the order of their ids: a .json file with a list or an object of "
        "characters and ids, a file with one a line (Keras' vocabulary.txt), a text file whose "
        "distinct characters they are, or the characters themselves; default: vocabulary.json, "
        "vocab.json, or either as .txt, in the folder",
    )
    command.add_argument(
        "--text",
        type=Path,
        metavar="T",
        help="what pages read; default: the vocabulary's text file, or a text that the network "
        "writes itself",
    )
    command.add_argument("--name", metavar="N", help="what the run is called")
    command.add_argument(
        "--nonlinearity",
        choices=get_args(Nonlinearity),
        help="of a plain RNN, where the files do not say it",
    )
    command.add_argument(
        "--skip-unknown",
        action="store_true",
        help="leave out characters of the text that the network does not know",
    )


def add_export(command: argparse.ArgumentParser) -> None:
    """Of `export`, besides the run itself."""
    command.add_argument(
        "--format",
        choices=("safetensors", "pytorch", "keras", "onnx", "csv", "parquet", "tensorboard"),
        default="safetensors",
        help="safetensors: a folder with weights by PyTorch's names, config.json and vocabulary; "
        "pytorch: the same, and three lines that make a module of it; keras: a .keras archive; "
        "onnx: a graph; csv, parquet: a folder with all tables that were recorded; tensorboard: a "
        "folder with losses, gradient norms and samples by iteration (default: safetensors)",
    )
    command.add_argument("--iteration", type=int, help="a snapshot (default: the best)")
    command.add_argument(
        "--out",
        type=Path,
        metavar="PATH",
        help="of the folder or file; default: the run's id and the iteration or format, here",
    )


def add_report(command: argparse.ArgumentParser) -> None:
    """Of `report`, but for those that say how the file of a text is read."""
    command.add_argument(
        "run",
        nargs="+",
        metavar="RUN",
        help="id, its beginning, or a folder; several are compared, up to eight",
    )
    command.add_argument("--out", type=Path, required=True, metavar="F.html", help="the file")
    command.add_argument(
        "--iteration", type=int, help="a snapshot, of each run (default: the best of each)"
    )
    command.add_argument(
        "--text-file",
        type=Path,
        metavar="F",
        help="what the networks read, its first 3,000 characters, less those that one does not "
        "know (default: the held-out part)",
    )


def add_gallery(command: argparse.ArgumentParser) -> None:
    """Of `gallery`."""
    command.add_argument("folder", type=Path, metavar="FOLDER", help="with reports in it")
