"""How many threads a worker computes with, and how they wait for each other."""

from __future__ import annotations

import os
from collections.abc import Callable, MutableMapping
from statistics import median

# How long an OpenMP thread spins before it sleeps. Waking a sleeping one costs more than the
# products of a small network take: on two cores, an iteration of an LSTM of 192 units took 36 ms
# with threads that sleep at once, 26 ms with one thread and 17 ms with threads that spin briefly.
_SPINS = "20000"

_TRIED_ITERATIONS = 4
_KEPT_SECONDS = 5.0


def cores() -> int:
    """The cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux has it
        return os.cpu_count() or 1


def threads_for(running: int) -> int:
    """Threads of each of `running` workers, so that all together fill the cores.

    Example:
        >>> threads_for(running=10**6)
        1
    """
    return max(1, cores() // max(1, running))


class ThreadChoice:
    """Finds out, again and again, whether many threads or one make an iteration quicker.

    On quiet cores an LSTM of 256 units gains a third from a second thread; beside a browser at
    work it loses nearly all of its speed, since threads wait for the one that was put aside.

    Example:
        >>> choice = ThreadChoice(lambda: 2)
        >>> counts = [choice.after(0.1 if choice.count == 2 else 0.2) for _ in range(9)]
        >>> counts
        [2, 2, 2, 1, 1, 1, 1, 2, 2]
    """

    def __init__(self, most: Callable[[], int]) -> None:
        """Ask `most` for the number allowed whenever the choice is made anew."""
        self._most = most
        self._measured: dict[int, list[float]] = {}
        self._untried: list[int] = []
        self._left = 0
        self.count = 1
        self._begin()

    def after(self, seconds: float) -> int:
        """The threads to use next, an iteration with `count` of them having taken so long."""
        self._left -= 1
        if self._measured:
            self._measured[self.count].append(seconds)
        if self._left == 0:
            self._go_on()
        return self.count

    def _begin(self) -> None:
        self._untried = sorted({1, self._most()})
        self._measured = {count: [] for count in self._untried}
        self._go_on()

    def _go_on(self) -> None:
        if self._untried:
            self.count, self._left = self._untried.pop(), _TRIED_ITERATIONS
        elif self._measured:
            self.count = min(self._measured, key=lambda count: median(self._measured[count]))
            spent = median(self._measured[self.count])
            self._measured, self._left = {}, max(1, round(_KEPT_SECONDS / max(spent, 1e-6)))
        else:
            self._begin()


def set_waiting(environment: MutableMapping[str, str]) -> None:
    """Make OpenMP threads sleep after a brief spin; must be set before torch is loaded.

    Example:
        >>> environment = {}
        >>> set_waiting(environment)
        >>> environment["OMP_WAIT_POLICY"]
        'PASSIVE'
    """
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    environment.setdefault("GOMP_SPINCOUNT", _SPINS)
