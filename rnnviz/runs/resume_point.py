"""What training goes on from: read and weighed before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from rnnviz.runs.documents import RunError, read_tensors
from rnnviz.runs.history import History
from rnnviz.runs.paths import RunFolder

ResumePoint = tuple[Mapping[str, NDArray[Any]], Mapping[str, Any]]

_STAYS = (
    "Nothing of this run was changed: its text, history and snapshots can be read as before. A new "
    "run on its text (text.txt) starts over."
)


def read_resume_point(folder: RunFolder, history: History) -> ResumePoint | None:
    """The arrays and values that training goes on from; None where it begins.

    Raises:
        RunError: it is damaged, or missing where iterations were recorded.
    """
    if not folder.resume.exists():
        recorded = max(history.recorded, *folder.snapshots_there(), 0)
        if recorded > 0:
            raise RunError(
                f"{folder.resume} is missing, and without it training cannot go on from iteration "
                f"{recorded:,}. {_STAYS}"
            )
        return None
    try:
        arrays, values, _ = read_tensors(folder.resume)
        return arrays, values
    except RunError as error:
        raise unfit(folder, error) from error


def unfit(folder: RunFolder, why: object) -> RunError:
    """What to say of a resume point that training cannot go on from.

    Example:
        >>> from pathlib import Path
        >>> print(unfit(RunFolder(Path("runs/hamlet")), "it is cut short"))
        runs/hamlet/resume.safetensors is damaged (it is cut short), so training cannot go on...
    """
    return RunError(f"{folder.resume} is damaged ({why}), so training cannot go on. {_STAYS}")
