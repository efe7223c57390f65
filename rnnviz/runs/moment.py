"""A run as it stood at one moment: of what its pages show, nothing is newer than the rest."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from rnnviz.runs import tables
from rnnviz.runs.documents import stamps, within
from rnnviz.runs.history import History, training_loss
from rnnviz.runs.rows import Numbers
from rnnviz.runs.run import Run
from rnnviz.runs.states import Status
from rnnviz.runs.status import RunStatus, last_word, told
from rnnviz.storage import Stamp
from rnnviz.text.ngram import Baseline

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """What a history held at one moment.

    Attributes:
        status: what the worker had said.
        made: the iterations.
        taken: the total of the snapshots; None where there is none.
        snapshots: a row each, see `Run.snapshots`.
        baseline: the n-gram model to beat, once it is known.
        notices: what the worker had to say.
    """

    status: Status
    made: Numbers
    taken: tuple[int, int] | None
    snapshots: pd.DataFrame
    baseline: Baseline | None
    notices: list[str]


class Moment(Run):
    """A run at one moment; to be read, not changed: others look at the same tables.

    Status, history, snapshots, training loss, baseline and notices are of that moment. All else, as
    gradient norms and networks, is read when it is asked for.

    Example:
        >>> import tempfile
        >>> run = Run.create("to be or not to be", runs=tempfile.mkdtemp())
        >>> now = Following().look(run)
        >>> now.status.state, len(now.history), now.training_loss(1)
        ('created', 0, nan)
    """

    def __init__(self, run: Run, status: RunStatus, recorded: Recorded) -> None:
        self.folder, self._description = run.folder, run.description
        self._status, self._recorded = status, recorded

    @property
    def status(self) -> RunStatus:
        """What the run was doing."""
        return self._status

    @cached_property
    def history(self) -> pd.DataFrame:
        """One row an iteration; see `Run.history`."""
        return tables.iterations_of(self._recorded.made)

    @property
    def snapshots(self) -> pd.DataFrame:
        """One row a snapshot; see `Run.snapshots`."""
        return self._recorded.snapshots

    @property
    def baseline(self) -> Baseline | None:
        """The n-gram model to beat, where it was known."""
        return self._recorded.baseline

    @property
    def notices(self) -> list[str]:
        """What the worker had had to say."""
        return self._recorded.notices

    def has(self, run: Run, status: RunStatus, recorded: Recorded) -> bool:
        """Whether it says just this."""
        mine = self._description, self._status
        return mine == (run.description, status) and self._recorded is recorded

    def training_loss(self, iteration: int) -> float:
        """The mean in nats over the last iterations up to one; see `Run.training_loss`."""
        found = training_loss(self._recorded.made, iteration)
        return math.nan if found is None else found


class Following:
    """Follows one run: every look reads what was recorded since the last, and nothing twice.

    What is read is held by this process, verified as it was read; with it the total of all rows
    must agree at every look. Several may look at once.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._stamps: tuple[Stamp | None, ...] | None = None
        self._recorded: Recorded | None = None
        self._moment: Moment | None = None

    def look(self, run: Run) -> Moment:
        """The run as it stands now.

        Raises:
            RunError: its history is damaged or gone.
        """
        with self._lock, within(run.folder.path):
            recorded = self._read(run)
            last, life = last_word(run.folder, recorded.status)
            if last != recorded.status:  # it ended in between
                recorded = self._read(run)
                last, life = last_word(run.folder, recorded.status)
            return self._at(run, told(run.folder, last, life), recorded)

    def _read(self, run: Run) -> Recorded:
        now, found = time.time_ns(), stamps(run.folder.history)
        held = self._recorded
        if held is not None and self._stamps == found:
            return held
        self._stamps = self._recorded = None
        self._recorded = _read(run, held)
        if all(at is None or at.is_settled(now) for at in found):
            self._stamps = found
        return self._recorded

    def _at(self, run: Run, status: RunStatus, recorded: Recorded) -> Moment:
        """The moment of before, where nothing has changed."""
        before = self._moment
        same = before is not None and before.has(run, status, recorded)
        if before is None or not same:
            before = self._moment = Moment(run, status, recorded)
        return before


def _read(run: Run, held: Recorded | None) -> Recorded:
    with History(run.folder.history, reading=True) as history, history.at_one_moment():
        made = history.numbers("iterations", held.made if held else None)
        taken = history.total("snapshots")
        if held is not None and taken is not None and taken == held.taken:
            snapshots = held.snapshots
        else:
            snapshots = run.as_shown(tables.snapshots(history, made))
        return Recorded(history.status, made, taken, snapshots, history.baseline, history.notices)
