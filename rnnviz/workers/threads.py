"""How many threads a worker computes with, and how they wait for each other."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Generator, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnviz.training.arrangement import ALONE, Arrangement

if TYPE_CHECKING:
    from rnnviz.training.trainer import Trainer

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
    """How many threads compute while a run trains.

    A run with a budget of time takes whatever is quickest. One with a number of iterations can be
    repeated: its operations take one thread each, its batch has as many parts as a rule of its
    sizes says, and only whether these are computed side by side is chosen, which changes no bit.

    Args:
        most: asked for the number that may be used.
    """

    def __init__(self, most: Callable[[], int]) -> None:
        import torch

        self._before, self._most = torch.get_num_threads(), most
        self._trainer: Trainer | None = None
        torch.set_num_threads(1)

    def serve(self, trainer: Trainer) -> None:
        """Arrange its iterations from now on, at first as its resume point says."""
        self._trainer = trainer
        self._choice = arrangement_choice(self._possible, trainer.arrangement)
        self._arrange(next(self._choice))

    def adapt(self, seconds: float) -> None:
        """Choose again, after an iteration that took so long."""
        self._arrange(self._choice.send(seconds))

    def restore(self) -> None:
        """Leave the process as it was found."""
        import torch

        torch.set_num_threads(self._before)

    def _possible(self) -> list[Arrangement]:
        """What may be tried now beside one thread."""
        assert self._trainer is not None
        count = self._most()
        if count == 1:
            return []
        if self._trainer.repeatable:
            return [Arrangement(1, count)] if self._trainer.parts > 1 else []
        divided = min(count, self._trainer.most_parts)
        return [Arrangement(count, 1), *([Arrangement(1, divided)] if divided > 1 else [])]

    def _arrange(self, arrangement: Arrangement) -> None:
        import torch

        assert self._trainer is not None
        if arrangement != self._trainer.arrangement:
            self._trainer.arrangement = arrangement
        if arrangement.threads != torch.get_num_threads():
            torch.set_num_threads(arrangement.threads)


def arrangement_choice(
    possible: Callable[[], list[Arrangement]], kept: Arrangement = ALONE
) -> Generator[Arrangement, float, None]:
    """How the next iteration should be spread; sent the seconds the last one took.

    On quiet cores an LSTM of 512 units gains 1.8 times the speed from a second thread; beside a
    browser at work it loses nearly all of it, since threads wait for the one that was put aside.
    So all are timed, again and again: a trial of many threads ends with the first iteration
    that takes twice as long as one thread does, and trials that fail become rarer.

    Args:
        possible: asked before each trial for what may be tried beside one thread.
        kept: what was quickest before; used for a while before anything is tried.

    Example:
        >>> halves = Arrangement(1, 2)
        >>> choice = arrangement_choice(lambda: [halves])
        >>> parts = [next(choice).parts]
        >>> for _ in range(12):
        ...     parts.append(choice.send(0.1 if parts[-1] == 2 else 0.2).parts)
        >>> parts
        [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]
    """
    patience = _KEPT_SECONDS
    if kept != ALONE and kept in possible():
        yield from _use(kept, seconds=patience)
    while True:
        alone = (yield from _use(ALONE, iterations=_TRIED_ITERATIONS)).mean
        best, least = ALONE, alone
        for tried in possible():
            taken = yield from _use(tried, iterations=_TRIED_ITERATIONS, slowest=2 * alone)
            if taken.number == _TRIED_ITERATIONS and taken.mean < least:
                best, least = tried, taken.mean
        if best == ALONE:
            yield from _use(ALONE, seconds=patience)
            patience = min(2 * patience, _MOST_PATIENCE)
        else:
            patience = _KEPT_SECONDS
            yield from _use(best, seconds=patience, slowest=2 * alone)


@dataclass(slots=True)
class _Taken:
    """What the iterations with one arrangement took."""

    number: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    first: float = 0.0

    @property
    def mean(self) -> float:
        """Without the first, which finds its memory untouched."""
        return (self.seconds - self.first) / (self.number - 1)


def _use(
    arrangement: Arrangement,
    *,
    iterations: float = math.inf,
    seconds: float = math.inf,
    slowest: float = math.inf,
) -> Generator[Arrangement, float, _Taken]:
    """One arrangement, until one of the limits is reached."""
    taken = _Taken()
    while taken.number < iterations and taken.seconds < seconds and taken.slowest < slowest:
        last = yield arrangement
        if not taken.number:
            taken.first = last
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
