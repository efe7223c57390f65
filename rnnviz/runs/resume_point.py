"""What training goes on from: read and weighed before anything is changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from rnnviz.runs.documents import RunError, read_tensors, speaking_of
from rnnviz.runs.history import History
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.sealed import Sealed
from rnnviz.storage import write_out


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """What training goes on from.

    Attributes:
        path: its file.
        arrays: by name; see `Trainer.state`.
        values: plain ones.
        notice: what a person should know of it; None where it is the newest, and whole.
    """

    path: Path
    arrays: Mapping[str, NDArray[Any]]
    values: Mapping[str, Any]
    notice: str | None = None


_STAYS = (
    "Nothing of this run was changed: its text, history and snapshots can be read as before. A new "
    "run on its text (text.txt) starts over."
)


def read_resume_point(folder: RunFolder, history: History) -> ResumePoint | None:
    """The newest that is whole and that the history reaches; None where training begins.

    A run from before digests has one without, which is taken as it is; where its history does not
    reach so far, that is said.

    Raises:
        RunError: there is none where iterations were recorded, or none that can be used.
    """
    wrong: RunError | None = None
    for path in (folder.resume_next, folder.resume, folder.resume_before):
        if path == folder.resume_before and wrong is None and os.path.lexists(path):
            wrong = RunError(f"{folder.resume} is missing")
        if not os.path.lexists(path):
            continue
        try:
            found = read_tensors(path)
        except RunError as error:
            wrong = wrong or error
            continue
        if _reaches(history, found, is_next=path == folder.resume_next):
            said = _said(history, found, wrong)
            return ResumePoint(path, found.arrays, found.values, said)
        if path != folder.resume_next:  # that one is of a worker that was killed before it counted
            wrong = wrong or RunError(f"{path}: the history does not reach so far")
    if wrong is not None:
        raise unfit(folder, wrong) from wrong
    _check_beginning(folder, history)
    return None


def settle(folder: RunFolder, chosen: ResumePoint) -> None:
    """Let the point that training goes on from be the only one that is newer than its own past."""
    with speaking_of(folder.path):
        if chosen.path != folder.resume:
            chosen.path.replace(folder.resume)
        folder.resume_next.unlink(missing_ok=True)
        write_out(folder.path)


def take_place(folder: RunFolder) -> None:
    """Let the next resume point be the newest, and keep the one before it."""
    with speaking_of(folder.resume):
        if folder.resume.exists():
            folder.resume.replace(folder.resume_before)
        folder.resume_next.replace(folder.resume)
        write_out(folder.path)


def _check_beginning(folder: RunFolder, history: History) -> None:
    recorded = max(history.recorded, *folder.snapshots_there(), 0)
    if recorded > 0:
        raise RunError(
            f"{folder.resume} is missing, and without it training cannot go on from iteration "
            f"{recorded:,}. {_STAYS}"
        )


def _reaches(history: History, point: Sealed, *, is_next: bool) -> bool:
    """Whether the history holds all that the point claims: it names it, or goes on beyond it."""
    if point.digest is None or history.claims(point.digest):
        return True
    at = point.values.get("iteration")
    return not is_next and isinstance(at, int) and at < history.recorded


def _said(history: History, point: Sealed, wrong: RunError | None) -> str | None:
    at, recorded = point.values.get("iteration"), history.recorded
    if wrong is not None:
        return (
            f"The newest resume point cannot be used ({wrong}); training goes on from iteration "
            f"{at:,}, where the one before it was kept."
        )
    if isinstance(at, int) and at > recorded:
        return (
            f"The history ends at iteration {recorded:,}, the resume point is of {at:,}: what was "
            "recorded in between was lost when the machine stopped, and is missing."
        )
    return None


def unfit(folder: RunFolder, why: object) -> RunError:
    """What to say of a resume point that training cannot go on from.

    Example:
        >>> print(unfit(RunFolder(Path("runs/hamlet")), "it is cut short"))
        runs/hamlet/resume.safetensors is damaged (it is cut short), so training cannot go on...
    """
    return RunError(f"{folder.resume} is damaged ({why}), so training cannot go on. {_STAYS}")
