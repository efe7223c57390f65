"""The files of one run, by name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rnnviz.storage import is_folder

_SNAPSHOT = re.compile(r"([0-9]{8,})\.safetensors")
_HALF_WRITTEN = re.compile(r"\.[0-9a-f-]+\.part")
_PUBLISHER = re.compile(r"publisher-[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of a run and what lies in it.

    Attributes:
        path: the folder; its name is the run's id.

    Example:
        >>> folder = RunFolder(Path("runs/hamlet-lstm-20260102-030405-0001234"))
        >>> folder.id, folder.snapshot(200).name
        ('hamlet-lstm-20260102-030405-0001234', '00000200.safetensors')
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
    def json_lock(self) -> Path:
        """Held by who changes the description."""
        return self.path / "run.json.lock"

    @property
    def text(self) -> Path:
        """The decoded training text, UTF-8."""
        return self.path / "text.txt"

    @property
    def truth(self) -> Path:
        """What is known to be true of the text; there where the text was generated."""
        return self.path / "truth.safetensors"

    @property
    def beginning(self) -> Path:
        """The weights that training began with; there where they are another run's."""
        return self.path / "beginning.safetensors"

    @property
    def history(self) -> Path:
        """The SQLite file."""
        return self.path / "history.sqlite"

    @property
    def history_logs(self) -> tuple[Path, ...]:
        """What SQLite keeps beside it for a while."""
        return tuple(self.path / f"{self.history.name}-{end}" for end in ("wal", "shm", "journal"))

    @property
    def resume(self) -> Path:
        """What training goes on from."""
        return self.path / "resume.safetensors"

    @property
    def resume_next(self) -> Path:
        """What training goes on from once the history says so."""
        return self.path / "resume-next.safetensors"

    @property
    def resume_before(self) -> Path:
        """What training goes on from where the newest cannot be used."""
        return self.path / "resume-before.safetensors"

    @property
    def lock(self) -> Path:
        """Held by the worker for life."""
        return self.path / "worker.lock"

    @property
    def starting(self) -> Path:
        """Locked by a worker that is still loading."""
        return self.path / "starting.lock"

    @property
    def log(self) -> Path:
        """What a worker in the background prints."""
        return self.path / "worker.log"

    @property
    def snapshots(self) -> Path:
        """The folder of weights."""
        return self.path / "snapshots"

    @property
    def is_read_only(self) -> bool:
        """Whether this process may not write the folder, or a file in it that training changes.

        So it is with a run of another user's, on a disk that is mounted read-only, in an archive;
        and the example is only ever read.
        """
        home = os.fspath(self.path)
        changed = (home, *(f"{home}{os.sep}{name}" for name in _CHANGED))
        return self == EXAMPLE or any(
            not os.access(path, os.W_OK) and os.path.lexists(path) for path in changed
        )

    def snapshot(self, iteration: int) -> Path:
        """The weights at an iteration."""
        return self.snapshots / f"{iteration:08d}.safetensors"

    def snapshots_there(self) -> dict[int, Path]:
        """The weights that are there, by iteration; whatever else lies beside them is left out."""
        named = {path: _SNAPSHOT.fullmatch(path.name) for path in _in(self.snapshots)}
        return {int(found[1]): path for path, found in named.items() if found is not None}

    def publishers(self) -> list[Path]:
        """The folder of whoever publishes the run from another disk, if somebody does."""
        named = (path for path in _in(self.path) if _PUBLISHER.fullmatch(path.name))
        return [path for path in named if is_folder(path)]

    def half_written(self) -> list[Path]:
        """What a process that was killed left behind."""
        paths = (*_in(self.path), *_in(self.snapshots))
        return [path for path in paths if _HALF_WRITTEN.fullmatch(path.name)]

    def files(self) -> list[Path]:
        """All files that the run is made of, those that may be missing too; its locks are last."""
        ready = [path for publisher in self.publishers() for path in _in(publisher)]
        return [*self.snapshots_there().values(), *ready, *self.half_written(), *self._named()]

    def size(self) -> int:
        """Bytes of all these files, as far as they can be seen."""
        return sum(
            _size(found)
            for folder, named in (
                (self.path, _NAMES.__contains__),
                (self.snapshots, _SNAPSHOT.fullmatch),
            )
            for found in _entries(folder)
            if named(found.name) or _HALF_WRITTEN.fullmatch(found.name)
        )

    def _named(self) -> tuple[Path, ...]:
        told = (self.json, self.text, self.truth, self.beginning, self.history, *self.history_logs)
        points = (self.resume, self.resume_next, self.resume_before)
        return (*told, *points, self.log, self.json_lock, self.starting, self.lock)


def _in(folder: Path) -> Iterator[Path]:
    """What lies in a folder; a link to one is none."""
    return folder.iterdir() if is_folder(folder) else iter(())


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Likewise, at a tenth of the cost; nothing where it cannot be seen."""
    with suppress(OSError):
        if is_folder(folder):
            with os.scandir(folder) as found:
                return list(found)
    return []


def _size(found: os.DirEntry[str]) -> int:
    with suppress(OSError):
        return found.stat(follow_symlinks=False).st_size
    return 0


_ANY = RunFolder(Path())
_NAMES = frozenset(path.name for path in _ANY._named())
_CHANGED = tuple(path.name for path in (_ANY.snapshots, _ANY.history, _ANY.lock, _ANY.json_lock))

# The one that comes with the program. No run of a person's has its name: an id is longer.
EXAMPLE = RunFolder(Path(__file__).parents[1] / "shipped" / "example")
