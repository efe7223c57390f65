"""The folder of a run: which files it holds and what `run.json` says."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs import ending
from rnnviz.runs.documents import (
    RunError,
    Tensors,
    read_json,
    speaking_of,
    write_bytes,
    write_json,
    write_tensors,
)
from rnnviz.runs.history import History
from rnnviz.runs.locks import GLANCE_SECONDS, hold
from rnnviz.runs.naming import first_name
from rnnviz.text.alphabet import Alphabet, Hangul
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary

FORMAT = 1
_RUN_ID = re.compile(r"[a-z0-9-]{8,64}")
_DATED = len("20260102-030405-123abcd")
_PACKAGES = ("torch", "numpy")


def runs_folder(given: str | Path | None = None) -> Path:
    """Where runs are kept: the folder given, else $RNNVIZ_RUNS, else ./runs."""
    return Path(given or os.environ.get("RNNVIZ_RUNS") or "runs")


def new_run_id(name: str, cell: str, created: datetime) -> str:
    """A readable id that no other run has.

    Example:
        >>> new_run_id("King Lear.txt", "lstm", datetime(2026, 1, 2, 3, 4, 5))[:-4]
        'king-lear-lstm-20260102-030405-000'
    """
    plain = unicodedata.normalize("NFKD", Path(name).stem).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:24].strip("-") or "text"
    milliseconds = created.microsecond // 1000
    return f"{slug}-{cell}-{created:%Y%m%d-%H%M%S}-{milliseconds:03d}{secrets.token_hex(2)}"


@dataclass(frozen=True, slots=True)
class RunDescription:
    """What `run.json` says: nothing in it changes while the run trains, but its name.

    Attributes:
        name: what a person calls the run.
        model: the network.
        training: how it is trained.
        alphabet: how text becomes characters, and these become ids.
        text_name: where the text came from.
        text_sha256: of the text in UTF-8.
        text_characters: its length in characters of the alphabet.
        created: when, in ISO format.
        packages: versions it was made with.
    """

    name: str
    model: ModelConfig
    training: TrainingConfig
    alphabet: Alphabet
    text_name: str
    text_sha256: str
    text_characters: int
    created: str
    packages: dict[str, str]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run.

    Attributes:
        path: the folder; its name is the run's id.
    """

    path: Path

    @property
    def id(self) -> str:
        """The run's id."""
        return self.path.name

    @property
    def json(self) -> Path:
        """Configuration, vocabulary and where the text came from."""
        return self.path / "run.json"

    @property
    def text(self) -> Path:
        """The decoded training text, UTF-8."""
        return self.path / "text.txt"

    @property
    def truth(self) -> Path:
        """What is known to be true of the text; there where the text was generated."""
        return self.path / "truth.safetensors"

    @property
    def history(self) -> Path:
        """The SQLite file."""
        return self.path / "history.sqlite"

    @property
    def resume(self) -> Path:
        """What training goes on from."""
        return self.path / "resume.safetensors"

    @property
    def lock(self) -> Path:
        """Held by the worker for life."""
        return self.path / "worker.lock"

    @property
    def log(self) -> Path:
        """What a worker in the background prints."""
        return self.path / "worker.log"

    @property
    def snapshots(self) -> Path:
        """The folder of weights."""
        return self.path / "snapshots"

    def snapshot(self, iteration: int) -> Path:
        """The weights at an iteration."""
        return self.snapshots / f"{iteration:08d}.safetensors"

    def forget_after(self, iteration: int) -> None:
        """Delete later snapshots, and what a worker that was killed left half written."""
        with speaking_of(self.path):
            for path in self.snapshots.glob("*.safetensors"):
                if int(path.stem) > iteration:
                    path.unlink()
            for path in (*self.path.glob(".*.part"), *self.snapshots.glob(".*.part")):
                path.unlink()

    def read_text(self) -> str:
        """The training text.

        Raises:
            RunError: the file is missing or not the text the run was made from.
        """
        with speaking_of(self.text):
            data = self.text.read_bytes()
        if hashlib.sha256(data).hexdigest() != self.describe().text_sha256:
            raise RunError(f"{self.text} is not the text this run was made from; restore it.")
        return data.decode()

    def describe(self) -> RunDescription:
        """What `run.json` says.

        Raises:
            RunError: it is missing, damaged, or of a newer format.
        """
        values = read_json(self.json)
        try:
            if values["format"] > FORMAT:
                raise RunError(
                    f"{self.json} has format {values['format']}; this version reads up to "
                    f"{FORMAT}. Update rnnviz."
                )
            return _description(values)
        except (KeyError, TypeError, ValueError) as error:
            raise RunError(f"{self.json} is damaged ({error!r}); delete the run.") from error

    def rename(self, name: str) -> None:
        """Give the run another name; its id stays.

        Raises:
            ValueError: the name is empty or longer than 100 characters.
        """
        if not 1 <= len(name.strip()) <= 100:
            raise ValueError(f"the name has {len(name.strip())} characters; 1 to 100 are allowed.")
        self.write(replace(self.describe(), name=name.strip()))

    def delete(self) -> None:
        """Delete the folder and all in it, damaged or not; a worker that ends is waited for.

        Raises:
            RunError: a worker is still training or ending, or the disk refuses.
        """
        with speaking_of(self.path):
            self.path.stat()  # a lock would make the folder again
        ended = ending.has_ended(self.history)
        lock = hold(self.lock, ending.DELETE_SECONDS if ended else GLANCE_SECONDS)
        if lock is None:
            how = "ending; try again in a moment" if ended else "training; stop it, then delete it"
            raise RunError(f"run {self.id} is still {how}.")
        try:
            with speaking_of(self.path):
                rmtree(self.path.rename(self.path.with_name(f".{self.id}")))
        finally:
            lock.release()

    def write(self, description: RunDescription) -> None:
        """Write `run.json`."""
        write_json(
            self.json,
            {
                "format": FORMAT,
                "name": description.name,
                "model": description.model.to_json(),
                "training": description.training.to_json(),
                "vocabulary": list(description.alphabet.vocabulary.characters),
                "text": {
                    "name": description.text_name,
                    "sha256": description.text_sha256,
                    "characters": description.text_characters,
                    "hangul": description.alphabet.hangul,
                },
                "created": description.created,
                "packages": description.packages,
            },
        )


