"""What a worker writes on a disk of its own, published whole where others look.

What is published stands at a resume point: whoever goes on from there has nothing to take back. The
files take their places in an order in which every crash leaves a run that can be read and gone on
with, as a worker's own files do: weights, the next resume point, the history that claims it, and
only then what they replace is given up.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rnnviz.runs.beating import beating
from rnnviz.runs.documents import speaking_of, within
from rnnviz.runs.history import History, read_status
from rnnviz.runs.lease import Lease
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.resume_point import take_place
from rnnviz.runs.sealed import unseal
from rnnviz.runs.states import LIVING, Status
from rnnviz.storage import Stamp

_LOOK_SECONDS = 0.5
_MOST_SECONDS = 30.0  # between two publications while a run trains and takes no snapshot


class Publisher:
    """Publishes what one worker writes.

    Args:
        mine: the folder that the worker writes to; the same was published before.
        lease: the right to publish it, and where.
    """

    def __init__(self, mine: RunFolder, lease: Lease) -> None:
        self._mine, self._lease, self._shown = mine, lease, lease.folder
        self._sent = {path.name: Stamp.of(path) for path in mine.snapshots_there().values()}
        self._point = Stamp.of(mine.resume)
        self._said: Status | None = None
        self._at = 0.0
        self._error: Exception | None = None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Publish now and then while the worker trains inside, and all of it at the end.

        Raises:
            RunError: another process publishes the run now, or a disk refuses; what was published
                before can be gone on with.
        """
        try:
            with beating(self._beat, _LOOK_SECONDS):
                yield
        finally:
            if self._error is None:
                self.publish()
        self.check()

    def check(self) -> None:
        """Raise what went wrong since the worker trains, if anything did."""
        if self._error is not None:
            raise self._error

    def publish(self) -> None:
        """All that stands at the last resume point, or all there is where training has ended.

        Raises:
            RunError: another process publishes the run now, or a disk refuses.
        """
        with ExitStack() as stack:
            said, stamp = read_status(self._mine.history), Stamp.of(self._mine.resume)
            point = self._read_point()
            if point is None and self._mine.resume_before.exists():
                return  # one takes the other's place just now
            reached = None if point is None else point[1]
            until = reached if said.state in LIVING else None
            history = self._copied_history(until, stack)
            self._put_snapshots(until)
            news = point is not None and stamp != self._point
            if point is not None and news:
                self._lease.put(io.BytesIO(point[0]), self._shown.resume_next)
            with history.open("rb") as file:
                self._lease.put(file, self._shown.history)
            self._lease.check()
            if news:
                take_place(self._shown)
            self._give_up(said)
        self._said, self._point, self._at = said, stamp, time.monotonic()

    def _beat(self) -> bool:
        try:
            with within(self._mine.path):
                self._look()
        except Exception as error:  # raised where the worker was started, by `check`
            self._error = error
        return self._error is None

    def _look(self) -> None:
        self._lease.check()
        asked = self._lease.asked
        with History(self._mine.history, reading=True) as history:
            said, heeded = history.status, asked in (None, history.request)
        if asked is not None and not heeded:
            with History(self._mine.history) as history:
                history.ask(asked)
        if self._is_due(said):
            self.publish()

    def _is_due(self, said: Status) -> bool:
        before = self._said
        if before is None or (said.state, said.message) != (before.state, before.message):
            return True
        if Stamp.of(self._mine.resume) == self._point:
            return False
        late = time.monotonic() - self._at > _MOST_SECONDS
        return late or any(path.name not in self._sent for path in self._snapshots())

    def _read_point(self) -> tuple[bytes, int] | None:
        """The bytes of the last resume point, and its iteration."""
        try:
            data = self._mine.resume.read_bytes()
        except FileNotFoundError:
            return None
        return data, int(unseal(data).values["iteration"])

    def _copied_history(self, until: int | None, stack: ExitStack) -> Path:
        """The history as it stands now, in a file that goes with the stack."""
        copy = self._mine.path.parent / f".{self._mine.id}.sqlite"
        copy.unlink(missing_ok=True)
        stack.callback(copy.unlink, missing_ok=True)
        with History(self._mine.history, reading=True) as history:
            history.copy_to(copy, until)
        return copy

    def _snapshots(self) -> list[Path]:
        return list(self._mine.snapshots_there().values())

    def _put_snapshots(self, until: int | None) -> None:
        """Those that are new or another, up to an iteration."""
        for iteration, path in sorted(self._mine.snapshots_there().items()):
            stamp = Stamp.of(path)
            if self._sent.get(path.name) == stamp or (until is not None and iteration > until):
                continue
            with path.open("rb") as file:
                self._lease.put(file, self._shown.snapshot(iteration))
            self._sent[path.name] = stamp

    def _give_up(self, said: Status) -> None:
        """Delete what the worker deleted before."""
        there = {path.name for path in self._snapshots()}
        with speaking_of(self._shown.path):
            for name in set(self._sent) - there:
                (self._shown.snapshots / name).unlink(missing_ok=True)
                del self._sent[name]
            if said.state == "finished":
                self._shown.resume_before.unlink(missing_ok=True)
