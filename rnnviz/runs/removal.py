"""Taking a run away: the files that it is made of, and no other."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rnnviz.notation import listed
from rnnviz.runs.documents import speaking_of
from rnnviz.runs.naming import while_deleted
from rnnviz.runs.paths import RunFolder
from rnnviz.storage import is_folder


def remove(folder: RunFolder) -> list[Path]:
    """Remove a run; what does not belong to it stays in its folder, and is the answer.

    Others see the run whole or not at all. A link is removed, never what it leads to.

    Raises:
        RunError: the disk refuses.
    """
    hidden = RunFolder(folder.path.with_name(while_deleted(folder.id)))
    with speaking_of(folder.path):
        folder.path.rename(hidden.path)
        return finish_removing(hidden, folder.path)


def left_words(left: list[Path]) -> str:
    """What to say of files that are not the run's; "" where there are none.

    Example:
        >>> left_words([Path("runs/hamlet/thesis.tex")])
        '; what was not part of it is still there: runs/hamlet/thesis.tex'
    """
    return f"; what was not part of it is still there: {listed(left, 10)}" if left else ""


def finish_removing(hidden: RunFolder, shown: Path) -> list[Path]:
    """Remove the files of a hidden run; what is left is shown again, under this name.

    Raises:
        OSError: the disk refuses.
    """
    for path in hidden.files():
        if not is_folder(path):
            path.unlink(missing_ok=True)
    for path in (hidden.snapshots, *hidden.publishers(), hidden.path):
        with suppress(OSError):  # something is left in it
            path.rmdir()
    if not is_folder(hidden.path):
        return []
    hidden.path.rename(shown)
    return sorted(shown.iterdir())
