"""How much memory a piece of work takes beyond what was there before (Linux: read from /proc)."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread
from typing import Self

from rnnviz.records import Trace

_PROCESS = Path("/proc/self")
_EVERY = 0.005


class Watch:
    """The peak of memory while it is open.

    Not `getrusage`: a process inherits the peak of the one that started it.

    Attributes:
        resident: bytes at the peak: all pages, mapped files included, which the system may take
            back at any time.
        private: bytes at the peak of the pages that belong to no file, looked at every 5 ms.
    """

    def __enter__(self) -> Self:
        """Begin."""
        (_PROCESS / "clear_refs").write_text("5")  # the peak starts again
        self._before, self._over = _status(), Event()
        self._private = self._before["RssAnon"]
        self._looking = Thread(target=self._look, daemon=True)
        self._looking.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self._private = max(self._private, _status()["RssAnon"])

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._over.set()
        self._looking.join()
        self.resident = _status()["VmHWM"] - self._before["VmRSS"]
        self.private = self._private - self._before["RssAnon"]


def size(trace: Trace) -> int:
    """Bytes of all arrays of a trace."""
    arrays = [trace.ids, trace.h, trace.loss, *trace.gates.values()]
    return sum(array.nbytes for array in arrays) + (0 if trace.c is None else trace.c.nbytes)


def _status() -> dict[str, int]:
    """Bytes by name."""
    lines = (_PROCESS / "status").read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if line.endswith(" kB"))
    return {name: 1024 * int(value.split()[0]) for name, value in pairs}
