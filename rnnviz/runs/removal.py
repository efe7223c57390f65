"""Taking a run away: the files that it is made of, and no other."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rnnviz.runs.documents import speaking_of
from rnnviz.runs.paths import RunFolder
from rnnviz.storage import is_folder


def remove(folder: RunFolder) -> list[Path]:
    """Remove a run; what does not belong to it stays in its folder, and is the answer.

    Others see the run whole or not at all. A link is removed, never what it leads to.

    Raises:
        RunError: the disk refuses.
    """
    unseen = RunFolder(folder.path.with_name(f".{folder.id}.gone"))  # see `left_overs`
    with speaking_of(folder.path):
        folder.path.rename(unseen.path)
        return finish_removing(unseen, folder.path)


def left_words(left: list[Path]) -> str:
    """What to say of files that are not the run's; "" where there are none.

    Example:
        >>> left_words([Path("runs/hamlet/thesis.tex")])
        '; what was not part of it is still there: runs/hamlet/thesis.tex'
    """
    shown = ", ".join(map(str, left[:10])) + (", ..." if len(left) > 10 else "")
    return f"; what was not part of it is still there: {shown}" if left else ""


def finish_removing(unseen: RunFolder, seen: Path) -> list[Path]:
    """Remove the files of a run under its unseen name; what is left is seen again.

    Raises:
        OSError: the disk refuses.
    """
    for path in unseen.files():
        if not is_folder(path):
            path.unlink(missing_ok=True)
    for path in (unseen.snapshots, unseen.path):
        with suppress(OSError):  # something is left in it
            path.rmdir()
    if not is_folder(unseen.path):
        return []
    unseen.path.rename(seen)
    return sorted(seen.iterdir())
