"""Which runs there are and how each stands, at the cost of what has changed since the last look."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from rnnviz.runs.description import RunDescription, read_description
from rnnviz.runs.documents import RunError, stamps, within
from rnnviz.runs.history import read_status
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.states import Status, standing
from rnnviz.runs.status import elsewhere, last_word
from rnnviz.runs.store import find_folders
from rnnviz.storage import Stamp
from rnnviz.text.seen import Seen

DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Listed:
    """One run of many.

    Attributes:
        folder: its files.
        description: what `run.json` says; None where that is damaged.
        state: as `RunStatus` has it, or "damaged".
        since: when the worker said so, in seconds since 1970.
        iteration: updates made.
        validation_loss: of the best snapshot in nats per character as a person sees it, once
            training has ended; None before, and where nothing is held out.
        error: what is wrong; None where nothing is.
        read_only: whether its files may not be written by who looks.
        elsewhere: by whom and where it is trained, if that is another user or machine; else "".
        stamps: of `run.json`, the history and its log before they were read; None where they may
            change unseen.
    """

    folder: RunFolder
    description: RunDescription | None
    state: str
    since: float = 0.0
    iteration: int = 0
    validation_loss: float | None = None
    error: RunError | None = None
    read_only: bool = False
    elsewhere: str = ""
    stamps: tuple[Stamp | None, ...] | None = None

    @property
    def standing(self) -> str:
        """How it stands, in words.

        Example:
            >>> Listed(RunFolder(Path("runs/hamlet")), None, "finished", read_only=True).standing
            'finished, read only'
        """
        return standing(self.state, elsewhere=bool(self.elsewhere), read_only=self.read_only)


class RunIndex:
    """All runs of a folder, as they stand at every look.

    A run is read again when its description, its history or the log of its history was written.
    Where its worker should live, the lock is looked at every time: one that is killed writes
    nothing. What they said is remembered until the next look, in memory alone.

    Example:
        >>> RunIndex(Path("nowhere")).look()
        []
    """

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._known: dict[RunFolder, _Known] = {}

    def look(self) -> list[Listed]:
        """Every run, newest first.

        Raises:
            RunError: the folder of all runs cannot be read.
        """
        before = self._known
        self._known = {
            folder: _read(folder, before.get(folder)) for folder in find_folders(self._runs)
        }
        return [_listed(folder, known) for folder, known in self._known.items()]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the files of a run said.

    Attributes:
        stamps: of these files before they were read; None where they must be read again.
        description: None where it is damaged.
        status: None where that, or the description, is damaged.
        error: what is wrong; None where nothing is.
        characters: what its losses are told by.
    """

    stamps: tuple[Stamp | None, ...] | None
    description: RunDescription | None
    status: Status | None
    error: RunError | None
    characters: Seen


def _read(folder: RunFolder, before: _Known | None) -> _Known:
    now, found = time.time_ns(), (Stamp.of(folder.json), *stamps(folder.history))
    if before is not None and before.stamps == found:
        return before
    description = status = error = None
    characters = Seen()
    try:
        with within(folder.path):
            description = read_description(folder)
            status = read_status(folder.history)
            characters = description.seen or _seen(folder)
    except RunError as caught:
        error = caught
    settled = error is None and all(at is None or at.is_settled(now) for at in found)
    return _Known(found if settled else None, description, status, error, characters)


def _seen(folder: RunFolder) -> Seen:
    """What the losses of a run of old are told by; it does not say so itself."""
    from rnnviz.runs.run import Run  # which takes a while to load, and few need it
    from rnnviz.runs.seen import seen_of

    return seen_of(Run(folder))


def _listed(folder: RunFolder, known: _Known) -> Listed:
    error, only = known.error, folder.is_read_only
    if known.status is not None:
        try:
            with within(folder.path):
                last, life = last_word(folder, known.status)
        except RunError as caught:  # deleted or damaged meanwhile
            error = caught
        else:
            state = "interrupted" if life == "lost" else last.state
            loss = last.validation_loss
            told = None if loss is None else float(known.characters.loss(loss))
            more = last.since, last.iteration, told
            where = "" if life == "lost" else elsewhere(folder, last)
            return Listed(folder, known.description, state, *more, None, only, where, known.stamps)
    return Listed(folder, known.description, DAMAGED, error=error, read_only=only)
