"""All runs of a folder: where they are kept, made, found and deleted."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from rnnviz.arrays import np
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.models.subject import Subject
from rnnviz.runs.beginning import alphabet_for, network_for, origin_of
from rnnviz.runs.describing import described, utf8
from rnnviz.runs.description import RunDescription, write_description
from rnnviz.runs.documents import RunError, speaking_of, write_bytes, write_tensors
from rnnviz.runs.example import check_changeable
from rnnviz.runs.history import History, read_status
from rnnviz.runs.lease import dismiss
from rnnviz.runs.left_overs import being_made, finish_left_overs
from rnnviz.runs.locks import GLANCE_SECONDS, hold
from rnnviz.runs.naming import made_at, new_run_id, while_made
from rnnviz.runs.paths import EXAMPLE, RunFolder
from rnnviz.runs.recognition import is_run
from rnnviz.runs.removal import remove
from rnnviz.runs.sealed import Tensors
from rnnviz.runs.states import ENDED, LIVING
from rnnviz.runs.whereabouts import Whereabouts, gives_a_sign
from rnnviz.storage import followed
from rnnviz.text.alphabet import Alphabet, Hangul
from rnnviz.text.reading import Reading
from rnnviz.training.memory import check_memory
from rnnviz.training.presets import suited

_RESUME = re.compile(" and resume(?: the run)?")  # of a run that was not made nothing can be

# Who deletes a run whose worker has said its last word, but has not let go yet, looks on meanwhile.
_ENDING_SECONDS = 5.0


def runs_folder(given: str | Path | None = None) -> Path:
    """Where runs are kept: the folder given, else $RNNVIZ_RUNS, else ./runs."""
    return Path(given or os.environ.get("RNNVIZ_RUNS") or "runs")


def create_folder(
    runs: Path,
    text: str,
    text_name: str,
    model: ModelConfig | None,
    training: TrainingConfig | None,
    hangul: Hangul = "syllables",
    truth: Tensors | None = None,
    lesson: str | None = None,
    reading: Reading | None = None,
    group: str | None = None,
    begin: Subject | None = None,
) -> RunFolder:
    """Make the folder of a new run: others see it whole or not at all.

    Raises:
        TextError: the text has too many distinct characters, or some that are none, or that the
            snapshot it begins with does not know.
        ValueError: `hangul` is neither "syllables" nor "jamo", memory does not suffice, or the
            snapshot is of another network.
        RunError: the folder cannot be written, or the snapshot cannot be read.
    """
    data, created = utf8(text), datetime.now(UTC).astimezone()
    alphabet = Alphabet.of(text, hangul) if begin is None else alphabet_for(begin, text)
    characters = len(alphabet.characters(text))
    network, how = _suited(characters, model, begin)
    description = described(
        text,
        text_name,
        alphabet,
        network,
        training or how,
        created,
        reading=reading,
        lesson=lesson,
        group=group,
        origin=None if begin is None else origin_of(begin),
    )
    check_memory(description.model, description.training, characters, len(alphabet.vocabulary))
    folder = RunFolder(runs / new_run_id(description.text_name, network.cell, created))
    weights = {} if begin is None else begin.read_weights()
    known = _by_timestep(truth or {}, alphabet, text)
    make_whole(folder, lambda hidden: _fill(hidden, data, description, known, weights))
    return folder


def find_folders(runs: Path) -> Iterator[RunFolder]:
    """The folders of all runs, newest first; what is not a run is passed over."""
    with speaking_of(runs):
        if runs.is_symlink():
            runs.stat()  # one that leads nowhere, or in a circle, is said
        paths = list(runs.iterdir()) if runs.is_dir() else []
    found = filter(is_run, paths)
    return map(RunFolder, sorted(found, key=lambda path: made_at(path.name), reverse=True))


def find_folder(runs: Path, run_id: str) -> RunFolder | None:
    """The folder of the run with an id, if there is one; a path is none."""
    path = runs / run_id
    return RunFolder(path) if path.name == run_id and is_run(path) else None


def folder_of(runs: Path, run: str | Path) -> RunFolder:
    """The folder of a run: by id, by the beginning of an id that only one run has, or by path.

    Where no run begins with "example", that is the one which comes with the program. What could be
    an id is none of a folder that happens to have that name.

    Raises:
        RunError: there is none, or more than one.
    """
    name = str(run)
    if not name or name == ".":
        raise RunError("no run was named; give its id, the beginning of it, or its folder.")
    if (exact := find_folder(runs, name)) is not None:
        return exact
    matching = [folder for folder in find_folders(runs) if folder.id.startswith(name)]
    if len(matching) > 1:
        raise RunError(f"{len(matching)} runs in {runs} begin with {name!r}; give more of the id.")
    found = matching[0] if matching else _at(Path(run))
    if found is None and name == EXAMPLE.id:
        found = EXAMPLE
    if found is None:
        shows = f"`{command(runs, 'list')}` shows what is there"
        raise RunError(f"there is no run {name!r} in {runs}; {shows}.")
    return found


def delete(folder: RunFolder) -> list[Path]:
    """Delete the files that a run is made of, damaged or not; a worker that ends is waited for.

    Returns:
        What is left: files in its folder that are not the run's. None are left as a rule, and the
        folder is gone too.

    Raises:
        RunError: it is no run, a worker is still training or ending, or the disk refuses.
    """
    with undisturbed(folder, "delete"):
        finish_left_overs(folder.path.parent)
        return remove(folder)


@contextmanager
def undisturbed(folder: RunFolder, what: str) -> Iterator[None]:
    """Nobody trains the run inside; a worker that ends is waited for.

    Args:
        folder: of the run.
        what: is done to it, a verb.

    Raises:
        RunError: it is no run, or the example, or a worker is still training or ending.
    """
    check_changeable(folder.path)
    with speaking_of(folder.path):
        folder.path.lstat()  # a lock would make the folder again
    if not is_run(folder.path):
        raise RunError(f"{folder.path} is no run of this program; there is nothing to {what}.")
    state = _last_state(folder)
    ended = state in ENDED
    lock = hold(folder.lock, _ENDING_SECONDS if ended else GLANCE_SECONDS)
    if lock is None:
        how = "ending; try again in a moment" if ended else f"training; stop it, then {what} it"
        raise RunError(f"run {folder.id} is still {how}.")
    try:
        if state in LIVING:
            listen_for_worker(folder)
        dismiss(folder)
        yield
    finally:
        lock.release()


def resume_command(folder: RunFolder) -> str:
    """What goes on with a run; see `command`."""
    return command(folder.path.parent, "train", "--resume", folder.id)


def command(runs: Path, *words: str) -> str:
    """A command on a folder of runs, as it can be pasted into a shell, whatever its path holds.

    The folder is named where it is not the usual one of everybody who types it here.

    Example:
        >>> command(Path("/home/ada/my runs"), "show", "hamlet")
        "python -m rnnviz show hamlet --runs '/home/ada/my runs'"
    """
    usual = followed(runs) == followed(runs_folder()) == followed(Path("runs"))
    where = [] if usual else ["--runs", str(runs.absolute())]
    return shlex.join(["python", "-m", "rnnviz", *words, *where])


def _at(path: Path) -> RunFolder | None:
    """The run that a path leads to; links above it are followed, it itself must be none."""
    with speaking_of(path):
        parent = followed(path.absolute().parent)
    found = parent / path.absolute().name
    return RunFolder(found) if is_run(found) else None


def listen_for_worker(folder: RunFolder) -> str:
    """By whom and where a run was trained that is free now, if its lock tells nothing; else "".

    Raises:
        RunError: that worker has given a sign of life meanwhile.
    """
    where = Whereabouts.told(folder.lock)
    if where is None or where.is_in_sight:
        return ""
    if gives_a_sign(folder.lock):
        raise RunError(f"run {folder.id} is being trained {where.words}; stop it there.")
    return where.words


def _last_state(folder: RunFolder) -> str | None:
    """What the last worker said last; None where the history is damaged."""
    with suppress(RunError):
        return read_status(folder.history).state
    return None


def _suited(
    characters: int, model: ModelConfig | None, begin: Subject | None
) -> tuple[ModelConfig, TrainingConfig]:
    """The network asked for or begun with, else what suits the text; and the training that does."""
    usual, how = suited(None, characters)
    if begin is not None:
        return network_for(begin, model or replace(begin.model, dropout=usual.dropout)), how
    return model or usual, how


def _by_timestep(truth: Tensors, alphabet: Alphabet, text: str) -> Tensors:
    """What is known of each character, of each that the network reads."""
    timesteps = alphabet.timesteps(text) if truth else 1
    return {name: np.repeat(values, timesteps) for name, values in truth.items()}


def make_whole(folder: RunFolder, fill: Callable[[RunFolder], None]) -> None:
    """Make the folder of a run out of sight, and show it once it is whole.

    Args:
        folder: of the run.
        fill: writes its files into the hidden folder that it is given.
    """
    finish_left_overs(folder.path.parent)
    hidden = RunFolder(folder.path.with_name(while_made(folder.id)))
    try:
        with being_made(hidden):
            fill(hidden)
            with speaking_of(folder.path):
                hidden.path.rename(folder.path)
    except BaseException as error:
        rmtree(hidden.path, ignore_errors=True)
        if isinstance(error, RunError):
            said = str(error).replace(str(hidden.path), str(folder.path))
            raise RunError(_RESUME.sub(" and try again", said)) from error
        raise


def _fill(
    folder: RunFolder, text: bytes, description: RunDescription, truth: Tensors, weights: Tensors
) -> None:
    write_bytes(folder.text, text)
    if truth:
        write_tensors(folder.truth, truth)
    if weights:
        write_tensors(folder.beginning, weights)
    write_description(folder, description)
    History(folder.history, create=True).close()
