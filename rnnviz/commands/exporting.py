"""The command `export`: a run's network as files that other programs read."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from pathlib import Path

from rnnviz.commands.reading import check_out
from rnnviz.commands.speaking import DONE, say
from rnnviz.models.subject import Subject
from rnnviz.runs.run import Run
from rnnviz.storage import speaking_of


def export(options: argparse.Namespace) -> int:
    """Write the network of a snapshot, or what the run recorded, and say what reads it."""
    run = Run.open(options.run, options.runs)
    if options.format in _RECORDED:
        say("\n".join(_recorded(run, options)))
        return DONE
    subject = run.subject(options.iteration)
    write = _WAYS[options.format]
    say("\n".join(write(subject, options.out)))
    return DONE


def _folder(subject: Subject, out: Path | None) -> list[str]:
    from rnnviz.export.networks.folder import CONFIG, VOCABULARY, WEIGHTS, save_folder

    folder = out or Path(_name(subject))
    _check_folder(folder)
    save_folder(subject, folder)
    return [f"{folder}: {WEIGHTS} by PyTorch's names, {CONFIG} and {VOCABULARY}"]


def _pytorch(subject: Subject, out: Path | None) -> list[str]:
    from rnnviz.export.networks.folder import module_lines

    lines = module_lines(subject, out or Path(_name(subject)))
    return [*_folder(subject, out), "It is a module of torch.nn by these three lines:", *lines]


def _recorded(run: Run, options: argparse.Namespace) -> list[str]:
    """Write all of a run that is no network."""
    if options.iteration is not None:
        raise ValueError(
            f"--iteration is {options.iteration}, but --format {options.format} holds all of them; "
            "leave it out."
        )
    folder = options.out or Path(f"{run.id}-{options.format}")
    _check_folder(folder)
    return _RECORDED[options.format](run, folder)


def _csv(run: Run, folder: Path) -> list[str]:
    return [_listed(folder, run.export_csv(folder))]


def _parquet(run: Run, folder: Path) -> list[str]:
    written = _listed(folder, run.export_parquet(folder))
    return [f"{written}; the metadata of each column says what it is, and in which unit"]


def _listed(folder: Path, written: list[Path]) -> str:
    names = ", ".join(path.name for path in written)
    return f"{folder}: {names or 'no table, as nothing is recorded yet'}"


def _tensorboard(run: Run, folder: Path) -> list[str]:
    from rnnviz.export.tensorboard import save_tensorboard

    path = save_tensorboard(run, folder)
    return [f"{path}: `tensorboard --logdir {shlex.quote(str(folder))}` shows it"]


def _check_folder(folder: Path) -> None:
    with speaking_of(folder):
        folder.exists()  # where that may not be looked at, or its name is too long, it is said now
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"--out is {folder}, which is a file; name a folder.")
    if not folder.absolute().parent.is_dir():
        raise ValueError(f"--out is {folder}, but {folder.parent} is not a folder; make it first.")


def _keras(subject: Subject, out: Path | None) -> list[str]:
    from rnnviz.export.networks.keras import save_keras

    save_keras(subject, path := _file(subject, out, ".keras"))
    return [f"{path}: a model of one-hot characters (batch, time, character) to logits; {_WHERE}"]


def _onnx(subject: Subject, out: Path | None) -> list[str]:
    from rnnviz.export.networks.onnx import GATES, OPSET, save_onnx

    save_onnx(subject, path := _file(subject, out, ".onnx"))
    return [
        f"{path}: ids (time, batch) to logits (time, batch, character), from the zero state; opset "
        f"{OPSET}, gates in ONNX's order ({GATES[subject.model.cell]}); {_WHERE}"
    ]


def _file(subject: Subject, out: Path | None, end: str) -> Path:
    path = out or Path(_name(subject) + end)
    check_out(path)
    return path


def _name(subject: Subject) -> str:
    return f"{subject.origin.run}-{subject.origin.iteration}"


_WHERE = "its characters stand in run.json, in the order of their ids"

Way = Callable[[Subject, Path | None], list[str]]
_WAYS: dict[str, Way] = {
    "safetensors": _folder,
    "pytorch": _pytorch,
    "keras": _keras,
    "onnx": _onnx,
}
_RECORDED: dict[str, Callable[[Run, Path], list[str]]] = {
    "csv": _csv,
    "parquet": _parquet,
    "tensorboard": _tensorboard,
}
