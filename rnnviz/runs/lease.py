"""Who publishes a run that is trained on another disk: one process at a time, and never two.

A publisher has a folder of its own in that of the run. What is to be published is written there,
and takes its place by one rename. Who takes the run over removes that folder first, and a rename
that comes late, by a process that was slow and not dead, finds nothing to rename: no clock and no
lock is asked. What somebody asks of the publisher is written into that folder, too.
"""

from __future__ import annotations

import errno
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, Self, get_args

from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.history import History
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.states import Request
from rnnviz.runs.whereabouts import Whereabouts
from rnnviz.storage import is_folder, read_file, share, write_out

_ASKED, _MOST_BYTES = "asked", 100
_WAIT_SECONDS, _LOOK_SECONDS = 10.0, 0.1


class Lease:
    """The right to publish a run, from when it is taken until another takes it.

    Attributes:
        folder: of the run, where others look.

    Example:
        >>> import tempfile
        >>> folder = RunFolder(Path(tempfile.mkdtemp()))
        >>> first, second = Lease.take(folder), Lease.take(folder)
        >>> first.holds, second.holds
        (False, True)
    """

    def __init__(self, folder: RunFolder, home: Path) -> None:
        self.folder, self._home = folder, home

    @classmethod
    def take(cls, folder: RunFolder, asked: Request = "run") -> Self:
        """Take it from whoever has it.

        Args:
            folder: of the run.
            asked: what the publisher is asked to do at first.

        Raises:
            RunError: the disk refuses, or another takes it just now.
        """
        dismiss(folder)
        home = folder.path / f"publisher-{secrets.token_hex(8)}"
        with speaking_of(home):
            home.mkdir()
            share(home)
            (home / _ASKED).write_text(asked)
        share(home / _ASKED)
        lease = cls(folder, home)
        if folder.publishers() != [home]:
            lease.give_back()
            raise RunError(f"run {folder.id} was taken by two processes at once; try again.")
        return lease

    @property
    def holds(self) -> bool:
        """Whether nobody has taken it since."""
        return is_folder(self._home)

    def check(self) -> None:
        """Raise unless it holds.

        Raises:
            RunError: the run was deleted, or another process publishes it now.
        """
        if self.holds:
            return
        if not self.folder.json.exists():
            raise RunError(f"run {self.folder.id} was deleted while it was training.")
        where = Whereabouts.told(self.folder.lock)
        raise RunError(
            f"run {self.folder.id} is trained {where.words if where else 'by another'} now; this "
            "process, which was slow to answer, has stopped and publishes nothing more."
        )

    def put(self, source: BinaryIO, path: Path) -> None:
        """Let a file of the run be this one: all of it, on the disk, or none.

        Raises:
            RunError: the lease holds no longer, or the disk refuses.
        """
        ready = self._home / path.name
        try:
            with speaking_of(path):
                with ready.open("wb") as file:
                    copyfileobj(source, file)
                    file.flush()
                    os.fsync(file.fileno())
                share(ready)
                ready.replace(path)
                write_out(path.parent)
        except RunError:
            self.check()
            raise

    @property
    def asked(self) -> Request | None:
        """What somebody asks of the publisher; None where that cannot be read now."""
        return _asked(self._home)

    def give_back(self) -> None:
        """Publish nothing more."""
        _remove(self._home)


def dismiss(folder: RunFolder) -> None:
    """Let nobody publish the run any more.

    Raises:
        RunError: the disk refuses.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    with speaking_of(folder.path):
        while homes := folder.publishers():
            for home in homes:
                _remove(home)
                # Something may have been written there just now, or be open still.
                if is_folder(home) and time.monotonic() > deadline:
                    raise OSError(errno.ENOTEMPTY, f"{home.name} in it cannot be removed")


def ask(folder: RunFolder, request: Request) -> bool:
    """Ask whoever publishes the run to run, pause or stop; False where nobody does.

    Raises:
        RunError: the disk refuses.
    """
    for home in folder.publishers():
        with speaking_of(home), suppress(FileNotFoundError):  # it ends just now
            with os.fdopen(os.open(home / _ASKED, os.O_WRONLY | os.O_TRUNC), "w") as file:
                file.write(request)
            return True
    return False


def asked_last(folder: RunFolder) -> Request:
    """What was asked of whoever publishes the run, or did so until it died."""
    found = [_asked(home) for home in folder.publishers()]
    return next((request for request in found if request is not None), "run")


def lay_down(path: Path) -> None:
    """Let a history be one file, without a log, that may be replaced; readers are waited for.

    Raises:
        RunError: it is damaged, or readers do not let it go.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        with History(path, reading=True) as history:
            if history.is_laid_down:
                return
        try:
            with History(path) as history:
                history.lay_down()
        except RunError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_SECONDS)


def _asked(home: Path) -> Request | None:
    with suppress(OSError, ValueError):
        word = read_file(home / _ASKED, _MOST_BYTES).decode()
        return next((request for request in get_args(Request) if request == word), None)
    return None


def _remove(home: Path) -> None:
    """Remove the folder of a publisher; what is in it first, as no rename must find it."""
    with suppress(FileNotFoundError):
        for path in home.iterdir():
            path.unlink(missing_ok=True)
    with suppress(OSError):
        home.rmdir()
