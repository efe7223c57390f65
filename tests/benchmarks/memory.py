"""How much memory a piece of work takes beyond what was there before (Linux: read from /proc)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rnnviz.records import Trace

_PROCESS = Path("/proc/self")


class Watch:
    """The peak of memory from here on, and what was recorded meanwhile.

    Not `getrusage`: a process inherits the peak of the one that started it.

    Attributes:
        recorded: bytes of all arrays that came by.
    """

    def __init__(self) -> None:
        (_PROCESS / "clear_refs").write_text("5")  # the peak starts again
        self._before = _status()
        self._private = self._before["RssAnon"]
        self.recorded = 0

    @property
    def resident(self) -> int:
        """Bytes at the peak: all pages, mapped files included, which the system may take back."""
        return _status()["VmHWM"] - self._before["VmRSS"]

    @property
    def private(self) -> int:
        """Bytes at the peak of the pages that belong to no file, looked at after every block."""
        return self._private - self._before["RssAnon"]

    def over(self, blocks: Iterator[Trace]) -> Iterator[Trace]:
        """The same blocks, watched."""
        for block in blocks:
            self.recorded += size(block)
            yield block
            self._private = max(self._private, _status()["RssAnon"])


def size(trace: Trace) -> int:
    """Bytes of all arrays of a trace."""
    arrays = [trace.ids, trace.h, trace.loss, *trace.gates.values()]
    return sum(array.nbytes for array in arrays) + (0 if trace.c is None else trace.c.nbytes)


def _status() -> dict[str, int]:
    """Bytes by name."""
    lines = (_PROCESS / "status").read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if line.endswith(" kB"))
    return {name: 1024 * int(value.split()[0]) for name, value in pairs}
