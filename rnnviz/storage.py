"""Whole files or none, and plain words when a disk refuses."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Self

# Nanoseconds: of file systems in use, those that count in whole seconds are the coarsest.
_TICK = 2_000_000_000

# A pipe is not waited for, a link not followed; not every system has these words.
ORDINARY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)

_WORDS = MappingProxyType(
    {
        errno.ENOSPC: "the disk is full; make room",
        errno.EFBIG: "the file would be larger than allowed here; make room",
        errno.EDQUOT: "your disk quota is used up; make room",
        errno.EACCES: "permission denied; choose another place",
        errno.EPERM: "permission denied; choose another place",
        errno.EROFS: "the disk is read-only; choose another place",
        errno.ENOENT: "there is no such file, and none can be made; choose another place",
        errno.ENOTDIR: "a part of its path is not a folder; choose another place",
        errno.EISDIR: "it is a folder; name a file in it",
        errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
        errno.ELOOP: "a link in its path leads back to itself; choose another place",
    }
)


class StorageError(Exception):
    """A file cannot be read or written; the message says which, why and what to do."""


def lacking(package: str, files: str) -> ValueError:
    """That a package is needed to write some files.

    Example:
        >>> print(lacking("h5py", "Keras' files"))
        Keras' files are written with the package h5py; install it: `pip install h5py`.
    """
    return ValueError(
        f"{files} are written with the package {package}; install it: `pip install {package}`."
    )


@contextmanager
def speaking_of(
    path: Path, words: Mapping[int, str] = _WORDS, kind: type[StorageError] = StorageError
) -> Iterator[None]:
    """Turn the system's errors about a file into one sentence.

    Args:
        path: the file, which is named first.
        words: what is wrong and what to do, by the number of the error.
        kind: what is raised.

    Raises:
        StorageError: instead of OSError.

    Example:
        >>> with speaking_of(Path("here.npz")):
        ...     raise OSError(errno.ENOSPC, "No space left on device")
        Traceback (most recent call last):
        rnnviz.storage.StorageError: here.npz: the disk is full; make room.
    """
    try:
        yield
    except OSError as error:
        said = words.get(error.errno or 0, error.strerror or str(error))
        raise kind(f"{path}: {said}.") from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, never a part.

    Raises:
        OSError: see `whole_file`.
    """
    with whole_file(path) as file:
        file.write(data)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes its place at the end: all of it, or none.

    Until then, and after any failure, the file that was there before stays as it was.

    Raises:
        OSError: the disk is full, the folder is gone or may not be written, or what is there is
            no file.
    """
    mode = _check_replaceable(path)
    temporary = path.with_name(f".{os.getpid()}-{secrets.token_hex(4)}.part")  # see is_left_over
    try:
        with temporary.open("xb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    write_out(path.parent)


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files that belong together: none takes its place before the disk has all.

    Raises:
        StorageError: one cannot be written; what was there before stays as it was.
    """
    with ExitStack() as stack:
        for path, data in files.items():
            stack.enter_context(speaking_of(path))
            file = stack.enter_context(whole_file(path))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def folder_to_fill(folder: Path) -> Iterator[Path]:
    """A folder to write files into; one made for it goes again where nothing could be written.

    Raises:
        StorageError: it cannot be made.
    """
    with speaking_of(folder):
        folder = followed(folder)
        made = not folder.exists()
        folder.mkdir(exist_ok=True)
    try:
        yield folder
    except BaseException:
        with suppress(OSError):  # it holds something
            if made:
                folder.rmdir()
        raise


def followed(path: Path) -> Path:
    """The path without links; of links that lead in a circle, itself: who opens it is told."""
    return Path(os.path.realpath(path))


def is_folder(path: Path) -> bool:
    """Whether there is a folder, and not a link to one."""
    return _is_of_kind(path, stat.S_ISDIR)


def is_file(path: Path | str) -> bool:
    """Whether there is an ordinary file: no link, pipe or device."""
    return _is_of_kind(path, stat.S_ISREG)


def read_file(path: Path, most: int) -> bytes:
    """All bytes of an ordinary file; whatever else has its name is not waited for.

    Args:
        path: the file.
        most: bytes that such a file may have.

    Raises:
        OSError: it is missing, may not be read, is larger, or no ordinary file.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | ORDINARY), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        if found.st_size > most:
            raise OSError(errno.EINVAL, f"it has {found.st_size:,} bytes; {most:,} are allowed")
        return file.read(found.st_size)


def appended(path: Path) -> BinaryIO:
    """A file to write to at its end, made where there is none; a link is not followed.

    Raises:
        OSError: it may not be written, or is no file.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | ORDINARY
    return os.fdopen(os.open(path, flags, 0o666), "ab")


def share(path: Path) -> None:
    """Let those write a file or folder whom the folder it lies in lets, whatever the umask says.

    Only where that folder is its group's, or everybody's, to write; nothing is taken from anybody.
    """
    with suppress(OSError):
        mode = shared_mode(path)
        if mode is None:
            return
        found, group = path.lstat(), path.parent.stat().st_gid
        if stat.S_ISLNK(found.st_mode):
            return
        if found.st_gid != group:
            os.chown(path, -1, group)
        bits = mode if stat.S_ISDIR(found.st_mode) else mode & 0o666
        path.chmod(stat.S_IMODE(found.st_mode) | bits)


def shared_mode(path: Path) -> int | None:
    """The rights that whoever may write a folder gets to what lies in it; None where none do."""
    mode = stat.S_IMODE(path.parent.stat().st_mode)
    group = mode & stat.S_IRWXG if mode & stat.S_IWGRP else 0
    everybody = mode & stat.S_IRWXO if mode & stat.S_IWOTH and not mode & stat.S_ISVTX else 0
    shared = group | everybody
    return stat.S_IRWXU | shared | mode & stat.S_ISGID if shared else None


def write_out(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk, where the system lets them be."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY | ORDINARY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_left_over(part: Path) -> bool:
    """Whether a temporary file is of a process that has ended; another's may be written just now.

    Example:
        >>> is_left_over(Path(f".{os.getpid()}-00c0ffee.part"))
        False
    """
    number = part.name[1:].partition("-")[0]
    try:
        os.kill(int(number), 0)
    except PermissionError:  # it lives, and is another user's
        return False
    except (OSError, ValueError, OverflowError):
        return True
    return False


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file is written, if its clock has moved on since; see `is_settled`.

    Attributes:
        written: when, in nanoseconds since 1970.
        size: in bytes.
        inode: another where the file was replaced by a new one.
    """

    written: int
    size: int
    inode: int

    @classmethod
    def of(cls, path: Path | str) -> Self | None:
        """That of a file; None where there is none, or none that can be seen."""
        try:
            found = os.stat(path)  # noqa: PTH116 - of a path in words too, which is quicker made
        except OSError:
            return None
        return cls(found.st_mtime_ns, found.st_size, found.st_ino)

    def is_settled(self, now: int) -> bool:
        """Whether a file that is written after this moment gets another stamp.

        The clock of a file moves in ticks: what is written twice within one may look as it did.
        """
        return self.written < now - _TICK


def _is_of_kind(path: Path | str, kind: Callable[[int], bool]) -> bool:
    try:
        return kind(os.lstat(path).st_mode)
    except (OSError, ValueError):  # no name of a file, e.g. with a zero byte
        return False


def _check_replaceable(path: Path) -> int | None:
    """The rights of the file there is, if any; nothing that may not be written is replaced.

    A folder cannot be, and a device must not be either.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "it is no ordinary file; choose another place")
    if not path.exists():
        return None
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(path.stat().st_mode)
