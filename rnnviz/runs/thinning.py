"""Making room: the weights of snapshots that pictures need least are deleted, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rnnviz.notation import bytes_words
from rnnviz.runs import tables
from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.history import History
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.store import undisturbed
from rnnviz.storage import write_out

LEAST = 3


@dataclass(frozen=True, slots=True)
class Thinning:
    """What goes and what stays of the weights of a run's snapshots.

    Attributes:
        kept: iterations whose weights stay.
        gone: files that are deleted.
        freed: bytes of these.
    """

    kept: tuple[int, ...]
    gone: tuple[Path, ...]
    freed: int

    @property
    def words(self) -> str:
        """In a sentence, without its end.

        Example:
            >>> Thinning((0, 50, 90), (Path("1"), Path("2")), 1_600_000).words
            'weights of 2 of 5 snapshots, 1.6 MB; those of iterations 0, 50, 90 stay'
        """
        of = len(self.kept) + len(self.gone)
        stay = ", ".join(f"{iteration:,}" for iteration in self.kept)
        return (
            f"weights of {len(self.gone)} of {of} snapshots, {bytes_words(self.freed)}; those of "
            f"iterations {stay} stay"
        )


def evenly(iterations: Sequence[int], best: int, keep: int) -> list[int]:
    """So many of the iterations, the first, the best and the last among them.

    The others stand evenly between by their places among the snapshots, which are closer at the
    beginning of a run, where a network changes fastest.

    Args:
        iterations: those there are, in order.
        best: one of them.
        keep: how many, at least 3.

    Example:
        >>> evenly([0, 1, 2, 5, 10, 20, 50, 100, 200], best=100, keep=5)
        [0, 2, 10, 100, 200]
    """
    last = len(iterations) - 1
    if keep > last:
        return list(iterations)
    places = [number * last // (keep - 1) for number in range(keep)]
    if (at := iterations.index(best)) not in places:
        nearest = min(range(1, keep - 1), key=lambda number: abs(places[number] - at))
        places[nearest] = at
    return [iterations[place] for place in places]


def plan(folder: RunFolder, keep: int) -> Thinning:
    """What thinning a run would delete.

    Raises:
        ValueError: fewer than 3 are to be kept.
        RunError: the history is damaged, so that nobody can tell which is the best.
    """
    if keep < LEAST:
        raise ValueError(
            f"--keep is {keep}; it must be {LEAST} or more: the first snapshot, the best and the "
            "last always stay."
        )
    there = folder.snapshots_there()
    with History(folder.history, reading=True) as history:
        best = tables.best_recorded(history)
    if best not in there:
        if there:
            raise RunError(f"the best snapshot of run {folder.id} is missing; nothing is deleted.")
        return Thinning((), (), 0)
    kept = evenly(sorted(there), best, keep)
    gone = tuple(path for at, path in sorted(there.items()) if at not in kept)
    return Thinning(tuple(kept), gone, sum(map(_size, gone)))


def thin(folder: RunFolder, keep: int) -> Thinning:
    """Delete the weights of all snapshots but so many; what was deleted.

    Losses, samples and gradient norms of every snapshot stay, and so does what training goes on
    from. A process that is killed meanwhile leaves more weights than it was to leave, and a run
    that can be opened, trained and thinned again.

    Args:
        folder: of the run.
        keep: of how many snapshots the weights stay: the first, the best, the last, and others
            evenly between.

    Raises:
        ValueError: fewer than 3 are to be kept.
        RunError: a worker trains the run, its history is damaged, or the disk refuses.
    """
    with undisturbed(folder, "thin"):
        found = plan(folder, keep)
        if found.gone:
            with History(folder.history) as history:
                history.note("thinned", f"{found.words}.")
                history.sync()
        with speaking_of(folder.snapshots):
            for path in found.gone:
                path.unlink(missing_ok=True)
            write_out(folder.snapshots)
    return found


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.lstat().st_size
    return 0