def create_folder(
    runs: Path,
    text: str,
    text_name: str,
    model: ModelConfig,
    training: TrainingConfig,
    hangul: Hangul = "syllables",
    truth: Tensors | None = None,
) -> RunFolder:
    """Make the folder of a new run: others see it whole or not at all.

    Raises:
        TextError: the text has too many distinct characters, or some that are none.
        ValueError: `hangul` is neither "syllables" nor "jamo".
        RunError: the folder cannot be written.
    """
    data, created = _utf8(text), datetime.now(UTC).astimezone()
    alphabet = Alphabet.of(text, hangul)
    text_name = text_name.encode("utf-8", "replace").decode()  # a file's may hold any bytes
    python = ".".join(map(str, sys.version_info[:3]))
    description = RunDescription(
        name=first_name(text_name),
        model=model,
        training=training,
        alphabet=alphabet,
        text_name=text_name,
        text_sha256=hashlib.sha256(data).hexdigest(),
        text_characters=len(alphabet.characters(text)),
        created=created.isoformat(timespec="seconds"),
        packages={"python": python} | {name: version(name) for name in _PACKAGES},
    )
    folder = RunFolder(runs / new_run_id(text_name, model.cell, created))
    unseen = RunFolder(runs / f".{folder.id}")  # a name that no run has
    try:
        timesteps = alphabet.timesteps(text) if truth else 1
        known = {name: np.repeat(values, timesteps) for name, values in (truth or {}).items()}
        _fill(unseen, data, description, known)
        with speaking_of(folder.path):
            unseen.path.rename(folder.path)
    except BaseException:
        rmtree(unseen.path, ignore_errors=True)
        raise
    return folder


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise TextError(
            f"the text holds half a character (U+{ord(text[error.start]):04X}) at position "
            f"{error.start:,}; leave it out."
        ) from error


def _fill(folder: RunFolder, text: bytes, description: RunDescription, truth: Tensors) -> None:
    with speaking_of(folder.path):
        folder.snapshots.mkdir(parents=True)
    write_bytes(folder.text, text)
    if truth:
        write_tensors(folder.truth, truth)
    folder.write(description)
    History(folder.history, create=True).close()


def find_folders(runs: Path) -> Iterator[RunFolder]:
    """The folders of all runs, newest first; what is not a run is passed over."""
    with speaking_of(runs):
        paths = list(runs.iterdir()) if runs.is_dir() else []
    found = [path for path in paths if _RUN_ID.fullmatch(path.name) and path.is_dir()]
    newest = sorted(found, key=lambda path: path.name[-_DATED:], reverse=True)
    return map(RunFolder, newest)


def folder_of(runs: Path, run: str | Path) -> RunFolder:
    """The folder of a run: by id, by the beginning of an id that only one run has, or by path.

    Raises:
        RunError: there is none, or more than one.
    """
    path = Path(run)
    with speaking_of(path):
        if path.is_dir() and (path / "run.json").exists():
            return RunFolder(path.resolve())
    name = str(run)
    if not name or name == ".":
        raise RunError("no run was named; give its id, the beginning of it, or its folder.")
    matching = [folder for folder in find_folders(runs) if folder.id.startswith(name)]
    exact = [folder for folder in matching if folder.id == name]
    if len(exact or matching) == 1:
        return (exact or matching)[0]
    if not matching:
        raise RunError(f"there is no run {name!r} in {runs}; `rnnviz list` shows what is there.")
    raise RunError(f"{len(matching)} runs in {runs} begin with {name!r}; give more of the id.")


def _description(values: dict[str, Any]) -> RunDescription:
    text = {"hangul": "syllables", **values["text"]}  # there was no choice once
    return RunDescription(
        name=values["name"],
        model=ModelConfig.from_json(values["model"]),
        training=TrainingConfig.from_json(values["training"]),
        alphabet=Alphabet(Vocabulary(tuple(values["vocabulary"])), text["hangul"]),
        text_name=text["name"],
        text_sha256=text["sha256"],
        text_characters=text["characters"],
        created=values["created"],
        packages=values["packages"],
    )
