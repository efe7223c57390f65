"""Which folders are runs: nothing else is ever listed, opened, renamed or deleted."""

from __future__ import annotations

from pathlib import Path

from rnnviz.runs.description import read_description
from rnnviz.runs.documents import RunError
from rnnviz.runs.naming import RUN_ID, is_made
from rnnviz.runs.paths import RunFolder
from rnnviz.storage import is_file, is_folder


def is_run(path: Path) -> bool:
    """Whether a folder is a run.

    It is no link, has a name that an id may have, and a valid description. Where that is damaged,
    the name must be an id in full, and the files must lie there that every run has.

    Example:
        >>> is_run(Path("documents"))
        False
    """
    if RUN_ID.fullmatch(path.name) is None or not is_folder(path):
        return False
    folder = RunFolder(path)
    return _has_the_rest(folder) or _is_described(folder)


def _has_the_rest(folder: RunFolder) -> bool:
    return is_made(folder.id) and is_file(folder.history) and is_file(folder.text)


def _is_described(folder: RunFolder) -> bool:
    try:
        read_description(folder)
    except RunError:
        return False
    return True
