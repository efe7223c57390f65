"""The files of one run, by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
