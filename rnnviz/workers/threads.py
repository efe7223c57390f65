"""How many threads a worker computes with, and how they wait for each other."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Generator, MutableMapping
from dataclasses import dataclass

# How long an OpenMP thread spins before it sleeps. Waking a sleeping one costs more than the
# products of a small network take: on two cores, an iteration of an LSTM of 192 units took 36 ms
# with threads that sleep at once, 26 ms with one thread and 17 ms with threads that spin briefly.
_SPINS = "20000"

_TRIED_ITERATIONS = 5
_KEPT_SECONDS = 5.0
_MOST_PATIENCE = 60.0


def cores() -> int:
    """The cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux has it
        return os.cpu_count() or 1


def leave_cores() -> None:
    """Let the products and decompositions of NumPy take one thread of this process from now on.

    Their threads spin while they wait for each other, which takes the cores from the workers: while
    both cores of a machine were busy, norms of 100 powers of a matrix of 192 units took 3 to 4 s
    with two threads and 0.15 s with one.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")


def threads_for(running: int) -> int:
    """Threads of each of `running` workers, so that all together fill the cores.

    Example:
        >>> threads_for(running=10**6)
        1
    """
    return max(1, cores() // max(1, running))


class Threads:
    """How many threads torch computes with while a run trains.

    Args:
        most: asked for the number that may be used; None keeps to one thread, and with it to the
            same bits.
    """

    def __init__(self, most: Callable[[], int] | None) -> None:
        import torch

        self._before = torch.get_num_threads()
        self._choice = None if most is None else thread_choice(most)
        torch.set_num_threads(1 if self._choice is None else next(self._choice))

    def adapt(self, seconds: float) -> None:
        """Choose again, after an iteration that took so long."""
        import torch

        if self._choice is None:
            return
        count = self._choice.send(seconds)
        if count != torch.get_num_threads():
            torch.set_num_threads(count)

    def restore(self) -> None:
        """Leave the process as it was found."""
        import torch

        torch.set_num_threads(self._before)


def thread_choice(most: Callable[[], int]) -> Generator[int, float, None]:
    """How many threads the next iteration should use; sent the seconds the last one took.

    On quiet cores an LSTM of 256 units gains half of its speed from a second thread; beside a
    browser at work it loses nearly all of it, since threads wait for the one that was put aside.
    So both are timed, again and again: a trial of many threads ends with the first iteration
    that takes twice as long as one thread does, and trials that fail become rarer.

    Args:
        most: asked before each trial for the number that may be used.

    Example:
        >>> choice = thread_choice(lambda: 2)
        >>> counts = [next(choice)]
        >>> for _ in range(12):
        ...     counts.append(choice.send(0.1 if counts[-1] == 2 else 0.2))
        >>> counts
        [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]
    """
    patience = _KEPT_SECONDS
    while True:
        alone = (yield from _use(1, iterations=_TRIED_ITERATIONS)).mean
        count = most()
        tried = _TRIED_ITERATIONS if count > 1 else 0
        together = yield from _use(count, iterations=tried, slowest=2 * alone)
        if together.number == _TRIED_ITERATIONS and together.mean < alone:
            patience = _KEPT_SECONDS
            yield from _use(count, seconds=patience, slowest=2 * alone)
        else:
            yield from _use(1, seconds=patience)
            patience = min(2 * patience, _MOST_PATIENCE)


@dataclass(slots=True)
class _Taken:
    """What the iterations with one number of threads took."""

    number: int = 0
    seconds: float = 0.0
    slowest: float = 0.0

    @property
    def mean(self) -> float:
        return self.seconds / self.number


def _use(
    count: int,
    *,
    iterations: float = math.inf,
    seconds: float = math.inf,
    slowest: float = math.inf,
) -> Generator[int, float, _Taken]:
    """So many threads, until one of the limits is reached."""
    taken = _Taken()
    while taken.number < iterations and taken.seconds < seconds and taken.slowest < slowest:
        last = yield count
        taken.number, taken.seconds = taken.number + 1, taken.seconds + last
        taken.slowest = max(taken.slowest, last)
    return taken


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
