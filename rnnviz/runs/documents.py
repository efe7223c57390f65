"""What the files of a run hold, read and checked: JSON objects, arrays, text."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rnnviz import storage
from rnnviz.runs.sealed import Sealed, Tensors, seal, unseal
from rnnviz.storage import Stamp, StorageError, is_file, read_file, share, write_whole

_MOST_BYTES = 8 << 30  # of a text, and of the weights of a network
_MOST_JSON = 16 << 20  # of 4,000 distinct characters it has 60,000 bytes

_WORDS = {
    errno.ENOSPC: "the disk is full; make room and resume the run",
    errno.EFBIG: "the file would be larger than allowed here; make room and resume the run",
    errno.EDQUOT: "your disk quota is used up; make room and resume the run",
    errno.EACCES: "permission denied; choose a folder you may write with --runs",
    errno.EPERM: "permission denied; choose a folder you may write with --runs",
    errno.EROFS: "the disk is read-only; choose another folder with --runs",
    errno.ENOENT: "it does not exist; the run may have been deleted",
    errno.ELOOP: "it is a link, which is not followed, or a link in its path leads back to itself; "
    "put the file itself there",
    errno.EISDIR: "a folder stands there, where a file belongs; take it away",
    errno.EEXIST: "no folder can be made there, for something else has its name; choose another "
    "with --runs",
    errno.ENOTDIR: "a part of its path is not a folder; choose another with --runs",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one with --runs",
}
_OF_NEW = _WORDS | {errno.ENOENT: "no folder can be made there; choose another with --runs"}


class RunError(StorageError):
    """A run cannot be read or written; the message says which, why and what to do."""


@contextmanager
def speaking_of(path: Path, *, new: bool = False) -> Iterator[None]:
    """Turn the system's errors about a file of a run into one sentence.

    Args:
        path: the file.
        new: whether it is the folder of a run that is being made.

    Raises:
        RunError: instead of OSError.
    """
    with storage.speaking_of(path, _OF_NEW if new else _WORDS, RunError):
        yield


@contextmanager
def within(folder: Path) -> Iterator[None]:
    """The border of one run: whatever goes wrong with its files is one sentence about it.

    Raises:
        RunError: instead of everything that reading what somebody else wrote may raise.

    Example:
        >>> with within(Path("runs/hamlet")):
        ...     int("three")
        Traceback (most recent call last):
        rnnviz.runs.documents.RunError: runs/hamlet cannot be read (invalid literal for int() ...
    """
    try:
        yield
    except (StorageError, MemoryError):
        raise
    except Exception as error:
        raise RunError(f"{folder} cannot be read ({error or repr(error)}).") from error


def damaged(path: Path, why: object) -> RunError:
    """What to say of a file of settings that cannot be understood.

    Example:
        >>> print(damaged(Path("run.json"), "it is empty"))
        run.json is damaged (it is empty). Restore it from a copy; until then nothing of this ...
    """
    return RunError(
        f"{path} is damaged ({why}). Restore it from a copy; until then nothing of this run is "
        "changed, and its text (text.txt) and weights (snapshots) can be read as they are."
    )


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        RunError: the disk is full, the folder is gone or may not be written.
    """
    with speaking_of(path):
        write_whole(path, data)
    share(path)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON object; see `write_bytes`."""
    write_bytes(path, json.dumps(values, ensure_ascii=False, indent=1).encode())


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        RunError: the file is missing or damaged.
    """
    with speaking_of(path):
        data = read_file(path, _MOST_JSON)
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:  # a million brackets deep
        raise damaged(path, error) from error
    if not isinstance(values, dict):
        raise damaged(path, "no JSON object")
    return values


def read_text(path: Path, sha256: str) -> str:
    """The text with this digest.

    Raises:
        RunError: the file is missing, or holds another text.
    """
    with speaking_of(path):
        data = read_file(path, _MOST_BYTES)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise RunError(f"{path} is not the text this run was made from; restore it.")
    return data.decode()


def write_tensors(path: Path, tensors: Tensors, values: Mapping[str, Any] | None = None) -> str:
    """Write arrays as safetensors, plain values beside them in its header; their digest."""
    data, digest = seal(tensors, values or {})
    write_bytes(path, data)
    return digest


def read_tensors(path: Path) -> Sealed:
    """What `write_tensors` wrote: arrays, values, digest.

    Raises:
        RunError: the file is missing, cut short or damaged, be it by one bit.
    """
    with speaking_of(path):
        data = read_file(path, _MOST_BYTES)
    try:
        return unseal(data)
    except ValueError as error:
        raise RunError(
            f"{path} is damaged ({error}); restore it from a copy, or choose another iteration."
        ) from error


def history_sentence(path: Path, reason: str) -> str:
    """What to say where SQLite refuses, by its own reason."""
    if "full" in reason or "disk I/O" in reason:
        return f"{path}: the disk is full or refuses ({reason}); make room and resume."
    if "readonly" in reason or "unable to open" in reason:
        return f"{path}: {reason}; choose a folder you may write with --runs."
    if "locked" in reason:
        return f"{path}: another process keeps it locked; try again."
    if any(word in reason for word in ("malformed", "not a database", "no such", "corrupt")):
        return damaged_history(path, reason)
    if "interrupted" in reason:
        return damaged_history(path, "reading it does not end")
    return f"{path} cannot be used now: {reason}."


def damaged_history(path: Path, why: str) -> str:
    """What to say of a history that cannot be understood, and what there is to read still.

    Example:
        >>> print(damaged_history(Path("history.sqlite"), "no status"))
        history.sqlite is damaged (no status). Restore it from a copy, or get out what is left ...
    """
    rescue = shlex.join(["sqlite3", str(path), ".recover"])
    return (
        f"{path} is damaged ({why}). Restore it from a copy, or get out what is left with "
        f"`{rescue}`; the text and the snapshots beside it can be read by commands with "
        "--iteration, the number in a snapshot's name."
    )


def check_ordinary(path: Path) -> None:
    """Refuse a history that is no ordinary file, or has none beside it.

    Nothing is read through a link, and a pipe is not waited for.

    Raises:
        RunError: a link, a pipe, a folder or a device stands there.
    """
    for each in (str(path), f"{path}-wal", f"{path}-shm"):
        if not is_file(each) and os.path.lexists(each):
            raise RunError(f"{each} is no ordinary file; put the file itself there.")


def stamps(path: Path) -> tuple[Stamp | None, Stamp | None]:
    """What changes with a history: the stamps of its file and, if it holds anything, of its log.

    Both are None only where the file is missing.
    """
    log = Stamp.of(f"{path}-wal")
    return Stamp.of(path), log if log is not None and log.size else None
